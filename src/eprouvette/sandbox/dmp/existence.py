"""TD0.2: answers whether a patient has a DMP. Source: digest ``exchanges.md`` 2.4."""

from __future__ import annotations

from typing import Final

from lxml import etree

from eprouvette.sandbox.dmp.faults import SoapFaultError
from eprouvette.sandbox.dmp.state import Registry
from eprouvette.sandbox.dmp.token import Vihf

NS: Final = {"h": "urn:hl7-org:v3"}
_STATES: Final = {"open": "active", "closed": "terminated"}


def answer(request: etree._Element, vihf: Vihf, registry: Registry) -> str:
    """The answer to a question; raises `SoapFaultError` for a question that is not of its form."""
    interaction = request.find("h:interactionId", NS)
    if interaction is None or interaction.get("extension") != "PRPA_IN201307UV02":
        raise SoapFaultError("TD0.2 : interactionId faux", subcode="dmp_600")
    reason = request.find("h:controlActProcess/h:reasonCode", NS)
    if reason is None or reason.get("code") != "TEST_EXST":
        raise SoapFaultError("TD0.2 : reasonCode TEST_EXST absent", subcode="dmp_601")
    value = request.find(".//h:patientIdentifier/h:value", NS)
    if value is None or (value.get("extension"), value.get("root")) != (vihf.ins, vihf.ins_oid):
        raise SoapFaultError("TD0.2 : le patient n'est pas celui du jeton", subcode="dmp_602")
    if request.find("h:receiver/h:device/h:id[@root='1.2.250.1.213.4.1.1.1']", NS) is None:
        raise SoapFaultError("TD0.2 : le destinataire n'est pas le DMP", subcode="dmp_603")
    found = registry.patient(vihf.ins)
    subject = ""
    if found is not None:
        subject = (
            '<subject typeCode="SUBJ"><registrationEvent classCode="REG" moodCode="EVN"><subject1 typeCode="SBJ">'
            f'<patient classCode="PAT"><id root="{vihf.ins_oid}" extension="{vihf.ins}"/>'
            f'<statusCode code="{_STATES[found[2]]}"/></patient></subject1></registrationEvent></subject>'
        )
    return (
        '<PRPA_IN201308UV02 xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0"><acknowledgement><typeCode code="AA"/>'
        f'</acknowledgement><controlActProcess classCode="CACT" moodCode="EVN">{subject}<queryAck>'
        f'<queryResponseCode code="{"OK" if found else "NF"}"/></queryAck></controlActProcess></PRPA_IN201308UV02>'
    )
