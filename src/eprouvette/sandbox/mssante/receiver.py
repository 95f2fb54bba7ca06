"""Reads a mail as a strict receiver would: envelope, headers, parts, XDM package, CDA.

Each fault is an SMTP code and a sentence that names it. Source: digest ``exchanges.md`` 3.3 and 3.4.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

from lxml import etree

LIMIT: Final = 10_000_000
_SUBJECT: Final = re.compile(r"XDM/1\.0/DDM\+.+ \d{2}/\d{2}/\d{4}")
_PDF_NAME: Final = re.compile(r"\d{8}_[A-Za-z0-9-]+_[A-Za-z0-9-]+_[A-Za-z0-9-]+_[A-Za-z0-9-]+\.pdf")
_SHORT_NAME: Final = re.compile(r"[A-Z0-9_]{1,8}\.[A-Z0-9]{1,3}")
_CITIZEN: Final = re.compile(r"(\d{5}(?:\d{2}|2[AB])\d{6}\d{2})@patient\.mssante\.fr")
_RIM: Final = {"rim": "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"}
_CDA: Final = {"c": "urn:hl7-org:v3"}
_INS_OIDS: Final = frozenset(f"1.2.250.1.213.1.4.{arc}" for arc in (8, 9, 10, 11))
_SET_PATIENT: Final = "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446"
_ENTRY_PATIENT: Final = "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427"
_ENTRY_UNIQUE: Final = "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab"
_ENTRY_FORMAT: Final = "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d"
_HAS_MEMBER: Final = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
_SLOTS: Final = ("creationTime", "languageCode", "serviceStartTime", "sourcePatientId", "sourcePatientInfo")


class FaultError(Exception):
    """A mail that the operator or the receiver refuses: SMTP code and words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


@dataclass(frozen=True, slots=True)
class Read:
    """What a right mail says."""

    message_id: str
    subject: str
    document_id: str


def read(content: bytes, sender: str, recipients: list[str]) -> Read:
    """Read a mail whole; raises `FaultError` at the first thing that is wrong."""
    if len(content) > LIMIT:
        raise FaultError(552, "5.3.4 message trop gros pour le systeme")
    if len(recipients) != 1:
        raise FaultError(550, "5.5.3 un seul destinataire par message")
    message = email.message_from_bytes(content, policy=email.policy.default)
    _headers(message, sender, recipients[0])
    package, pdf = _parts(message)
    document_id, patient = _package(package)
    if not pdf.startswith(b"%PDF-"):
        raise FaultError(554, "5.6.0 la piece PDF n'est pas un PDF")
    citizen = _CITIZEN.fullmatch(recipients[0])
    if citizen and citizen[1] != patient:
        raise FaultError(550, "5.7.1 la boite du patient n'est pas celle de l'INS du document")
    has_ins = "O" if patient else "N"
    if message["X-MSS-INS"] != has_ins:
        raise FaultError(554, "5.6.0 X-MSS-INS ne dit pas ce que porte le document")
    return Read(str(message["Message-ID"]), str(message["Subject"]), document_id)


def _headers(message: EmailMessage, sender: str, recipient: str) -> None:
    if message["From"] is None or not message["From"].addresses[0].display_name:
        raise FaultError(554, "5.6.0 From sans libelle lisible")
    if message["From"].addresses[0].addr_spec != sender:
        raise FaultError(550, "5.7.1 From n'est pas l'expediteur de l'enveloppe")
    if message["To"] is None or [one.addr_spec for one in message["To"].addresses] != [recipient]:
        raise FaultError(554, "5.6.0 To n'est pas le destinataire de l'enveloppe")
    if not _SUBJECT.fullmatch(str(message["Subject"] or "")):
        raise FaultError(554, "5.6.0 Subject n'a pas la forme XDM/1.0/DDM+")
    for name in ("Message-ID", "Date", "Reply-To", "X-MSS-NIL", "X-MSS-INS"):
        if not message[name]:
            raise FaultError(554, f"5.6.0 en-tete {name} absent")
    if message["X-MSS-CODECDA"] != "11502-2":
        raise FaultError(554, "5.6.0 X-MSS-CODECDA absent ou faux")


