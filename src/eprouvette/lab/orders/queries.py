"""Reading dossiers: the day's list, the search by separate criteria, the one that a result belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast

from django.db.models import Q, QuerySet

from eprouvette.core.dates import PARIS, PartialDate
from eprouvette.lab.directory.queries import display_name
from eprouvette.lab.directory.rules import search_key
from eprouvette.lab.orders.errors import AmbiguousDossierError, UnknownDossierError
from eprouvette.lab.orders.models import Dossier, RequestedExam, Sample, ScreeningContext
from eprouvette.lab.orders.rules import CLOSED, ENCOUNTER_LABELS, STATE_LABELS, State
from eprouvette.standards.report.model import EncounterType


@dataclass(frozen=True, slots=True)
class DossierLine:
    """A dossier, as listed."""

    id: int
    number: str
    patient_id: int
    patient: str
    birth_date: str
    sex: str
    prescriber: str
    sampled_at: datetime
    received_at: datetime
    urgent: bool
    state: str
    state_label: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of dossiers and how many there are in all."""

    lines: tuple[DossierLine, ...]
    total: int
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class SampleLine:
    """A sample, as shown."""

    number: str
    type_label: str
    collected_at: datetime
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class DossierDetail:
    """A dossier with its people and samples, as its page shows it."""

    id: int
    number: str
    patient_id: int
    site_id: int
    site_name: str
    order_number: str
    prescriber: str
    prescribed_at: datetime | None
    sampler: str
    sampled_at: datetime
    received_at: datetime
    attending: str
    copies: tuple[str, ...]
    clinical_data: str
    comment: str
    urgent: bool
    encounter_label: str
    state: str
    state_label: str
    samples: tuple[SampleLine, ...]


def get(dossier_id: int, *, for_update: bool = False) -> Dossier:
    """The dossier with its patient, site and prescriber; raises `UnknownDossierError`.

    ``for_update`` locks its row until the end of the caller's transaction.
    """
    rows = Dossier.objects.select_related("patient", "site", "prescriber", "sampler", "attending")
    if for_update:
        rows = rows.select_for_update(of=("self",))
    dossier = rows.filter(pk=dossier_id).first()
    if dossier is None:
        raise UnknownDossierError
    return dossier


def is_screening(dossier_id: int) -> bool:
    """True when an exam of the dossier is of an organised screening."""
    return RequestedExam.objects.filter(dossier_id=dossier_id, exam__screening=True).exists()


def screening_of(dossier_id: int) -> ScreeningContext | None:
    """The context of a dossier's screening with its vaccinations, when somebody told it."""
    rows = ScreeningContext.objects.filter(dossier_id=dossier_id)
    return rows.prefetch_related("vaccinations").first()


def detail(dossier_id: int) -> DossierDetail:
    """What the page of a dossier shows of the request; raises `UnknownDossierError`."""
    row = get(dossier_id)
    return DossierDetail(
        id=row.pk,
        number=row.number,
        patient_id=row.patient.pk,
        site_id=row.site.pk,
        site_name=row.site.name,
        order_number=row.order_number,
        prescriber=display_name(row.prescriber),
        prescribed_at=row.prescribed_at,
        sampler=display_name(row.sampler) if row.sampler else "",
        sampled_at=row.sampled_at,
        received_at=row.received_at,
        attending=display_name(row.attending) if row.attending else "",
        copies=tuple(display_name(line.practitioner) for line in row.copy_lines.select_related("practitioner")),
        clinical_data=row.clinical_data,
        comment=row.comment,
        urgent=row.urgent,
        # The column holds a code of J142, refused otherwise by `forms.problems_of`.
        encounter_label=ENCOUNTER_LABELS[cast("EncounterType", row.encounter_type)],
        state=row.state,
        state_label=STATE_LABELS[State(row.state)],
        samples=tuple(
            SampleLine(sample.number, sample.type_label, sample.collected_at, sample.received_at)
            for sample in row.samples.all()
        ),
    )


