"""What the pages show of the questions to INSi: the newest answer beside the file, and what to try next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone

from eprouvette.exchange.identities import answers
from eprouvette.exchange.identities.models import (
    CHANNELS,
    WAITING,
    Confirmation,
    Refutation,
    Retrieval,
    VerificationRun,
)
from eprouvette.lab.identity import insi
from eprouvette.lab.identity.comparison import Comparison
from eprouvette.lab.identity.models import IdentityEvent, IdentityWatch, Patient
from eprouvette.lab.identity.watches import Kind
from eprouvette.standards.insi.identity import Traits
from eprouvette.standards.insi.plan import Asked, Step
from eprouvette.standards.insi.plan import next_step as planned

_CHANGES: Final = ("creation", "traits", "recuperation", "declassement")
"""After these acts on a file the questions begin again: its traits are others, or were taken."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what came of it."""

    id: int
    patient_id: int
    channel_label: str
    label: str
    asked_at: datetime
    asked_by: str
    outcome: str
    sentence: str
    remedy: str
    code: str
    accepted: bool

    @property
    def found(self) -> bool:
        """True when an identity came and waits to be compared."""
        return self.outcome == answers.FOUND and not self.accepted


@dataclass(frozen=True, slots=True)
class Window:
    """The traits of the next question, to be changed by hand if need be: the file is not (REQ-INS-03)."""

    birth_name: str
    given_names: str
    sex: str
    birth_date: str
    birth_place: str
    label: str


def questions_of(patient: Patient, limit: int = 10) -> tuple[Question, ...]:
    """The last questions about a patient, newest first."""
    return tuple(_question(row) for row in Retrieval.objects.filter(patient=patient)[:limit])


def comparison_of(patient: Patient, question_id: int) -> Comparison | None:
    """The file, as it is now, beside an answer of INSi about it; None when there is no such answer."""
    row = Retrieval.objects.filter(pk=question_id, patient=patient, outcome=answers.FOUND).first()
    return insi.compared(patient, answers.identity_of(row).traits) if row else None


def ins_of(question_id: int) -> str:
    """The number that an answer gives, for the page that compares."""
    row = Retrieval.objects.filter(pk=question_id, outcome=answers.FOUND).first()
    return answers.identity_of(row).ins.value if row else ""


def window_of(patient: Patient) -> Window:
    """What the window of a question holds at first: the next of the plan, or the whole file when all was tried."""
    step = next_step(patient)
    asked = step.asked if step else answers.traits_of(patient)
    return Window(
        birth_name=asked.birth_name,
        given_names=" ".join(asked.given_names),
        sex=asked.sex,
        birth_date=asked.birth_date,
        birth_place=asked.birth_place,
        label=step.label if step else "",
    )


def window_traits(typed: Window) -> Traits:
    """The question that a window asks."""
    return Traits(typed.birth_name, tuple(typed.given_names.split()), typed.sex, typed.birth_date, typed.birth_place)


def asked_since_change(patient: Patient) -> list[Retrieval]:
    """Today's answered questions by traits since the file last changed, oldest first."""
    changed = IdentityEvent.objects.filter(patient=patient, kind__in=_CHANGES).values_list("at", flat=True).first()
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Retrieval.objects.filter(patient=patient, channel="traits", asked_at__gte=max(start, changed or start))
    return list(rows.filter(outcome__in=answers.ANSWERED).order_by("pk"))


def next_step(patient: Patient) -> Step | None:
    """The next question by traits to propose; a question that got no answer is proposed again."""
    done = [row for row in asked_since_change(patient) if row.outcome != answers.FOUND]
    return planned(answers.traits_of(patient), [Asked(answers.asked_of(row), answers.outcome_of(row)) for row in done])


def refuted_ids() -> list[int]:
    """The patients whose identity INSi refused at a verification and that nobody has seen to, oldest first."""
    rows = Refutation.objects.filter(handled_at=None, patient__merged_into__isnull=True)
    return list(dict.fromkeys(rows.values_list("patient_id", flat=True)))


def is_refuted(patient_id: int) -> bool:
    """True when INSi refused the identity of this patient at a verification that nobody has seen to."""
    return Refutation.objects.filter(patient_id=patient_id, handled_at=None).exists()


def watched_count() -> int:
    """The patients of whom a received message left something to a person; what a job still asks INSi is not counted."""
    rows = IdentityWatch.objects.filter(closed_at=None, patient__merged_into__isnull=True)
    asking = Confirmation.objects.filter(state=WAITING).values("patient_id")
    needing = rows.exclude(kind=Kind.INSI.value, patient_id__in=asking)
    return needing.values("patient_id").distinct().count()


def last_run() -> VerificationRun | None:
    """The verification that goes on, or the last one."""
    return VerificationRun.objects.first()


def _question(row: Retrieval) -> Question:
    return Question(
        id=row.pk,
        patient_id=row.patient_id,
        channel_label=CHANNELS[row.channel],
        label=row.label,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        outcome=row.outcome,
        sentence=row.sentence or "La question est partie ; sa réponse n'a pas été reçue.",
        remedy=row.remedy or "Interroger INSi de nouveau : une question ne change rien.",
        code=row.code,
        accepted=row.accepted_at is not None,
    )
