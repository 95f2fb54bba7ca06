"""A scanned INS DataMatrix at the desk: the file that bears this INS, or the traits to open one (REQ-INS-20).

A scan proves nothing of the person: it searches and fills a form; the INS is worth something once INSi gave it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.conf import settings

from eprouvette.core.ins import Ins, Profile
from eprouvette.lab.identity.candidates import Candidate, duplicates
from eprouvette.lab.identity.comparison import Comparison, InsiTraits, compare
from eprouvette.lab.identity.duplicates import Keys
from eprouvette.lab.identity.insi import local_traits
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.search import Criteria, find
from eprouvette.lab.identity.traits import InsEntry, Traits, checked_ins
from eprouvette.standards.report import ins_text


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan says, and what the laboratory knows of it.

    ``patient`` bears the INS; ``comparison`` then tells its traits from the scanned ones. Otherwise ``candidates`` are
    the files that may be of this person, and ``traits`` what a new one would be opened with.
    """

    ins: Ins
    traits: Traits
    patient: Patient | None = None
    comparison: Comparison | None = None
    candidates: tuple[Candidate, ...] = ()


def scanned(text: str) -> Scanned:
    """What a scanned text says.

    Raises `NotAnInsTextError` or `DamagedInsTextError` when it is not a whole INS DataMatrix, `InvalidInsError` for a
    wrong key or the OID of another environment.
    """
    said = ins_text.read(text)
    # `Profile` is read by settings from the same three values.
    profile = cast("Profile", settings.EPROUVETTE_PROFILE)
    ins = checked_ins(InsEntry(said.ins.value, said.ins.oid), profile)
    first = said.given_names.split()[0]
    traits = Traits(
        birth_family_name=said.family_name,
        birth_given_names=said.given_names,
        first_given_name=first,
        sex=said.sex,
        birth_date=said.birth_date,
        birth_place_cog=said.cog,
    )
    bearers = find(Criteria(ins=ins.value), limit=1)
    if bearers:
        patient = bearers[0].patient
        insi = InsiTraits(said.family_name, said.given_names, said.sex, said.birth_date, said.cog)
        return Scanned(ins, traits, patient, compare(local_traits(patient), insi))
    keys = Keys.of(said.family_name, first, said.birth_date, sex=said.sex, cog=said.cog)
    return Scanned(ins, traits, candidates=duplicates(keys))
