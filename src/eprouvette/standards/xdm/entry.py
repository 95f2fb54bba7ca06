"""`DocumentEntry`: what a registry must know of a document, and the HL7 v2 shapes it is written in.

Source: IHE ITI TF-3 4.2.3.2; digest ``exchanges.md`` 2.5, table DocumentEntry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote or sends: ``institution`` is an XON, ``person`` an XCN, ``specialty`` and ``role`` CE values."""

    institution: str
    person: str
    specialty: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """XDS metadata of one document. Times are UTC ``YYYYMMDDhhmmss``; ``hash`` is SHA-1 in hexadecimal."""

    unique_id: str
    set_id: str
    mime_type: str
    creation_time: str
    language: str
    legal_authenticator: str
    start_time: str
    stop_time: str
    patient_id: str
    source_patient_id: str
    source_patient_info: tuple[str, ...]
    title: str
    authors: tuple[Author, ...]
    class_code: Coded
    type_code: Coded
    confidentiality: tuple[Coded, ...]
    format_code: Coded
    event_codes: tuple[Coded, ...]
    facility_type: Coded
    practice_setting: Coded
    hash: str
    size: int
    replaces: str | None = None


CLASS_CODE: Final = Coded("10", "1.2.250.1.213.1.1.4.1", "Comptes rendus")
FORMAT_N3: Final = Coded(
    "urn:ihe:lab:xd-lab:2008", "1.3.6.1.4.1.19376.1.2.3", "Compte rendu structuré d'examens de biologie médicale"
)
FORMAT_N1_PDF: Final = Coded("urn:ihe:iti:xds-sd:pdf:2008", "1.3.6.1.4.1.19376.1.2.3", "Document CDA R2 niveau 1 PDF")
N3_TEMPLATE: Final = "1.3.6.1.4.1.19376.1.3.3"


def xcn(identifier: Identifier, family: str, given: str) -> str:
    """A person: ``810…^NOM^Prénom^^^^^^&OID&ISO^D^^^IDNPS``."""
    return f"{_v2(identifier.extension)}^{_v2(family)}^{_v2(given)}^^^^^^&{identifier.root}&ISO^D^^^IDNPS"


def xon(identifier: Identifier, name: str) -> str:
    """A structure: ``NOM^^^^^&OID&ISO^IDNST^^^1…``."""
    return f"{_v2(name)}^^^^^&{identifier.root}&ISO^IDNST^^^{_v2(identifier.extension)}"


def cx(identifier: Identifier, kind: str) -> str:
    """A patient identifier: ``VALEUR^^^&OID&ISO^NH`` (``NH`` for an INS, ``PI`` for a local one)."""
    return f"{_v2(identifier.extension)}^^^&{identifier.root}&ISO^{kind}"


def patient_cx(identifier: Identifier) -> str:
    """A patient identifier with the type that follows from its authority."""
    return cx(identifier, "NH" if identifier.root in oids.INS_OIDS else "PI")


def ce(coded: Coded) -> str:
    """A code with its words and system: ``code^libellé^OID``."""
    return f"{_v2(coded.code)}^{_v2(coded.display)}^{coded.system}"


def _v2(text: str) -> str:
    """Text inside an HL7 v2 component: separators are escaped (HL7 v2.5, 2.7)."""
    for sign, escaped in (("\\", "\\E\\"), ("|", "\\F\\"), ("^", "\\S\\"), ("&", "\\T\\"), ("~", "\\R\\")):
        text = text.replace(sign, escaped)
    return " ".join(text.split())