def _parts(message: EmailMessage) -> tuple[bytes, bytes]:
    if message.get_content_type() != "multipart/mixed":
        raise FaultError(554, "5.6.0 le message n'est pas multipart/mixed")
    body = message.get_body(("plain",))
    if body is None or body.get_content_charset() != "utf-8" or not body.get_content().strip():
        raise FaultError(554, "5.6.0 corps de texte UTF-8 absent")
    found: dict[str, tuple[str, bytes]] = {}
    for part in message.iter_attachments():
        payload = part.get_payload(decode=True)
        found[part.get_content_type()] = (part.get_filename() or "", payload if isinstance(payload, bytes) else b"")
    name, package = found.get("application/zip", ("", b""))
    if name.upper() != "IHE_XDM.ZIP":
        raise FaultError(554, "5.6.0 piece IHE_XDM.zip absente")
    name, pdf = found.get("application/pdf", ("", b""))
    if not _PDF_NAME.fullmatch(name):
        raise FaultError(554, "5.6.0 piece PDF absente ou mal nommee")
    return package, pdf


def _package(content: bytes) -> tuple[str, str]:
    """The document id and the INS of the patient (empty without one), both read twice and compared."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        names = archive.namelist()
        if sum(info.file_size for info in archive.infolist()) > 5 * LIMIT:
            raise FaultError(552, "5.3.4 archive demesuree")
        files = {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, RuntimeError) as error:
        raise FaultError(554, "5.6.0 IHE_XDM.zip illisible") from error
    for wanted in ("INDEX.HTM", "README.TXT", "IHE_XDM/SUBSET01/METADATA.XML"):
        if wanted not in files:
            raise FaultError(554, f"5.6.0 {wanted} absent de l'archive")
    for name in names:
        if not all(part in {"IHE_XDM", "SUBSET01"} or _SHORT_NAME.fullmatch(part) for part in name.split("/")):
            raise FaultError(554, "5.6.0 nom de fichier hors du format 8.3 en majuscules")
    entries = _entries(_parse(files["IHE_XDM/SUBSET01/METADATA.XML"], "METADATA.XML"))
    announced = [f"IHE_XDM/SUBSET01/{entry.slots['URI']}" for entry in entries]
    kept = {name for name in names if name.startswith("IHE_XDM/SUBSET01/")} - {"IHE_XDM/SUBSET01/METADATA.XML"}
    if not kept.issuperset(announced):
        raise FaultError(554, "5.6.0 document annonce absent de l'archive")
    if len(announced) != len(kept):
        raise FaultError(554, "5.6.0 les documents de l'archive ne sont pas ceux qui sont annonces")
    found = [_whole(files[name], entry) for name, entry in zip(announced, entries, strict=True)]
    if len(found) > 1:
        _pair(found)
    return found[0].document_id, found[0].ins


def _whole(document: bytes, entry: _Entry) -> _Document:
    if hashlib.sha1(document, usedforsecurity=False).hexdigest() != entry.slots["hash"].lower():
        raise FaultError(554, "5.6.0 empreinte du document fausse")
    if str(len(document)) != entry.slots["size"]:
        raise FaultError(554, "5.6.0 taille du document fausse")
    return _document(document, entry)


def _pair(found: list[_Document]) -> None:
    """Two documents are one report twice: structured, then its PDF inside, each under its own id."""
    if len(found) != 2 or [one.structured for one in found] != [True, False]:
        raise FaultError(554, "5.6.0 un lot de deux documents est un N3 puis un N1")
    if found[0].document_id == found[1].document_id:
        raise FaultError(554, "5.6.0 deux documents du lot ont le meme uniqueId")
    if found[0].says != found[1].says:
        raise FaultError(554, "5.6.0 les documents du lot ne sont pas du meme compte rendu")


@dataclass(frozen=True, slots=True)
class _Entry:
    slots: dict[str, str]
    unique_id: str
    patient_id: str
    format_code: str
    mime_type: str


@dataclass(frozen=True, slots=True)
class _Document:
    """A document of the package: its id, the patient's INS, its level, and by what two of them are one report."""

    document_id: str
    ins: str
    structured: bool
    says: tuple[str, ...]


