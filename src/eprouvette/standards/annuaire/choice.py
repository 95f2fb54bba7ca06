"""Which mailbox of a prescriber to propose for an order of a structure, in order, each with a sentence saying why.

Nothing here decides: a person confirms the first time. Source: digest ``exchanges.md`` 4, "Choosing"; `ORDER` is its
table.

    1  PER    of the role in the structure of the order
    2  PER    of the professional, tied to no structure
    3  ORG    of the structure
    4  APP, CAB, or on the red list: only when the receiver declared that address to the laboratory
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from eprouvette.standards.annuaire.model import APP, CAB, Mailbox, Professional, Role, Structure

Level = Literal["role", "professional", "structure", "declared"]
ORDER: Final[tuple[Level, ...]] = ("role", "professional", "structure", "declared")

_WHY: Final[dict[Level, str]] = {
    "role": "Boîte personnelle du prescripteur dans la structure de la demande.",
    "professional": "Boîte personnelle du prescripteur, attachée à aucune structure.",
    "structure": "Boîte de la structure de la demande : toute son équipe la lit.",
    "declared": "Adresse que le destinataire a lui-même déclarée au laboratoire.",
}
_KEEPS_PAPER: Final = "Son titulaire n'a pas accepté le « zéro papier » : continuer l'envoi papier."
_NO_PAPER: Final = "Son titulaire accepte le « zéro papier »."


@dataclass(frozen=True, slots=True)
class Proposal:
    """An address that can be chosen, its place in the table, and why; ``keeps_paper`` when paper must go on too."""

    mailbox: Mailbox
    level: Level
    reason: str
    keeps_paper: bool = False


@dataclass(frozen=True, slots=True)
class Excluded:
    """An address of the directory that is not proposed, and why."""

    mailbox: Mailbox
    reason: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person is shown: proposals, the best first; what was left out; and a word when there is nothing."""

    proposals: tuple[Proposal, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    advice: str = ""


def choose(
    professional: Professional,
    roles: Iterable[Role],
    structures: Iterable[Structure],
    *,
    ordering: str = "",
    declared: Iterable[str] = (),
) -> Choice:
    """Rank the mailboxes of a prescriber for an order of the structure ``ordering`` (national id, FINESS or SIRET).

    Without ``ordering``, the only structure in which the person practises stands for it. ``declared`` are addresses
    that the receiver gave to the laboratory. ``roles`` and ``structures`` of other persons are ignored.
    """
    own = [role for role in roles if role.professional == professional.technical_id and role.active]
    known = {one.technical_id: one for one in structures if one.active}
    if not professional.active:
        boxes = [*professional.mailboxes, *(box for role in own for box in role.mailboxes)]
        left = tuple(Excluded(box, "Ce professionnel n'exerce plus, d'après l'annuaire.") for box in boxes)
        return Choice((), left, "Ce professionnel n'exerce plus : demander au patient qui le suit.")
    places = _places(own, known, ordering)
    named = {address.casefold() for address in declared}
    sorting = _Sorting(named, several=not ordering and len({role.structure for role in own}) > 1)
    for source, box in _boxes(professional, own, known, places):
        sorting.place(source, box)
    return sorting.result()


def _places(own: list[Role], known: dict[str, Structure], ordering: str) -> set[str]:
    """The technical ids of the structures that stand for the one of the order."""
    if ordering:
        return {one.technical_id for one in known.values() if one.is_called(ordering)}
    mine = {role.structure for role in own if role.structure}
    return mine if len(mine) == 1 else set()


_Source = Literal["role", "other role", "professional", "structure"]


def _boxes(
    professional: Professional, own: list[Role], known: dict[str, Structure], places: set[str]
) -> Iterator[tuple[_Source, Mailbox]]:
    for role in own:
        here: _Source = "role" if role.structure in places else "other role"
        yield from ((here, box) for box in role.mailboxes)
    yield from (("professional", box) for box in professional.mailboxes)
    for place in sorted(places & known.keys()):
        yield from (("structure", box) for box in known[place].mailboxes)


class _Sorting:
    """Places each box in the table or among the excluded, an address once."""

    def __init__(self, declared: set[str], *, several: bool) -> None:
        self._declared = declared
        self._several = several
        self._proposals: dict[str, Proposal] = {}
        self._excluded: dict[str, Excluded] = {}

    def place(self, source: _Source, box: Mailbox) -> None:
        """Find the place of a box."""
        address = box.address.casefold()
        level = self._level(source, box)
        if level is None:
            self._excluded.setdefault(address, Excluded(box, self._why_not(source, box)))
            return
        known = self._proposals.get(address)
        if known is None or ORDER.index(level) < ORDER.index(known.level):
            self._proposals[address] = _proposal(level, box)

    def _level(self, source: _Source, box: Mailbox) -> Level | None:
        is_declared = box.address.casefold() in self._declared
        if not box.red_list:
            match (source, box.type):
                case ("role", "PER" | ""):
                    return "role"
                case ("professional", "PER" | ""):
                    return "professional"
                case ("structure", "ORG"):
                    return "structure"
        return "declared" if is_declared else None

    def _why_not(self, source: _Source, box: Mailbox) -> str:
        if box.red_list:
            return "Sur liste rouge : son titulaire ne veut pas qu'elle soit utilisée sans qu'il l'ait donnée."
        if box.type == APP:
            return "Boîte d'un logiciel : à utiliser seulement si le destinataire l'a déclarée au laboratoire."
        if box.type == CAB:
            return "Boîte partagée d'un cabinet : à utiliser seulement si le destinataire l'a déclarée au laboratoire."
        if source == "other role" and self._several:
            return "Boîte d'un des lieux d'exercice : préciser la structure de la demande."
        if source == "other role":
            return "Boîte d'un autre lieu d'exercice que celui de la demande."
        return "Boîte dont le type ne convient pas à l'endroit où l'annuaire la donne."

    def result(self) -> Choice:
        """The proposals in order: by the table, then who wants no paper, then by address."""
        wants = {True: 0, None: 1, False: 2}
        proposals = sorted(
            self._proposals.values(),
            key=lambda one: (ORDER.index(one.level), wants[one.mailbox.dematerialised], one.mailbox.address.casefold()),
        )
        excluded = tuple(one for address, one in self._excluded.items() if address not in self._proposals)
        advice = (
            "" if proposals else "Aucune adresse à proposer : demander la sienne au prescripteur, puis la confirmer."
        )
        return Choice(tuple(proposals), excluded, advice)


def _proposal(level: Level, box: Mailbox) -> Proposal:
    words = {True: f" {_NO_PAPER}", False: f" {_KEEPS_PAPER}", None: ""}[box.dematerialised]
    return Proposal(box, level, _WHY[level] + words, keeps_paper=box.dematerialised is False)
