"""The report itself: header, chapters, version.

Source: CI-SIS CR-BIO 2024.01 (digest ``cr-bio.md`` 3 to 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from eprouvette.core.coded import Coded, Identifier
from eprouvette.standards.report.people import Addressee, Device, Informant, Organization, Patient, Professional
from eprouvette.standards.report.results import Chapter, Performer, Status

Confidentiality = Literal["N", "R", "V"]
EncounterType = Literal["AMB", "EMER", "IMP", "FLD", "HH", "VR", "EXTERNE", "SEANCE"]


@dataclass(frozen=True, slots=True)
class Document:
    """Identity and version of the report.

    ``id`` and ``set_id`` are OIDs without extension (the DMP takes no other form); ``id`` is new for
    each version, ``set_id`` stays. ``replaces`` is the id of the version before, with ``version`` > 1.
    """

    id: str
    set_id: str
    version: int
    created_at: datetime
    status: Status = "completed"
    confidentiality: Confidentiality = "N"
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """The prescription: its number, who prescribed, when, and what the prescriber said of the patient's state.

    ``further_ids`` are the numbers of the other orders that the report answers.
    """

    id: Identifier
    prescriber: Professional
    prescribed_at: datetime | None = None
    clinical_data: str = ""
    further_ids: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceEvent:
    """The act: request number, reception, release (``ended_at``), who ran it and when.

    ``director`` is the laboratory's director, with the laboratory as ``organization``. ``code`` says what the act was
    when the first chapter does not, ``further_codes`` what it was besides its chapters.
    """

    id: Identifier
    started_at: datetime
    performed_at: datetime
    director: Professional
    ended_at: datetime | None = None
    code: Coded | None = None
    further_codes: tuple[Coded, ...] = ()


@dataclass(frozen=True, slots=True)
class Encounter:
    """Where and when the patient was taken in charge; ``responsible`` carries the laboratory."""

    type: EncounterType
    started_at: datetime
    responsible: Professional
    facility_type: Coded
    id: Identifier | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sampler:
    """Who took the specimens when it was not the laboratory, and when."""

    by: Professional
    at: datetime


@dataclass(frozen=True, slots=True)
class Signature:
    """Who takes responsibility for the report (a named biologist), and when."""

    by: Professional
    at: datetime


@dataclass(frozen=True, slots=True)
class Revision:
    """What a new version changes: one sentence a change, who corrected, when."""

    changes: tuple[str, ...]
    by: Professional
    at: datetime


@dataclass(frozen=True, slots=True)
class SecondIntention:
    """The part of a report that a specialised laboratory makes: its state, and from when to when."""

    started_at: datetime
    ended_at: datetime | None = None
    status: Literal["completed", "active"] = "completed"


@dataclass(frozen=True, slots=True)
class Vaccination:
    """A vaccine that was given, or was not: its ATC code, when, which dose; ``text`` when the words are others."""

    vaccine: Coded
    status: Literal["given", "not_given"]
    at: datetime | None = None
    dose: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Screening:
    """Why an organised screening was made: its context (JDV ContexteExamenCCU) and what is looked for (CIM-10).

    ``vaccinations`` are those that bear on it. Source: CI-SIS CR-BIO 2024.01, sections 128 and 147.
    """

    context: Coded
    sought: Coded
    vaccinations: tuple[Vaccination, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF joined to the report: results of second intention that the partner gives in that form only, an annex.

    ``type`` is the kind of document when it has a code, ``text`` its words when they are not the title.
    """

    title: str
    content: bytes
    performer: Performer | None = None
    type: Coded | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Words on the whole report under a title of their own (a non-conformity, an advice, a legal mention)."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabReport:
    """A validated laboratory report, frozen. Equal reports give equal bytes in every form.

    ``authored_at`` says when each of the ``authors`` wrote; empty when all did at the creation of the document.
    """

    document: Document
    patient: Patient
    authors: tuple[Professional | Device, ...]
    custodian: Organization
    legal_authenticator: Signature
    order: Order
    service_event: ServiceEvent
    encounter: Encounter
    chapters: tuple[Chapter, ...]
    validators: tuple[Signature, ...] = ()
    sampler: Sampler | None = None
    attending: Professional | None = None
    copies: tuple[Professional, ...] = ()
    comments: tuple[str, ...] = ()
    revision: Revision | None = None
    second_intention: SecondIntention | None = None
    attachments: tuple[Attachment, ...] = ()
    screening: Screening | None = None
    informants: tuple[Informant | Professional, ...] = ()
    authored_at: tuple[datetime, ...] = ()
    addressees: tuple[Addressee, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def laboratory(self) -> Organization:
        """The laboratory that answers for the report (the responsible party's organisation, else the custodian)."""
        return self.encounter.responsible.organization or self.custodian

    @property
    def cancelled(self) -> bool:
        """True for the version that says that the one before must not be used at all."""
        return self.document.status == "aborted" and self.document.replaces is not None
