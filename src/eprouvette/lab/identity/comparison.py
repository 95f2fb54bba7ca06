"""INSi's traits against those of the file, trait by trait, and what follows.

Source: RNIV 1 v2.0 (EXI PP 20; EXI SI 12, 26-31), digest ``requirements.md`` REQ-INS-10 to 13: a discrepancy on birth
name, first given name, sex or birth date, or one of them missing, forbids retrieval and qualification; hyphen,
apostrophe, accents and case are no discrepancy. A birth place that differs is shown and confirmed, not forbidden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from eprouvette.lab.directory.rules import search_key
from eprouvette.lab.identity.births import exchanged
from eprouvette.lab.identity.places import UNKNOWN_PLACE


class Verdict(StrEnum):
    """What two spellings of one trait are to each other."""

    EQUAL = "egal"
    EQUIVALENT = "equivalent"
    DISCREPANT = "discordant"
    MISSING = "manquant"


VERDICT_LABELS: Final[dict[Verdict, str]] = {
    Verdict.EQUAL: "identique",
    Verdict.EQUIVALENT: "équivalent",
    Verdict.DISCREPANT: "discordant",
    Verdict.MISSING: "manquant",
}


@dataclass(frozen=True, slots=True)
class LocalTraits:
    """The strict traits of a file. ``birth_date`` is ``AAAA``, ``AAAAMM`` or ``AAAAMMJJ``, as known."""

    birth_family_name: str
    first_given_name: str
    birth_given_names: str
    sex: str
    birth_date: str
    birth_place_cog: str = ""


@dataclass(frozen=True, slots=True)
class InsiTraits:
    """The strict traits of an INSi answer. ``birth_date`` is ``AAAAMMJJ``; ``00`` says that month or day is unknown."""

    birth_family_name: str
    birth_given_names: str
    sex: str
    birth_date: str
    birth_place_cog: str = ""


@dataclass(frozen=True, slots=True)
class TraitVerdict:
    """One line of the comparison screen."""

    trait: str
    label: str
    local: str
    insi: str
    verdict: Verdict
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The lines, and what they allow. ``replacements`` are the local fields that INSi's traits replace."""

    lines: tuple[TraitVerdict, ...]
    may_retrieve: bool
    may_qualify: bool
    must_be_shown: bool
    replacements: dict[str, str]

    @property
    def problems(self) -> tuple[str, ...]:
        """What forbids the retrieval, one sentence a trait."""
        return tuple(line.sentence for line in self.lines if line.trait in _FORBIDDING and line.verdict in _BAD)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What nobody but a person may accept, one sentence a trait: every discrepancy, and what a document settles."""
        return self.problems + tuple(
            line.sentence
            for line in self.lines
            if line.sentence not in self.problems
            and (line.verdict is Verdict.DISCREPANT or line.sentence.endswith(_COMPOUND))
        )


_FORBIDDING: Final = frozenset({"birth_family_name", "first_given_name", "sex", "birth_date"})
"""REQ-INS-12."""
_BAD: Final = frozenset({Verdict.DISCREPANT, Verdict.MISSING})
_COMPOUND: Final = "c'est le début d'un prénom composé : le vérifier sur un document."
LABELS: Final[dict[str, str]] = {
    "birth_family_name": "Nom de naissance",
    "first_given_name": "Premier prénom",
    "birth_given_names": "Liste des prénoms",
    "sex": "Sexe",
    "birth_date": "Date de naissance",
    "birth_place_cog": "Lieu de naissance",
}
Judged = tuple[Verdict, str]


def compare(local: LocalTraits, insi: InsiTraits) -> Comparison:
    """The whole comparison of a file with INSi's answer."""
    lines = tuple(_lines(local, insi))
    by_trait = {line.trait: line.verdict for line in lines}
    may_retrieve = not any(by_trait[trait] in _BAD for trait in _FORBIDDING)
    known_place = bool(insi.birth_place_cog or local.birth_place_cog)
    five = (*_FORBIDDING, "birth_place_cog")
    return Comparison(
        lines=lines,
        may_retrieve=may_retrieve,
        # REQ-INS-05: a qualified identity has its five traits and the list of given names.
        may_qualify=may_retrieve and known_place and bool(insi.birth_given_names.strip()),
        # REQ-INS-11.
        must_be_shown=any(by_trait[trait] is not Verdict.EQUAL for trait in five),
        replacements=_replacements(local, insi) if may_retrieve else {},
    )


def _lines(local: LocalTraits, insi: InsiTraits) -> Iterator[TraitVerdict]:
    pairs: tuple[tuple[str, str, str, Callable[[str, str], Judged]], ...] = (
        ("birth_family_name", local.birth_family_name, insi.birth_family_name, family_name),
        ("first_given_name", local.first_given_name, insi.birth_given_names, first_given_name),
        ("birth_given_names", local.birth_given_names, insi.birth_given_names, given_names),
        ("sex", local.sex, insi.sex, sex),
        ("birth_date", local.birth_date, insi.birth_date, birth_date),
        ("birth_place_cog", local.birth_place_cog, insi.birth_place_cog, birth_place),
    )
    for trait, ours, theirs, judge in pairs:
        verdict, sentence = judge(ours, theirs)
        said = f"{LABELS[trait]} : {sentence}" if sentence else ""
        yield TraitVerdict(trait, LABELS[trait], ours, theirs, verdict, said)


