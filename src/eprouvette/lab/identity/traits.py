"""Traits as typed at the desk, and what makes them acceptable.

Source: RNIV 1 v2.0 (EXI PP 02, 03, 19; EXI SI 04, 05, 21), digest ``requirements.md`` REQ-INS-05, 06, 13.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from eprouvette.core.dates import PartialDate
from eprouvette.core.errors import InvalidValueError
from eprouvette.core.ins import ACCEPTED_OIDS, Ins, Profile
from eprouvette.lab.directory.rules import search_key
from eprouvette.lab.identity.errors import InvalidInsError, InvalidTraitsError
from eprouvette.lab.identity.names import is_misread

_COG = re.compile(r"(\d{2}|2[AB])\d{3}")
_NAME = re.compile(r"[^\W\d_]+(?:[ '’\-.]+[^\W\d_]+)*[.]?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_OLDEST: Final = 1880
_SEXES: Final = ("F", "M", "UN")


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a person. Used names stay empty unless the person says that they differ.

    ``birth_date`` is ``AAAA``, ``AAAAMM`` or ``AAAAMMJJ``; ``birth_given_names`` the whole list,
    blank-separated, that starts with ``first_given_name``. The birth place may be unknown (``99999``)
    or not asked yet (empty) while the identity is provisional. ``birth_rank`` tells twins apart.
    """

    birth_family_name: str
    birth_given_names: str
    first_given_name: str
    sex: str
    birth_date: str
    birth_place_cog: str = ""
    birth_place_name: str = ""
    used_family_name: str = ""
    used_given_name: str = ""
    address_line: str = ""
    postal_code: str = ""
    city: str = ""
    phone: str = ""
    email: str = ""
    birth_date_note: str = ""
    birth_rank: str = ""


DATE_NOTES: Final[dict[str, str]] = {
    "": "",
    "mois_inconnu": "mois inconnu, pris en janvier",
    "annee_estimee": "année estimée",
}
"""REQ-INS-29: what of a birth date is supposed, beside what its length says."""


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Where to write to a person and how to call: none of it identifies."""

    address_line: str = ""
    postal_code: str = ""
    city: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class InsEntry:
    """An INS as typed or answered: 15 characters and the OID of its nature."""

    value: str
    oid: str


def checked(traits: Traits, today: date) -> Traits:
    """The traits, blanks tidied; raises `InvalidTraitsError` with one sentence for each wrong field."""
    clean = Traits(**{field.name: " ".join(getattr(traits, field.name).split()) for field in fields(Traits)})
    problems = dict(_problems(clean, today))
    if problems:
        raise InvalidTraitsError(problems)
    return clean


def checked_coordinates(given: Coordinates) -> Coordinates:
    """The coordinates, blanks tidied; raises `InvalidTraitsError` with one sentence for each wrong field."""
    clean = Coordinates(**{field.name: " ".join(getattr(given, field.name).split()) for field in fields(Coordinates)})
    if problems := dict(_reach_problems(clean)):
        raise InvalidTraitsError(problems)
    return clean


def _problems(traits: Traits, today: date) -> Iterator[tuple[str, str]]:
    yield from _name_problems(traits)
    if traits.sex not in _SEXES:
        yield "sex", "Sexe : féminin, masculin ou indéterminé est attendu."
    yield from _birth_problems(traits, today)
    yield from _reach_problems(traits)


def _reach_problems(given: Traits | Coordinates) -> Iterator[tuple[str, str]]:
    if given.email and not _EMAIL.fullmatch(given.email):
        yield "email", "Adresse électronique : elle n'a pas la forme d'une adresse."
    if given.phone and sum(sign.isdigit() for sign in given.phone) < 6:
        yield "phone", "Téléphone : le numéro est trop court."


def _name_problems(traits: Traits) -> Iterator[tuple[str, str]]:
    required = {
        "birth_family_name": "Nom de naissance",
        "first_given_name": "Premier prénom de naissance",
        "birth_given_names": "Liste des prénoms de naissance",
    }
    optional = {"used_family_name": "Nom utilisé", "used_given_name": "Prénom utilisé"}
    for field, label in (required | optional).items():
        value = getattr(traits, field)
        if not value and field in required:
            yield field, f"{label} : il est obligatoire."
        elif is_misread(value):
            yield field, f"{label} : ses lettres accentuées ont été lues avec la mauvaise table, le saisir de nouveau."
        elif value and not _NAME.fullmatch(value):
            yield field, f"{label} : seuls des lettres, espaces, traits d'union et apostrophes sont admis."
    first, names = search_key(traits.first_given_name), search_key(traits.birth_given_names)
    # REQ-INS-10: hyphen and apostrophe count as a blank.
    if first and names and not f"{names} ".startswith(f"{first} "):
        yield "first_given_name", "Premier prénom de naissance : la liste des prénoms doit commencer par lui."


def _birth_problems(traits: Traits, today: date) -> Iterator[tuple[str, str]]:
    try:
        born = PartialDate(traits.birth_date).first_day()
    except InvalidValueError as error:
        yield "birth_date", f"Date de naissance : {error.message[0].lower()}{error.message[1:]}"
    else:
        if born > today:
            yield "birth_date", "Date de naissance : elle est dans le futur."
        elif born.year < _OLDEST:
            yield "birth_date", "Date de naissance : l'année est trop ancienne."
    if traits.birth_date_note not in DATE_NOTES:
        yield "birth_date", "Date de naissance : ce qui en est supposé n'est pas dans la liste."
    if not re.fullmatch("[1-9]?", traits.birth_rank):
        yield "birth_rank", "Rang de naissance : un chiffre de 1 à 9 est attendu."
    if traits.birth_place_cog and not _COG.fullmatch(traits.birth_place_cog):
        yield "birth_place_cog", "Lieu de naissance : le code INSEE a cinq caractères (99999 si inconnu)."


def checked_ins(entry: InsEntry, profile: Profile) -> Ins:
    """The INS of ``entry``, typed by a person: form, authority of this instance and key are verified.

    Raises `InvalidInsError`; an OID of another environment is refused, so that a test number never
    enters a real file nor the reverse.
    """
    try:
        ins = Ins(entry.value.replace(" ", "").upper(), entry.oid)
    except InvalidValueError as error:
        raise InvalidInsError(f"INS : {error.message[0].lower()}{error.message[1:]}") from error
    if ins.oid not in ACCEPTED_OIDS[profile]:
        raise InvalidInsError("INS : son OID n'est pas admis dans cet environnement.")
    if not ins.has_valid_key:
        raise InvalidInsError("INS : la clé ne correspond pas au matricule.")
    return ins
