"""A small laboratory for the tests, made through the services: site, people, patient, dossier.

Mme Dominique Pat-Trois has a qualified INS, M. Provisoire has none, Dr Levesque prescribes, Dr Aubin validates.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from eprouvette.core import oids
from eprouvette.foundation.structures import services as structures
from eprouvette.foundation.structures.models import Site
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Role
from eprouvette.lab.accounts.services import NewUser, create_user
from eprouvette.lab.catalogue.models import Exam
from eprouvette.lab.catalogue.services import load_catalogue
from eprouvette.lab.directory.models import Practitioner
from eprouvette.lab.directory.services import NewPractitioner, save_practitioner
from eprouvette.lab.identity.traits import InsEntry, Traits
from eprouvette.lab.orders.forms import NewDossier, NewPatient
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.orders.services import register
from eprouvette.lab.results.incoming import IncomingResult
from eprouvette.lab.results.services import record
from eprouvette.lab.validation import services as validation

ACTOR: Final = "system:tests"
PASSWORD: Final = "quatre chevaux bleus"
DOMINIQUE: Final = Traits(
    birth_family_name="PAT-TROIS",
    birth_given_names="DOMINIQUE MARIE-LOUISE",
    first_given_name="DOMINIQUE",
    sex="F",
    birth_date="19790328",
    birth_place_cog="51215",
    birth_place_name="DOMPREMY",
    address_line="28 avenue de Breteuil",
    postal_code="39100",
    city="DOLE",
    phone="06 47 15 00 00",
)
DOMINIQUE_INS: Final = InsEntry("279035121518989", oids.INS_NIR_TEST)
PROVISOIRE: Final = Traits(
    birth_family_name="PROVISOIRE",
    birth_given_names="MARTIN",
    first_given_name="MARTIN",
    sex="M",
    birth_date="1961",
)
LEVESQUE: Final = NewPractitioner(
    rpps="10000000023",
    family_name="LEVESQUE",
    given_name="Paul",
    civility="M",
    title="DR",
    specialty_code="G15_10/SM26",
    address_line="8 rue de Lyon",
    postal_code="39100",
    city="DOLE",
    phone="03 84 00 00 23",
    mss_address="paul.levesque@medecin.mssante.fr",
)
SPECIALTY: Final = {"specialty_code": "G15_10/SM03", "specialty_label": "Médecin - Biologie médicale (SM)"}


def demo_site() -> Site:
    """The laboratory of the tests, made once."""
    site = Site(
        name="LABORATOIRE DES TROIS ÉPIS",
        finess="390999999",
        oid="1.2.250.1.213.99.390999999",
        address_line="12 rue des Arènes",
        postal_code="39100",
        city="DOLE",
        phone="03 84 00 00 01",
        accreditation="8-9999",
        director_rpps="10000000015",
        director_family_name="AUBIN",
        director_given_name="Anne",
        director_civility="MME",
        mss_from="sgl@labo.mssante.fr",
        mss_reply_to="labo@labo.mssante.fr",
    )
    return structures.create_site(site, entity_name="SELAS DES TROIS ÉPIS", entity_finess="390999998", actor=ACTOR)


def user(username: str, role: Role, **more: str) -> User:
    """An account of that role, made once."""
    found = User.objects.filter(username=username).first()
    if found:
        return found
    new = NewUser(
        username=username,
        family_name=more.pop("family_name", username.upper()),
        given_name=more.pop("given_name", "Camille"),
        role=role,
        password=PASSWORD,
        **more,
    )
    return create_user(new, actor=ACTOR)


def demo_biologist() -> User:
    """Dr Anne Aubin, who validates and releases."""
    return user(
        "aubin",
        Role.BIOLOGIST,
        family_name="AUBIN",
        given_name="Anne",
        civility="MME",
        title="DR",
        rpps="10000000015",
        **SPECIALTY,
    )


def demo_technician() -> User:
    """A technician, who checks."""
    return user("tardieu", Role.TECHNICIAN)


def demo_secretary() -> User:
    """A secretary, who registers."""
    return user("simon", Role.SECRETARY)


def demo_prescriber() -> Practitioner:
    """Dr Paul Levesque, who prescribes."""
    return save_practitioner(LEVESQUE, actor=ACTOR)


def demo_catalogue() -> None:
    """The catalogue of the product, loaded once."""
    if not Exam.objects.exists():
        load_catalogue(actor=ACTOR)


def qualified_patient() -> NewPatient:
    """Mme Dominique Pat-Trois, with her qualified INS."""
    return NewPatient(DOMINIQUE, document_type="carte_identite", ins=DOMINIQUE_INS)


def new_dossier(
    *exams: str, panels: tuple[str, ...] = (), order_number: str = "", sampled_at: datetime | None = None
) -> NewDossier:
    """A request of Dr Levesque for these exams, sampled two hours ago."""
    sampled = sampled_at or timezone.now().replace(microsecond=0) - timedelta(hours=2)
    return NewDossier(
        site_id=demo_site().pk,
        prescriber_id=demo_prescriber().pk,
        sampled_at=sampled,
        received_at=sampled + timedelta(minutes=30),
        prescribed_at=sampled - timedelta(days=1),
        exam_codes=exams,
        panel_codes=panels,
        order_number=order_number,
    )


def open_dossier(
    *exams: str, panels: tuple[str, ...] = (), patient: NewPatient | int | None = None, order_number: str = ""
) -> Dossier:
    """A registered dossier."""
    demo_catalogue()
    return register(
        patient if patient is not None else qualified_patient(),
        new_dossier(*exams, panels=panels, order_number=order_number),
        actor=ACTOR,
    )


def incoming(exam: str, value: str, *, minutes_ago: int = 60, unit: str = "", status: str = "F") -> IncomingResult:
    """A value as an analyser would send it."""
    moment = timezone.now().replace(microsecond=0) - timedelta(minutes=minutes_ago)
    return IncomingResult(
        exam_code=exam, value=value, measured_at=moment, unit=unit, status=status, device="Analyseur A", place="OBX[1]"
    )


def check_all(dossier: Dossier) -> list[int]:
    """Technical check of every measured result; returns their ids."""
    ids = list(dossier.observations.filter(state="measured").values_list("pk", flat=True))
    validation.check(ids, user=demo_technician())
    return ids


def validate_all(dossier: Dossier) -> None:
    """Check, then validate, every measured result."""
    validation.validate(check_all(dossier), user=demo_biologist())


VALUES: Final = {"GLU": "1.32", "K": "4,2", "AAN": "1/160", "AGHBS": "Négatif", "FROT": "Quelques microcytes."}
"""One value of each kind, by exam."""


def dossier_ready_to_release(patient: NewPatient | int | None = None) -> Dossier:
    """A dossier whose every result is validated: a value of each kind, one censored, one exam given up."""
    dossier = open_dossier(*VALUES, panels=("THYRO", "LIPID"), patient=patient)
    lines = [incoming(code, value) for code, value in VALUES.items()]
    lines += [incoming("TSH", "<0.01"), incoming("T4L", "12.1"), incoming("T3L", "", status="X")]
    lines += [incoming(code, value) for code, value in {"CHOL": "1.95", "HDL": "0.52", "LDL": "1.21"}.items()]
    lines.append(incoming("TG", "1.10", unit="g/L"))
    record(dossier.pk, lines, source="tests")
    validate_all(dossier)
    return dossier