def family_name(local: str, insi: str) -> Judged:
    """The birth name: folded spellings are compared, blank, hyphen and apostrophe alike."""
    if not local.strip() or not insi.strip():
        return Verdict.MISSING, _absent(local)
    if local == insi:
        return Verdict.EQUAL, ""
    if search_key(local) == search_key(insi):
        return Verdict.EQUIVALENT, "seuls la casse, les accents, les traits d'union ou les apostrophes diffèrent."
    return Verdict.DISCREPANT, "les deux noms diffèrent."


def first_given_name(local: str, insi_list: str) -> Judged:
    """The first given name: INSi's list starts with it, at the end of a word (REQ-INS-10)."""
    if not local.strip() or not insi_list.strip():
        return Verdict.MISSING, _absent(local)
    ours, theirs = search_key(local), search_key(insi_list)
    if not f"{theirs} ".startswith(f"{ours} "):
        return Verdict.DISCREPANT, "la liste des prénoms d'INSi ne commence pas par lui."
    words = insi_list.split()
    if local in {" ".join(words[:count]) for count in range(1, len(words) + 1)}:
        return Verdict.EQUAL, ""
    if ours == search_key(words[0]) or " " in ours:
        return Verdict.EQUIVALENT, "seuls la casse, les accents ou les traits d'union diffèrent."
    return Verdict.EQUIVALENT, _COMPOUND


def given_names(local: str, insi: str) -> Judged:
    """The list of given names, which INSi completes: a difference is shown and forbids nothing by itself."""
    if not local.strip() or not insi.strip():
        return Verdict.MISSING, _absent(local)
    if local == insi:
        return Verdict.EQUAL, ""
    ours, theirs = search_key(local), search_key(insi)
    if ours == theirs:
        return Verdict.EQUIVALENT, "seuls la casse, les accents ou les traits d'union diffèrent."
    if f"{theirs} ".startswith(f"{ours} "):
        return Verdict.EQUIVALENT, "la liste d'INSi est plus longue."
    return Verdict.DISCREPANT, "les deux listes diffèrent : celle d'INSi la remplace."


def sex(local: str, insi: str) -> Judged:
    """The sex; *indéterminé* in the file is a trait that is missing."""
    if local not in {"F", "M"} or insi not in {"F", "M"}:
        return Verdict.MISSING, _absent(local if local in {"F", "M"} else "")
    return (Verdict.EQUAL, "") if local == insi else (Verdict.DISCREPANT, "les deux sexes diffèrent.")


def birth_date(local: str, insi: str) -> Judged:
    """The birth date; what is unknown is compared as both sides exchange it (REQ-INS-29)."""
    if not local or not insi:
        return Verdict.MISSING, _absent(local)
    if local == insi:
        return Verdict.EQUAL, ""
    known = insi[:4] if insi[4:] == "0000" else insi[:6] if insi[6:] == "00" else insi
    if exchanged(local) == exchanged(known):
        return Verdict.EQUIVALENT, "la date est incomplète, les deux côtés disent la même."
    if len(local) < 8 and known.startswith(local):
        return Verdict.MISSING, "elle est incomplète ici, INSi la connaît : la compléter d'après un document."
    return Verdict.DISCREPANT, "les deux dates diffèrent."


def birth_place(local: str, insi: str) -> Judged:
    """The COG code of the birth place; ``99999`` says nothing."""
    ours, theirs = local.replace(UNKNOWN_PLACE, ""), insi.replace(UNKNOWN_PLACE, "")
    if local == insi and local:
        return Verdict.EQUAL, ""
    if not ours or not theirs:
        return Verdict.MISSING, _absent(ours)
    return Verdict.DISCREPANT, "les deux lieux diffèrent : confirmer d'après un document."


def _absent(local: str) -> str:
    return "il manque dans la réponse d'INSi." if local.strip() else "il manque dans le dossier."


def _replacements(local: LocalTraits, insi: InsiTraits) -> dict[str, str]:
    """REQ-INS-10: INSi's traits, the first given name kept as the file has it, since the list must start with it."""
    known = insi.birth_date[:4] if insi.birth_date[4:] == "0000" else insi.birth_date.removesuffix("00")
    wanted = {
        "birth_family_name": insi.birth_family_name,
        "birth_given_names": insi.birth_given_names,
        "first_given_name": local.first_given_name.upper(),
        "sex": insi.sex,
        "birth_date": known,
        "birth_place_cog": insi.birth_place_cog or local.birth_place_cog,
    }
    return {field: value for field, value in wanted.items() if value and value != getattr(local, field)}
