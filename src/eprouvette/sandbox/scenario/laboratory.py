"""The demonstration laboratory: its site, its people, its patients, made through the product's services.

Everything is fictitious. The passwords are made at the first start and shown by ``make demo``; the
profile ``simulator`` is the only one in which this runs.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from eprouvette.core import oids
from eprouvette.core.errors import EprouvetteError
from eprouvette.foundation.structures import services as structures
from eprouvette.foundation.structures.models import Site
from eprouvette.lab.accounts import services as accounts
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.services import NewUser
from eprouvette.lab.catalogue import services as catalogue
from eprouvette.lab.directory import services as directory
from eprouvette.lab.directory.models import Practitioner
from eprouvette.lab.directory.services import NewPractitioner
from eprouvette.lab.identity.traits import InsEntry, Traits
from eprouvette.lab.orders import services as orders
from eprouvette.lab.orders.forms import NewDossier, NewPatient
from eprouvette.lab.orders.models import Dossier

ACTOR = "system:demonstration"
OID = "1.2.250.1.213.99.390999999"
DOCUMENT_SEEN = "carte_identite"


class NotASimulatorError(EprouvetteError):
    """La démonstration ne tourne que dans le profil « simulator »."""

    hint = "Lancer la démonstration dans un dossier de données à elle, sans EPROUVETTE_PROFILE."


@dataclass(frozen=True, slots=True)
class Laboratory:
    """The demonstration laboratory's rows, and the password of each account when it was just made."""

    site: Site
    biologist: User
    technician: User
    secretary: User
    prescriber: Practitioner
    passwords: dict[str, str]


def prepare() -> Laboratory:
    """Make the demonstration laboratory, or find it; raises `NotASimulatorError` outside of the simulator."""
    if settings.EPROUVETTE_PROFILE != "simulator":
        raise NotASimulatorError
    catalogue.load_catalogue()
    site = structures.create_site(_site(), entity_name="SELAS DES TROIS ÉPIS", entity_finess="390999998", actor=ACTOR)
    passwords: dict[str, str] = {}
    biologist = _user(passwords, "aubin", "AUBIN", "Anne", "biologist", civility="MME", title="DR", rpps="10000000015")
    technician = _user(passwords, "tardieu", "TARDIEU", "Luc", "technician", civility="M")
    secretary = _user(passwords, "simon", "SIMON", "Claire", "secretary", civility="MME")
    for practitioner in PRACTITIONERS:
        prescriber = directory.save_practitioner(practitioner, actor=ACTOR)
    return Laboratory(site, biologist, technician, secretary, prescriber, passwords)


PRACTITIONERS = (
    NewPractitioner(
        rpps="10000000031",
        family_name="MOREL",
        given_name="Hélène",
        civility="MME",
        title="DR",
        specialty_code="G15_10/SM04",
        specialty_label="Médecin - Cardiologie et maladies vasculaires (SM)",
        address_line="2 place du Marché",
        postal_code="39100",
        city="DOLE",
        phone="0384000031",
        mss_address="helene.morel@medecin.mssante.fr",
    ),
    NewPractitioner(
        rpps="10000000023",
        family_name="LEVESQUE",
        given_name="Paul",
        civility="M",
        title="DR",
        specialty_code="G15_10/SM26",
        specialty_label="Médecin - Qualifié en Médecine Générale (SM)",
        address_line="8 rue de Lyon",
        postal_code="39100",
        city="DOLE",
        phone="0384000023",
        mss_address="paul.levesque@medecin.mssante.fr",
    ),
)
"""The prescriber of the demonstration comes last."""


def _site() -> Site:
    return Site(
        name="LABORATOIRE DES TROIS ÉPIS",
        finess="390999999",
        oid=OID,
        address_line="12 rue des Arènes",
        postal_code="39100",
        city="DOLE",
        phone="0384000001",
        accreditation="8-9999",
        director_rpps="10000000015",
        director_family_name="AUBIN",
        director_given_name="Anne",
        director_civility="MME",
        mss_from="sgl@labo.mssante.fr",
        mss_reply_to="labo@labo.mssante.fr",
    )


def _user(passwords: dict[str, str], username: str, family: str, given: str, role: str, **more: str) -> User:
    found = User.objects.filter(username=username).first()
    if found:
        return found
    passwords[username] = secrets.token_urlsafe(12)
    if role == "biologist":
        more |= {"specialty_code": "G15_10/SM03", "specialty_label": "Médecin - Biologie médicale (SM)"}
    new = NewUser(
        username=username, family_name=family, given_name=given, role=role, password=passwords[username], **more
    )
    return accounts.create_user(new, actor=ACTOR)


DOMINIQUE = Traits(
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
    phone="0384000099",
)
DOMINIQUE_INS = InsEntry("279035121518989", oids.INS_NIR_TEST)
PROVISIONAL = Traits(
    birth_family_name="PROVISOIRE",
    birth_given_names="MATRICULE",
    first_given_name="MATRICULE",
    sex="M",
    birth_date="20090701",
)


def patient_of_demonstration() -> NewPatient:
    """Mme Dominique Pat-Trois, whose INS is qualified."""
    return NewPatient(DOMINIQUE, document_type=DOCUMENT_SEEN, ins=DOMINIQUE_INS)


def register(
    laboratory: Laboratory,
    patient: NewPatient | int,
    panels: tuple[str, ...],
    *,
    exams: tuple[str, ...] = (),
    order_number: str = "",
    tubes: dict[str, str] | None = None,
    received_at: datetime | None = None,
) -> Dossier:
    """Register a dossier as the desk would: same service, same checks."""
    moment = received_at or timezone.now()
    new = NewDossier(
        site_id=laboratory.site.pk,
        prescriber_id=laboratory.prescriber.pk,
        sampled_at=moment - timedelta(hours=1),
        received_at=moment,
        prescribed_at=moment - timedelta(days=1),
        panel_codes=panels,
        exam_codes=exams,
        order_number=order_number,
        sample_numbers=tubes or {},
    )
    return orders.register(patient, new, actor=ACTOR)
