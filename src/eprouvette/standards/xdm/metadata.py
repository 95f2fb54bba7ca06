"""Writes XDS metadata: the registry objects of a submission set, as ebXML RegRep 3.0.

Source: IHE ITI TF-3 4.2; digest ``exchanges.md`` 2.5, tables SubmissionSet and DocumentEntry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from eprouvette.core.coded import Coded
from eprouvette.standards.xdm.entry import Author, DocumentEntry

RIM: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
LCM: Final = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"
STABLE_DOCUMENT: Final = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
SUBMISSION_SET: Final = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
SET_ID: Final = "SubmissionSet01"
HAS_MEMBER: Final = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
SIGNS: Final = "urn:ihe:iti:2007:AssociationType:signs"
REPLACES: Final = "urn:ihe:iti:2007:AssociationType:RPLC"

SET_AUTHOR: Final = "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d"
SET_CONTENT_TYPE: Final = "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500"
SET_PATIENT: Final = "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446"
SET_SOURCE: Final = "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832"
SET_UNIQUE: Final = "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8"
ENTRY_AUTHOR: Final = "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d"
ENTRY_CLASS: Final = "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a"
ENTRY_TYPE: Final = "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983"
ENTRY_CONFIDENTIALITY: Final = "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f"
ENTRY_FORMAT: Final = "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d"
ENTRY_EVENT: Final = "urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4"
ENTRY_FACILITY: Final = "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1"
ENTRY_PRACTICE: Final = "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead"
ENTRY_PATIENT: Final = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
ENTRY_UNIQUE: Final = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"

CONTENT_TYPES: Final = {
    "07": "Consultation externe ou ambulatoire",
    "03": "Hospitalisation",
}
CONTENT_TYPE_SYSTEM: Final = "1.2.250.1.213.2.2"


@dataclass(frozen=True, slots=True)
class SubmissionSet:
    """The envelope: who sends, when, for whom. ``time`` is UTC ``YYYYMMDDhhmmss``."""

    unique_id: str
    source_id: str
    patient_id: str
    time: str
    title: str
    author: Author
    content_type: str = "07"
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class Association:
    """A link between two objects of the submission, or to an object of the registry (``urn:uuid:…``)."""

    kind: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Member:
    """A document of the submission: its symbolic id and its entry.

    ``with_file`` adds the slots ``hash``, ``size`` and ``URI`` that a package needs; a direct
    submission leaves them to the repository.
    """

    symbol: str
    entry: DocumentEntry
    uri: str = ""

    @property
    def with_file(self) -> bool:
        """True inside a package."""
        return bool(self.uri)


def submit_objects(
    submission: SubmissionSet, members: Sequence[Member], associations: Sequence[Association] = ()
) -> str:
    """``lcm:SubmitObjectsRequest`` holding the set, its members, ``HasMember`` for each and other associations."""
    links = [Association(HAS_MEMBER, SET_ID, member.symbol) for member in members]
    parts = [
        f'<lcm:SubmitObjectsRequest xmlns:lcm="{LCM}" xmlns:rim="{RIM}"><rim:RegistryObjectList>',
        *(_extrinsic(member) for member in members),
        _package(submission),
        _IS_SUBMISSION_SET,
        *(_association(rank, link) for rank, link in enumerate([*links, *associations], start=1)),
        "</rim:RegistryObjectList></lcm:SubmitObjectsRequest>",
    ]
    return "".join(parts)


_OBJECT: Final = "urn:oasis:names:tc:ebxml-regrep:ObjectType:RegistryObject:"
_IS_SUBMISSION_SET: Final = (
    f'<rim:Classification id="cl-set" objectType="{_OBJECT}Classification" classifiedObject="{SET_ID}" '
    f'classificationNode="{SUBMISSION_SET}"/>'
)


def _extrinsic(member: Member) -> str:
    entry, owner = member.entry, member.symbol
    coded = [
        (ENTRY_CLASS, entry.class_code),
        (ENTRY_TYPE, entry.type_code),
        *((ENTRY_CONFIDENTIALITY, code) for code in entry.confidentiality),
        (ENTRY_FORMAT, entry.format_code),
        *((ENTRY_EVENT, code) for code in entry.event_codes),
        (ENTRY_FACILITY, entry.facility_type),
        (ENTRY_PRACTICE, entry.practice_setting),
    ]
    authors = [_author(ENTRY_AUTHOR, owner, rank, author) for rank, author in enumerate(entry.authors, start=1)]
    codes = [_code(scheme, owner, rank, code) for rank, (scheme, code) in enumerate(coded, start=1)]
    return "".join(
        [
            f'<rim:ExtrinsicObject id="{owner}" objectType="{STABLE_DOCUMENT}" mimeType={quoteattr(entry.mime_type)}>',
            *_entry_slots(member),
            _words("Name", entry.title),
            *authors,
            *codes,
            _external(ENTRY_PATIENT, owner, "XDSDocumentEntry.patientId", entry.patient_id),
            _external(ENTRY_UNIQUE, owner, "XDSDocumentEntry.uniqueId", entry.unique_id),
            "</rim:ExtrinsicObject>",
        ]
    )


def _entry_slots(member: Member) -> Iterator[str]:
    entry = member.entry
    yield _slot("creationTime", entry.creation_time)
    yield _slot("languageCode", entry.language)
    yield _slot("legalAuthenticator", entry.legal_authenticator)
    yield _slot("serviceStartTime", entry.start_time)
    if entry.stop_time:
        yield _slot("serviceStopTime", entry.stop_time)
    yield _slot("sourcePatientId", entry.source_patient_id)
    yield _slot("sourcePatientInfo", *entry.source_patient_info)
    if member.with_file:
        yield _slot("hash", entry.hash)
        yield _slot("size", str(entry.size))
        yield _slot("URI", member.uri)


def _package(submission: SubmissionSet) -> str:
    words = CONTENT_TYPES.get(submission.content_type, submission.content_type)
    content = Coded(submission.content_type, CONTENT_TYPE_SYSTEM, words)
    recipient = _slot("intendedRecipient", submission.recipient) if submission.recipient else ""
    return "".join(
        [
            f'<rim:RegistryPackage id="{SET_ID}">',
            _slot("submissionTime", submission.time),
            recipient,
            _words("Name", submission.title),
            _author(SET_AUTHOR, SET_ID, 1, submission.author),
            _code(SET_CONTENT_TYPE, SET_ID, 1, content),
            _external(SET_PATIENT, SET_ID, "XDSSubmissionSet.patientId", submission.patient_id),
            _external(SET_SOURCE, SET_ID, "XDSSubmissionSet.sourceId", submission.source_id),
            _external(SET_UNIQUE, SET_ID, "XDSSubmissionSet.uniqueId", submission.unique_id),
            "</rim:RegistryPackage>",
        ]
    )


def _association(rank: int, link: Association) -> str:
    status = _slot("SubmissionSetStatus", "Original") if link.kind == HAS_MEMBER else ""
    return (
        f'<rim:Association id="as{rank:02d}" associationType="{link.kind}" sourceObject={quoteattr(link.source)} '
        f"targetObject={quoteattr(link.target)}>{status}</rim:Association>"
    )


def _slot(name: str, *values: str) -> str:
    inside = "".join(f"<rim:Value>{escape(value)}</rim:Value>" for value in values)
    return f'<rim:Slot name="{name}"><rim:ValueList>{inside}</rim:ValueList></rim:Slot>'


def _words(tag: str, text: str) -> str:
    localized = f'<rim:LocalizedString xml:lang="FR" charset="UTF8" value={quoteattr(text)}/>'
    return f"<rim:{tag}>{localized}</rim:{tag}>"


def _author(scheme: str, owner: str, rank: int, author: Author) -> str:
    slots = [
        _slot(name, value)
        for name, value in (
            ("authorInstitution", author.institution),
            ("authorPerson", author.person),
            ("authorRole", author.role),
            ("authorSpecialty", author.specialty),
        )
        if value
    ]
    return (
        f'<rim:Classification id="{owner}-author{rank:02d}" objectType="{_OBJECT}Classification" '
        f'classificationScheme="{scheme}" classifiedObject="{owner}" nodeRepresentation="">'
        f"{''.join(slots)}</rim:Classification>"
    )


def _code(scheme: str, owner: str, rank: int, code: Coded) -> str:
    return (
        f'<rim:Classification id="{owner}-code{rank:02d}" objectType="{_OBJECT}Classification" '
        f'classificationScheme="{scheme}" classifiedObject="{owner}" nodeRepresentation={quoteattr(code.code)}>'
        f"{_slot('codingScheme', code.system)}{_words('Name', code.display)}</rim:Classification>"
    )


def _external(scheme: str, owner: str, name: str, value: str) -> str:
    return (
        f'<rim:ExternalIdentifier id="{owner}-{name.rpartition(".")[2]}" objectType="{_OBJECT}ExternalIdentifier" '
        f'registryObject="{owner}" identificationScheme="{scheme}" value={quoteattr(value)}>'
        f"{_words('Name', name)}</rim:ExternalIdentifier>"
    )