def search(
    *,
    number: str = "",
    family_name: str = "",
    given_name: str = "",
    birth_date: str = "",
    sex: str = "",
    prescriber: str = "",
    state: str = "",
    day: date | None = None,
    page: int = 1,
    size: int = 50,
) -> Page:
    """A page of dossiers, newest first, by separate criteria, all of which must fit (REQ-INS-17)."""
    rows = Dossier.objects.select_related("patient", "prescriber")
    if number:
        rows = rows.filter(number__startswith=number.strip())
    if state:
        rows = rows.filter(state=state)
    if day:
        start = datetime.combine(day, time.min, PARIS)
        rows = rows.filter(received_at__gte=start, received_at__lt=start + timedelta(days=1))
    if prescriber:
        rows = rows.filter(prescriber__search_name__startswith=search_key(prescriber))
    rows = _by_patient(rows, family_name, given_name, birth_date, sex)
    total = rows.count()
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    return Page(tuple(_line(row) for row in rows[(page - 1) * size : page * size]), total, page, pages)


def of_patient(patient_id: int, limit: int = 50) -> tuple[DossierLine, ...]:
    """The dossiers of a patient, newest first."""
    rows = Dossier.objects.filter(patient_id=patient_id).select_related("patient", "prescriber")
    return tuple(_line(row) for row in rows[:limit])


def _by_patient(
    rows: QuerySet[Dossier], family_name: str, given_name: str, birth_date: str, sex: str
) -> QuerySet[Dossier]:
    if family_name:
        key = search_key(family_name)
        rows = rows.filter(Q(patient__search_birth_name__startswith=key) | Q(patient__search_used_name__startswith=key))
    if given_name:
        key = search_key(given_name)
        rows = rows.filter(
            Q(patient__search_first_name__startswith=key) | Q(patient__search_used_given__startswith=key)
        )
    if birth_date:
        rows = rows.filter(patient__birth_date=birth_date)
    if sex:
        rows = rows.filter(patient__sex=sex)
    return rows


def _line(row: Dossier) -> DossierLine:
    family = row.patient.used_family_name or row.patient.birth_family_name
    given = row.patient.used_given_name or row.patient.first_given_name
    return DossierLine(
        id=row.pk,
        number=row.number,
        patient_id=row.patient.pk,
        patient=f"{family} {given}",
        birth_date=PartialDate(row.patient.birth_date).french(),
        sex=row.patient.sex,
        prescriber=display_name(row.prescriber),
        sampled_at=row.sampled_at,
        received_at=row.received_at,
        urgent=row.urgent,
        state=row.state,
        state_label=STATE_LABELS[State(row.state)],
    )


def find_for_result(specimen: str, order_number: str) -> int | None:
    """The dossier that a result belongs to: by the sample's number, else by order or dossier number.

    None when nothing fits. Raises `AmbiguousDossierError` when an order number names several dossiers that
    are not released, or when sample and order number name two dossiers: a result is never guessed into a file.
    """
    rows = Dossier.objects.filter(Q(order_number=order_number) | Q(number=order_number))
    if specimen:
        sample = Sample.objects.select_related("dossier").filter(number=specimen).first()
        if sample is not None:
            named = {sample.dossier.order_number, sample.dossier.number}
            if order_number and order_number not in named and rows.exists():
                raise AmbiguousDossierError("Le tube et le numéro de prescription désignent deux dossiers différents.")
            return sample.dossier.pk
    if not order_number:
        return None
    ids = list(rows.values_list("pk", "state").order_by("pk"))
    opened = [pk for pk, state in ids if state not in CLOSED]
    if len(opened) > 1:
        raise AmbiguousDossierError
    if opened:
        return opened[0]
    return ids[0][0] if len(ids) == 1 else None


def by_any_number(text: str) -> int | None:
    """The dossier of a number typed or scanned: its own, a sample's, or the prescription's."""
    wanted = text.strip()
    row = Dossier.objects.filter(number=wanted).first()
    return row.pk if row else find_for_result(wanted, wanted)
