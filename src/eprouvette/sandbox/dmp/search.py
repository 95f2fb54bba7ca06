"""TD3.1: gives the reference of a document of the asking structure. Source: digest ``exchanges.md`` 2.1 and 2.5."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from eprouvette.sandbox.dmp.faults import RS, STATUS, RegistryFaultError, SoapFaultError, failure
from eprouvette.sandbox.dmp.state import Registry
from eprouvette.sandbox.dmp.token import Vihf

QUERY: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
RIM: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
NS: Final = {"q": QUERY, "r": RIM}
_GET_DOCUMENTS: Final = "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"
_VALUE: Final = re.compile(r"\('([0-9.]+)'\)")


def answer(request: etree._Element, vihf: Vihf, registry: Registry) -> str:
    """The answer to a search; raises `SoapFaultError` for one that the certificates of a structure do not allow."""
    if request.tag != f"{{{QUERY}}}AdhocQueryRequest":
        raise SoapFaultError("Transaction non prise à cette adresse", subcode="dmp_011")
    option, query = request.find("q:ResponseOption", NS), request.find("r:AdhocQuery", NS)
    if option is None or option.get("returnType") != "ObjectRef":
        raise SoapFaultError("TD3.1 : seule la référence peut être demandée en mode certificat", subcode="dmp_700")
    if query is None or query.get("id") != _GET_DOCUMENTS:
        return _failure("XDSUnknownStoredQuery", "requête inconnue")
    value = query.findtext("r:Slot[@name='$XDSDocumentEntryUniqueId']/r:ValueList/r:Value", "", NS)
    wanted = _VALUE.fullmatch(value.strip())
    if wanted is None:
        return _failure("XDSStoredQueryMissingParam", "identifiant absent ou mal écrit")
    if registry.takes("busy"):
        return _failure("XDSRegistryBusy", "registre occupé")
    found = registry.reference(wanted[1], vihf.ins)
    listed = f'<r:ObjectRef id="{found}"/>' if found else ""
    return (
        f'<q:AdhocQueryResponse xmlns:q="{QUERY}" xmlns:r="{RIM}" status="{STATUS}Success">'
        f"<r:RegistryObjectList>{listed}</r:RegistryObjectList></q:AdhocQueryResponse>"
    )


def _failure(code: str, context: str) -> str:
    refusal = failure(RegistryFaultError(code, context))
    inside = refusal[refusal.index("<rs:RegistryErrorList>") : refusal.rindex("</rs:RegistryResponse>")]
    return (
        f'<q:AdhocQueryResponse xmlns:q="{QUERY}" xmlns:r="{RIM}" xmlns:rs="{RS}" status="{STATUS}Failure">'
        f"{inside}<r:RegistryObjectList/></q:AdhocQueryResponse>"
    )
