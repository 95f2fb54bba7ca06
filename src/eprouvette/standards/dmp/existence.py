"""TD0.2: has the patient a DMP that can be fed?

Source: HL7 v3 PRPA_IN201307UV02 / PRPA_IN201308UV02; digest ``exchanges.md`` 2.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from lxml import etree

from eprouvette.core.dates import utc_stamp
from eprouvette.core.ins import Ins

ACTION: Final = "urn:hl7-org:v3:PRPA_IN201307UV02"
DMP_DEVICE: Final = "1.2.250.1.213.4.1.1.1"
_V3: Final = {"h": "urn:hl7-org:v3"}


class Dmp(StrEnum):
    """The state of a patient's DMP."""

    OPEN = "open"
    CLOSED = "closed"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Existence:
    """The answer: the state, and the service's words when it could not tell."""

    dmp: Dmp
    text: str = ""


def request(*, message_oid: str, at: datetime, ins: Ins, sender_oid: str, production: bool) -> str:
    """The body of the request; ``message_oid`` is new for each call, ``at`` aware."""
    return (
        '<PRPA_IN201307UV02 xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0">'
        f'<id root="{message_oid}"/><creationTime value="{utc_stamp(at)}"/>'
        '<interactionId root="2.16.840.1.113883.1.6" extension="PRPA_IN201307UV02"/>'
        f'<processingCode code="{"P" if production else "D"}"/><processingModeCode code="T"/><acceptAckCode code="AL"/>'
        f'<receiver typeCode="RCV"><device classCode="DEV" determinerCode="INSTANCE"><id root="{DMP_DEVICE}"/>'
        "<name>DMP</name></device></receiver>"
        f'<sender typeCode="SND"><device classCode="DEV" determinerCode="INSTANCE"><id root="{sender_oid}"/>'
        "</device></sender>"
        '<controlActProcess classCode="CACT" moodCode="EVN"><code code="PRPA_TE201307UV02" '
        'codeSystem="2.16.840.1.113883.1.6"/><reasonCode code="TEST_EXST" codeSystem="1.2.250.1.213.1.1.4.11"/>'
        f'<queryByParameter><queryId root="{message_oid}"/><statusCode code="new"/><parameterList><patientIdentifier>'
        f'<value root="{ins.oid}" extension="{ins.value}"/><semanticsText>Patient.id</semanticsText>'
        "</patientIdentifier></parameterList></queryByParameter></controlActProcess></PRPA_IN201307UV02>"
    )


def read(body: etree._Element) -> Existence:
    """What the answer says; anything that cannot be told is ``UNKNOWN`` with the service's words."""
    acknowledged = body.find("h:acknowledgement/h:typeCode", _V3)
    detail = body.findtext("h:acknowledgement/h:acknowledgementDetail/h:text", "", _V3).strip()
    query = body.find(".//h:queryAck/h:queryResponseCode", _V3)
    code = query.get("code", "") if query is not None else ""
    if code == "NF":
        return Existence(Dmp.ABSENT)
    if code != "OK" or acknowledged is None or acknowledged.get("code") != "AA":
        return Existence(Dmp.UNKNOWN, detail)
    status = body.find(".//h:registrationEvent//h:patient/h:statusCode", _V3)
    if status is not None and status.get("code") in {"terminated", "nullified", "inactive"}:
        return Existence(Dmp.CLOSED)
    return Existence(Dmp.OPEN)
