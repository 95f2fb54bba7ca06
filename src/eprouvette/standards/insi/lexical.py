"""The letters that INSi accepts, applied when a question leaves and never to what is stored.

    InvalidValueError
    └── LexicalError    a trait that cannot be written in the service's letters

Source: digest ``exchanges.md`` 1.3. Accents go, three ligatures are spelt out; any other letter is refused with a
sentence, since dropping it would ask for another person.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Final

from eprouvette.core.errors import InvalidValueError
from eprouvette.standards.insi.identity import UNKNOWN_PLACE, CardTraits, Traits

LIGATURES: Final = {"Æ": "AE", "æ": "AE", "Œ": "OE", "œ": "OE"}
SIGNS: Final = {"\u2019": "'", "\u02bc": "'", "\u2010": "-", "\u2011": "-", "\u00a0": " ", "\u202f": " "}
"""Typographic apostrophes, hyphens and spaces, which keyboards and word processors put for the plain ones."""

_LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_PLAIN: Final = _LETTERS | frozenset(" '-")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COG: Final = re.compile(r"[0-9A-Z]{5}")
_NUMBER: Final = re.compile(r"[0-9]{6}[0-9AB][0-9]{8}")
_RANK: Final = re.compile(r"[0-9]")


class LexicalError(InvalidValueError):
    """Un trait ne peut pas être envoyé à INSi tel qu'il est écrit."""

    hint = "Corriger le trait dans la fenêtre d'interrogation ; l'identité enregistrée ne change pas."

    def __init__(self, trait: str, reason: str) -> None:
        self.trait = trait
        super().__init__(f"{trait} : {reason}")


def plain(text: str, trait: str) -> str:
    """``text`` in capitals without accent or ligature, its ends trimmed.

    Raises `LexicalError` for a character that has no defined equivalent.
    """
    trimmed = text.strip()
    if _PLAIN.issuperset(trimmed):
        return trimmed
    return "".join(_plain(one, trait) for one in unicodedata.normalize("NFC", trimmed))


def _plain(character: str, trait: str) -> str:
    if character in LIGATURES:
        return LIGATURES[character]
    decomposed = unicodedata.normalize("NFD", SIGNS.get(character, character))
    base, marks = decomposed[0], decomposed[1:]
    letter = base.upper() if base.isascii() else base
    if letter in _PLAIN and (not marks or letter in _LETTERS) and all(map(unicodedata.combining, marks)):
        return letter
    raise LexicalError(trait, f"le caractère « {character} » n'a pas d'équivalent admis par INSi.")


def name(text: str, trait: str = "Nom de naissance") -> str:
    """A name as the service reads it; raises `LexicalError`."""
    written = _common(text, trait)
    if "---" in written:
        raise LexicalError(trait, "trois tirets de suite ne sont pas admis.")
    return written


def given_name(text: str, trait: str = "Prénom") -> str:
    """A given name as the service reads it; raises `LexicalError`."""
    written = _common(text, trait)
    if "--" in written:
        raise LexicalError(trait, "le double tiret n'est pas admis dans un prénom.")
    if written[-1] in "-'":
        raise LexicalError(trait, "le dernier caractère ne peut pas être un tiret ni une apostrophe.")
    return written


def _common(text: str, trait: str) -> str:
    written = plain(text, trait)
    if not written:
        raise LexicalError(trait, "ce trait manque.")
    if written[0] == "-":
        raise LexicalError(trait, "le premier caractère ne peut pas être un tiret.")
    if re.search(r"[ '][ ']", written):
        raise LexicalError(trait, "deux espaces ou apostrophes de suite ne sont pas admis.")
    return written


def traits(asked: Traits) -> Traits:
    """The question in the service's letters; raises `LexicalError` for the first trait that cannot be sent.

    An unknown birth place is left out.
    """
    if not asked.given_names:
        raise LexicalError("Prénom", "ce trait manque.")
    if asked.sex not in {"F", "M"}:
        raise LexicalError("Sexe", "INSi n'admet que F ou M.")
    _match(_DATE, asked.birth_date, "Date de naissance", "la forme attendue est AAAA-MM-JJ.")
    place = "" if asked.birth_place == UNKNOWN_PLACE else asked.birth_place
    if place:
        _match(_COG, place, "Lieu de naissance", "le code officiel géographique a 5 caractères (chiffres, capitales).")
    given = tuple(given_name(one) for one in asked.given_names)
    return replace(asked, birth_name=name(asked.birth_name), given_names=given, birth_place=place)


def card_traits(asked: CardTraits) -> CardTraits:
    """The question by card in the service's letters; raises `LexicalError`."""
    for number, trait in ((asked.holder, "Matricule de l'ouvrant droit"), (asked.own, "Matricule de l'individu")):
        if number:
            _match(_NUMBER, number, trait, "le matricule de la carte a 13 caractères et 2 de clé.")
    if not asked.holder and not asked.own:
        raise LexicalError("Matricule", "la carte ne donne aucun matricule.")
    if asked.birth_date:
        _match(_DATE, asked.birth_date, "Date de naissance", "la forme attendue est AAAA-MM-JJ.")
    if asked.rank:
        _match(_RANK, asked.rank, "Rang de naissance", "le rang est un chiffre.")
    return replace(asked, birth_name=name(asked.birth_name) if asked.birth_name else "")


def _match(pattern: re.Pattern[str], value: str, trait: str, reason: str) -> None:
    if not pattern.fullmatch(value):
        raise LexicalError(trait, reason)
