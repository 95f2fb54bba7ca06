"""Fictitious persons and INSi answers for the tests of identities."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from eprouvette.core import oids
from eprouvette.core.ins import Ins, key_of
from eprouvette.lab.identity import insi, services
from eprouvette.lab.identity.comparison import InsiTraits
from eprouvette.lab.identity.insi import InsiIdentity, PastIns
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.traits import Traits
from support.lab import ACTOR, DOMINIQUE

INS: Final = Ins("279035121518989", oids.INS_NIR_TEST)
ANSWER: Final = InsiIdentity(INS, InsiTraits("PAT-TROIS", "DOMINIQUE MARIE-LOUISE", "F", "19790328", "51215"))


def ins_number(rank: int) -> Ins:
    """A test matricule, one a rank, with its key."""
    number = f"27903512{rank:05d}"
    return Ins(number + key_of(number), oids.INS_NIR_TEST)


def person(**changes: str) -> Patient:
    """A provisional file: Mme Dominique Pat-Trois, or one who differs from her."""
    return services.create_patient(replace(DOMINIQUE, **changes), actor=ACTOR)


def retrieved(patient: Patient, ins: Ins = INS, history: tuple[PastIns, ...] = ()) -> Patient:
    """The same file after an INSi retrieval."""
    return insi.retrieve(patient.pk, replace(ANSWER, ins=ins, history=history), actor=ACTOR)


def qualified(ins: Ins = INS, **changes: str) -> Patient:
    """A qualified file."""
    patient = retrieved(person(**changes), ins)
    services.see_document(patient.pk, document_type="passeport", actor=ACTOR)
    patient.refresh_from_db()
    return patient


def traits_of(patient: Patient) -> Traits:
    """The traits of a file, as they would be typed again."""
    return Traits(**{name: getattr(patient, name) for name in Traits.__slots__})
