"""TD2.1: the submission of a report, ITI-41 with MTOM, its set signed.

Source: IHE ITI TF-2b 3.41; digest ``exchanges.md`` 2.5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from lxml import etree

from eprouvette.core import xml
from eprouvette.core.coded import Coded
from eprouvette.core.dates import utc_stamp
from eprouvette.standards.dmp.outcome import DUPLICATE_CODES, Answer, Kind, from_error
from eprouvette.standards.soap.mtom import include
from eprouvette.standards.xdm.entry import Author, DocumentEntry
from eprouvette.standards.xdm.metadata import (
    REPLACES,
    SET_ID,
    SIGNS,
    Association,
    Member,
    SubmissionSet,
    submit_objects,
)
from eprouvette.standards.xdm.reading import entry_of
from eprouvette.standards.xmlsign.signer import Signer
from eprouvette.standards.xmlsign.submission import PURPOSE, sign_submission

ACTION: Final = "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
XDSB: Final = "urn:ihe:iti:xds-b:2007"
_RS: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
_STATUS: Final = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:"
DOCUMENT_PART: Final = "document@eprouvette"
SIGNATURE_PART: Final = "signature@eprouvette"
DOCUMENT: Final = "Document01"
SIGNATURE: Final = "Signature01"
REPLACED: Final = "urn:uuid:00000000-0000-0000-0000-000000000000"
"""Stands for the entryUUID of the version to replace until the registry has told it, when the submission leaves."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A signed submission, ready to be sent as often as needed: the same bytes each time.

    ``body`` is the ITI-41 element whose contents are the two parts.
    """

    body: str
    document: bytes
    signature: bytes
    unique_id: str
    mime_type: str


@dataclass(frozen=True, slots=True)
class Ids:
    """What is fixed before the first attempt: the set, the signature document, the moment (aware)."""

    set_id: str
    signature_id: str
    at: datetime


def seal(cda: bytes, ids: Ids, author: Author, source_id: str, signer: Signer, *, replaces: str = "") -> Submission:
    """The submission of a CDA by ``author``, the user of the VIHF.

    ``replaces`` is the registry's entryUUID (``urn:uuid:…``) of the version that this one replaces.
    Raises `IncompleteDocumentError` when the CDA does not hold the metadata.
    """
    tree = xml.parse(cda)
    entry = entry_of(tree, cda)
    signature = sign_submission(ids.set_id, {entry.unique_id: tree}, signer, ids.at, ids.signature_id)
    submission = SubmissionSet(
        unique_id=ids.set_id,
        source_id=source_id,
        patient_id=entry.patient_id,
        time=utc_stamp(ids.at),
        title=entry.title,
        author=author,
    )
    links = [Association(SIGNS, SIGNATURE, SET_ID)]
    if replaces:
        links.append(Association(REPLACES, DOCUMENT, replaces))
    members = [Member(DOCUMENT, entry), Member(SIGNATURE, _signature_entry(entry, ids, author, signature))]
    body = (
        f'<xdsb:ProvideAndRegisterDocumentSetRequest xmlns:xdsb="{XDSB}">{submit_objects(submission, members, links)}'
        f'<xdsb:Document id="{DOCUMENT}">{include(DOCUMENT_PART)}</xdsb:Document>'
        f'<xdsb:Document id="{SIGNATURE}">{include(SIGNATURE_PART)}</xdsb:Document>'
        "</xdsb:ProvideAndRegisterDocumentSetRequest>"
    )
    return Submission(body, cda, signature, entry.unique_id, entry.mime_type)


def _signature_entry(entry: DocumentEntry, ids: Ids, author: Author, signature: bytes) -> DocumentEntry:
    """The entry of the signature: as the document's, with the codes of the DSG profile."""
    return replace(
        entry,
        unique_id=ids.signature_id,
        mime_type="text/xml",
        creation_time=utc_stamp(ids.at),
        language="art",
        title="Source",
        authors=(author,),
        class_code=Coded("urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN", "Signature"),
        type_code=Coded("E1762", "ASTM", "Full Document"),
        format_code=Coded("http://www.w3.org/2000/09/xmldsig#", "URN", "Default Signature Style"),
        event_codes=(Coded(PURPOSE, "1.2.840.10065.1.12", "Source"),),
        size=len(signature),
        replaces=None,
    )


def replacing(sealed: Submission, entry_uuid: str) -> Submission:
    """The submission with the reference of the version that it replaces; the signature covers no reference."""
    return replace(sealed, body=sealed.body.replace(REPLACED, entry_uuid))


def read(body: etree._Element) -> Answer:
    """What the registry answered; raises nothing: an unreadable answer is ambiguous."""
    if body.tag != f"{{{_RS}}}RegistryResponse":
        return Answer(Kind.AMBIGUOUS, "", "La réponse du DMP n'est pas celle d'un dépôt.")
    if body.get("status") == f"{_STATUS}Success":
        return Answer(Kind.DONE)
    errors = [
        (error.get("errorCode", ""), error.get("codeContext", ""))
        for error in body.iter(f"{{{_RS}}}RegistryError")
        if not error.get("severity", "").endswith("Warning")
    ]
    if not errors:
        return Answer(Kind.AMBIGUOUS, "", "Le DMP a répondu par un échec sans erreur.")
    answers = [from_error(code, text) for code, text in errors]
    if all(answer.code in DUPLICATE_CODES for answer in answers):
        return Answer(Kind.DONE, answers[0].code, "Déjà déposé par un essai précédent.")
    order = [Kind.CONFIGURATION, Kind.NOT_APPLICABLE, Kind.FINAL, Kind.TRANSIENT]
    return min((one for one in answers if one.code not in DUPLICATE_CODES), key=lambda one: order.index(one.kind))
