"""TD3.1, search of a reference: the registry's own identifier of a document, needed to replace it.

Source: IHE ITI TF-2a 3.18 (GetDocuments); digest ``exchanges.md`` 2.1 (allowed with the certificates of the
structure) and 2.5, "Replacement".
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from eprouvette.standards.dmp.outcome import Answer, Kind, from_error

ACTION: Final = "urn:ihe:iti:2007:RegistryStoredQuery"
GET_DOCUMENTS: Final = "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"
_QUERY: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0"
_RIM: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
_RS: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
_STATUS: Final = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:"
_UUID: Final = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNKNOWN: Final = "Le DMP ne connaît pas la version à remplacer."
_REMEDY: Final = "Vérifier à la page des envois que la version précédente a bien été déposée."


def request(unique_id: str) -> str:
    """The body that asks for the reference of the document ``unique_id`` (an OID)."""
    return (
        f'<query:AdhocQueryRequest xmlns:query="{_QUERY}" xmlns:rim="{_RIM}">'
        '<query:ResponseOption returnType="ObjectRef" returnComposedObjects="true"/>'
        f'<rim:AdhocQuery id="{GET_DOCUMENTS}"><rim:Slot name="$XDSDocumentEntryUniqueId"><rim:ValueList>'
        f"<rim:Value>('{unique_id}')</rim:Value></rim:ValueList></rim:Slot></rim:AdhocQuery></query:AdhocQueryRequest>"
    )


def read(body: etree._Element) -> str | Answer:
    """The entryUUID (``urn:uuid:…``) that the registry names, or why there is none.

    A question changes nothing over there: an answer that cannot be read is a moment, never an ambiguity.
    """
    if body.tag != f"{{{_QUERY}}}AdhocQueryResponse":
        return Answer(Kind.TRANSIENT, "TD3.1", "La réponse du DMP n'est pas celle d'une recherche.")
    errors = list(body.iter(f"{{{_RS}}}RegistryError"))
    if body.get("status") != f"{_STATUS}Success":
        if not errors:
            return Answer(Kind.TRANSIENT, "TD3.1", "Le DMP n'a pas pu chercher.")
        return from_error(errors[0].get("errorCode", ""), errors[0].get("codeContext", ""))
    found = [one.get("id", "") for one in body.iter(f"{{{_RIM}}}ObjectRef")]
    if len(found) != 1:
        return Answer(Kind.FINAL, "TD3.1", _UNKNOWN, _REMEDY)
    if not _UUID.fullmatch(found[0].lower()):
        return Answer(Kind.TRANSIENT, "TD3.1", "La référence donnée par le DMP n'a pas sa forme.")
    return found[0]