def _entries(metadata: etree._Element) -> list[_Entry]:
    package = metadata.find(".//rim:RegistryPackage", _RIM)
    if package is None:
        raise FaultError(554, "5.6.0 METADATA.XML sans lot de soumission")
    objects = metadata.findall(".//rim:ExtrinsicObject", _RIM)
    if not objects:
        raise FaultError(554, "5.6.0 METADATA.XML sans document")
    members = [
        one.get("targetObject")
        for one in metadata.findall(".//rim:Association", _RIM)
        if one.get("associationType") == _HAS_MEMBER and one.get("sourceObject") == package.get("id")
    ]
    if sorted(map(str, members)) != sorted(str(one.get("id")) for one in objects):
        raise FaultError(554, "5.6.0 METADATA.XML : les documents ne sont pas ceux du lot")
    of_set = _external(package)
    return [_entry(one, of_set) for one in objects]


def _external(owner: etree._Element) -> dict[str, str]:
    return {
        one.get("identificationScheme", ""): one.get("value", "")
        for one in owner.iter("{urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0}ExternalIdentifier")
    }


def _entry(entry: etree._Element, of_set: dict[str, str]) -> _Entry:
    slots = {
        slot.get("name", ""): slot.findtext("rim:ValueList/rim:Value", "", _RIM)
        for slot in entry.findall("rim:Slot", _RIM)
    }
    for name in (*_SLOTS, "hash", "size", "URI"):
        if not slots.get(name):
            raise FaultError(554, f"5.6.0 METADATA.XML : {name} absent")
    identifiers = _external(entry)
    if of_set.get(_SET_PATIENT) != identifiers.get(_ENTRY_PATIENT):
        raise FaultError(554, "5.6.0 METADATA.XML : le lot et le document n'ont pas le meme patient")
    formats = [
        one.get("nodeRepresentation", "")
        for one in entry.findall("rim:Classification", _RIM)
        if one.get("classificationScheme") == _ENTRY_FORMAT
    ]
    return _Entry(
        slots,
        identifiers.get(_ENTRY_UNIQUE, ""),
        identifiers.get(_ENTRY_PATIENT, ""),
        formats[0] if formats else "",
        entry.get("mimeType", ""),
    )


def _document(content: bytes, entry: _Entry) -> _Document:
    root = _parse(content, "CDA")
    cda = root if root.tag == "{urn:hl7-org:v3}ClinicalDocument" else root.find(".//c:ClinicalDocument", _CDA)
    if cda is None:
        raise FaultError(554, "5.6.0 le document n'est pas un CDA")
    if (entry.mime_type == "application/xslt+xml") != (cda is not root):
        raise FaultError(554, "5.6.0 mimeType ne correspond pas a la forme du document")
    identifier = cda.find("c:id", _CDA)
    document_id = identifier.get("root", "") if identifier is not None else ""
    if not document_id or document_id != entry.unique_id:
        raise FaultError(554, "5.6.0 uniqueId n'est pas celui du CDA")
    structured = cda.find(".//c:structuredBody", _CDA) is not None
    if structured != (entry.format_code == "urn:ihe:lab:xd-lab:2008"):
        raise FaultError(554, "5.6.0 formatCode ne correspond pas au CDA")
    ids = [
        (one.get("root", ""), one.get("extension", ""))
        for one in cda.findall("c:recordTarget/c:patientRole/c:id", _CDA)
    ]
    ins = next((extension for root_oid, extension in ids if root_oid in _INS_OIDS), "")
    expected = [f"{extension}^^^&{root_oid}&ISO^" for root_oid, extension in ids]
    if not any(entry.patient_id.startswith(one) for one in expected[:1]):
        raise FaultError(554, "5.6.0 patientId n'est pas celui du CDA")
    order = cda.find("c:inFulfillmentOf/c:order/c:id", _CDA)
    version = cda.find("c:versionNumber", _CDA)
    says = (
        cda.findtext("c:title", "", _CDA),
        entry.patient_id,
        "" if order is None else order.get("extension", ""),
        "" if version is None else version.get("value", ""),
    )
    return _Document(document_id, ins, structured, says)


def _parse(content: bytes, what: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise FaultError(554, f"5.6.0 {what} illisible") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise FaultError(554, f"5.6.0 {what} avec une DTD")
    return root
