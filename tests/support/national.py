"""What tests of the national services share: certificates, a right submission, a right mail."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.core.dates import utc_stamp
from eprouvette.core.ins import Ins
from eprouvette.sandbox.igc.authority import Authority
from eprouvette.sandbox.igc.trust import TrustFolder, write_trust
from eprouvette.standards.crbio import write_n3
from eprouvette.standards.dmp.submission import Ids, Submission, seal
from eprouvette.standards.dmp.vihf import Actor, Software
from eprouvette.standards.mssante.message import Mail, compose
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.xdm.entry import Author, ce, xcn, xon
from eprouvette.standards.xdm.metadata import SubmissionSet
from eprouvette.standards.xdm.package import Producer, build_xdm, members_of
from eprouvette.standards.xmlsign.signer import Signer
from support.reports import routine_report

INS = Ins("279035121518989", oids.INS_NIR_TEST)
ACTOR = Actor("810000000015", "AUBIN", "Anne", "G15_10/SM03", "1390999999")
SOFTWARE = Software("Éprouvette", "0", "ESSAI")
AUTHOR = Author(
    institution=xon(Identifier(oids.STRUCTURE, "1390999999"), "LABORATOIRE DES TROIS ÉPIS"),
    person=xcn(Identifier(oids.PROFESSIONAL, "810000000015"), "AUBIN", "Anne"),
    specialty=ce(Coded("G15_10/SM03", oids.SPECIALTY, "Médecin - Biologie médicale (SM)")),
)
AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
PDF = b"%PDF-1.4\n%%EOF\n"
PRESCRIBER = "paul.levesque@medecin.mssante.fr"
PATIENT = f"{INS.value}@patient.mssante.fr"


@dataclass(frozen=True)
class Country:
    """A test authority, the laboratory's trust folder, its seal."""

    authority: Authority
    trust: TrustFolder
    signer: Signer


def make_country(folder: Path) -> Country:
    """A new authority with the laboratory's certificates under ``folder``."""
    authority = Authority()
    trust = write_trust(authority, folder)
    certificate, key = trust.pair("dmp_sign")
    return Country(authority, trust, Signer(certificate.read_bytes(), key.read_bytes()))


def cda_of(report: LabReport | None = None, *, stylesheet: bool = True) -> bytes:
    """The CDA of a report (the routine one)."""
    return write_n3(report or routine_report(), PDF, stylesheet=stylesheet)


def submission_of(country: Country, cda: bytes | None = None, *, author: Author = AUTHOR) -> Submission:
    """A right submission under new ids."""
    number = uuid.uuid4().int % 10**20
    ids = Ids(f"1.2.250.1.213.99.1.{number}", f"1.2.250.1.213.99.1.{number}.1", AT)
    return seal(cda or cda_of(), ids, author, "1.2.250.1.213.99.390999999", country.signer)


def package_of(*documents: bytes) -> bytes:
    """The IHE_XDM.zip of a CDA, or of a pair."""
    members = members_of(documents)
    entry = members[0].entry
    submission = SubmissionSet(
        "1.2.250.1.213.99.2.1", "1.2.250.1.213.99.390999999", entry.patient_id, utc_stamp(AT), entry.title, AUTHOR
    )
    producer = Producer("LABORATOIRE", "labo@labo.mssante.fr", "Éprouvette", "0")
    return build_xdm(submission, members, documents, producer, AT)


def mail_of(recipient: str = PRESCRIBER, **changes: object) -> Mail:
    """What a right mail says."""
    values: dict[str, object] = {
        "sender_label": "LABORATOIRE DES TROIS ÉPIS",
        "sender": "sgl@labo.mssante.fr",
        "reply_to": "labo@labo.mssante.fr",
        "recipient": recipient,
        "kind": "patient" if recipient == PATIENT else "professional",
        "message_id": f"<{uuid.uuid4()}@labo.mssante.fr>",
        "at": AT,
        "family": "PAT-TROIS",
        "given": "DOMINIQUE",
        "birth_date": "28/03/1979",
        "act_date": "20261123",
        "dossier": "26327-0001",
        "has_ins": True,
        "product": "Eprouvette 0",
    }
    return Mail(**{**values, **changes})  # type: ignore[arg-type]  # named as the fields are


def composed(recipient: str = PRESCRIBER, **changes: object) -> bytes:
    """A right mail, whole."""
    return compose(mail_of(recipient, **changes), package_of(cda_of()), PDF)
