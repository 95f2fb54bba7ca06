"""Reading patients: the banner, the search by separate criteria, the patient of a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from django.utils import timezone

from eprouvette.core.coded import Identifier
from eprouvette.core.dates import PartialDate
from eprouvette.core.ins import Ins
from eprouvette.lab.directory.rules import search_key, telecom
from eprouvette.lab.identity.errors import CriteriaMissingError, UnknownPatientError
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.rules import STATUS_LABELS, Attribute, Status, ins_to_send
from eprouvette.lab.identity.search import Criteria, find
from eprouvette.standards.report import people

ATTRIBUTE_COLUMNS: Final[dict[Attribute, str]] = {
    Attribute.HOMONYM: "homonym",
    Attribute.DOUBTFUL: "doubtful",
    Attribute.FICTITIOUS: "fictitious",
}
SEX_LABELS = {"F": "féminin", "M": "masculin", "UN": "indéterminé"}


@dataclass(frozen=True, slots=True)
class Banner:
    """All that every page about a patient shows (REQ-INS-18). ``ins`` is empty unless *qualifiée*."""

    patient_id: int
    ipp: str
    birth_family_name: str
    used_family_name: str
    first_given_name: str
    birth_given_names: str
    used_given_name: str
    sex: str
    sex_label: str
    birth_date: str
    age: str
    birth_place: str
    status: str
    status_label: str
    ins: str
    deceased: bool
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StrictTraits:
    """What decides whether a released report still speaks of the same person (REQ-INS-26)."""

    ins: Ins | None
    qualified: bool
    traits: tuple[str, ...]
    deceased: bool = False


def get(patient_id: int) -> Patient:
    """The patient; raises `UnknownPatientError`."""
    patient = Patient.objects.filter(pk=patient_id).first()
    if patient is None:
        raise UnknownPatientError
    return patient


def banner(patient: Patient, today: date | None = None) -> Banner:
    """The banner of a patient, age counted on ``today`` (the local day when not given)."""
    born = PartialDate(patient.birth_date)
    status = Status(patient.status)
    ins = ins_to_send(status, patient.ins)
    place = " ".join(part for part in (patient.birth_place_name, f"({patient.birth_place_cog})") if part)
    return Banner(
        patient_id=patient.pk,
        ipp=patient.ipp,
        birth_family_name=patient.birth_family_name,
        used_family_name=patient.used_family_name,
        first_given_name=patient.first_given_name,
        birth_given_names=patient.birth_given_names,
        used_given_name=patient.used_given_name,
        sex=patient.sex,
        sex_label=SEX_LABELS[patient.sex],
        birth_date=born.french(),
        age=age_words(born, today or timezone.localdate()),
        birth_place=place if patient.birth_place_cog else patient.birth_place_name,
        status=status.value,
        status_label=STATUS_LABELS[status],
        ins=ins.value if ins else "",
        deceased=patient.deceased_at is not None,
        attributes=tuple(one.value for one in Attribute if getattr(patient, ATTRIBUTE_COLUMNS[one])),
    )


def age_words(born: PartialDate, today: date) -> str:
    """``47 ans``, ``8 mois``, ``12 jours``: in the largest unit that says something."""
    years = born.age_on(today)
    if years >= 2:
        return f"{years} ans"
    first = born.first_day()
    months = (today.year - first.year) * 12 + today.month - first.month - (today.day < first.day)
    if months >= 1:
        return f"{months} mois"
    days = (today - first).days
    return f"{days} jour{'s' if days > 1 else ''}"


def search(
    *, family_name: str = "", given_name: str = "", birth_date: str = "", sex: str = "", ins: str = "", limit: int = 50
) -> tuple[Banner, ...]:
    """The banners of `search.find`; nothing when the criteria are too wide (REQ-INS-17)."""
    asked = Criteria(family_name, given_name, birth_date, sex, ins)
    try:
        return tuple(banner(match.patient) for match in find(asked, limit))
    except CriteriaMissingError:
        return ()


def survivor(patient_id: int) -> Patient:
    """The living file that answers for a patient, through its merges; raises `UnknownPatientError`."""
    patient = get(patient_id)
    while patient.merged_into_id is not None:
        patient = get(patient.merged_into_id)
    return patient


def report_patient(patient: Patient, ipp_root: str) -> people.Patient:
    """The patient, as a report names him or her: the INS only when *qualifiée* (REQ-INS-09)."""
    place = people.BirthPlace(patient.birth_place_cog, patient.birth_place_name) if patient.birth_place_cog else None
    return people.Patient(
        local_ids=(Identifier(ipp_root, patient.ipp),),
        birth_family_name=patient.birth_family_name,
        birth_given_names=_given_names(patient),
        first_given_name=patient.first_given_name,
        # The column holds F, M or UN, refused otherwise by `traits.checked`.
        sex=cast("people.Sex", patient.sex),
        birth_date=PartialDate(patient.birth_date),
        ins=ins_to_send(Status(patient.status), patient.ins),
        used_family_name=patient.used_family_name or None,
        used_given_name=patient.used_given_name or None,
        birth_place=place,
        address=_address(patient),
        telecoms=_telecoms(patient),
        deceased_at=patient.deceased_at,
    )


def _given_names(patient: Patient) -> tuple[str, ...]:
    """The list of given names, its first written as ``first_given_name`` is: ``JEAN-PIERRE`` for ``JEAN PIERRE``."""
    words = patient.birth_given_names.split()
    first = search_key(patient.first_given_name)
    taken = next((n for n in range(1, len(words) + 1) if search_key(" ".join(words[:n])) == first), None)
    # "JEAN" of "JEAN-PIERRE": the list stands as it is.
    return tuple(words) if taken is None else (patient.first_given_name, *words[taken:])


def _address(patient: Patient) -> people.Address | None:
    if not (patient.address_line or patient.city):
        return None
    lines = (patient.address_line,) if patient.address_line else ()
    return people.Address(lines=lines, postal_code=patient.postal_code, city=patient.city)


def _telecoms(patient: Patient) -> tuple[people.Telecom, ...]:
    found = []
    if patient.phone:
        found.append(people.Telecom(telecom(patient.phone), "MC"))
    if patient.email:
        found.append(people.Telecom(f"mailto:{patient.email}"))
    return tuple(found)


def strict_traits(patient_id: int) -> StrictTraits:
    """INS and strict traits of the file as they are now; raises `UnknownPatientError`."""
    patient = get(patient_id)
    qualified = Status(patient.status) is Status.QUALIFIED
    named = report_patient(patient, "0")
    return StrictTraits(
        ins=patient.ins, qualified=qualified, traits=traits_of(named), deceased=patient.deceased_at is not None
    )


def traits_of(patient: people.Patient) -> tuple[str, ...]:
    """The strict traits of a report's patient, to be compared with those of the file."""
    return (
        patient.birth_family_name,
        patient.first_given_name,
        " ".join(patient.birth_given_names),
        patient.sex,
        patient.birth_date.text,
        patient.birth_place.cog if patient.birth_place else "",
    )
