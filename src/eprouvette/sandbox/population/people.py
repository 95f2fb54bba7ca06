"""The persons and how they are drawn: a seed gives the same five thousand each time, in about a second at most."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from eprouvette.core import oids
from eprouvette.core.ins import key_of
from eprouvette.sandbox.corpus.draw import Draw

SIZE: Final = 5000
REFERENCE: Final = date(2026, 1, 1)
"""The day from which ages are counted; newborns are born in the days before it."""
UNKNOWN_PLACE: Final = "99999"
_FOLDER: Final = files("eprouvette.sandbox.population") / "data"
_LETTERS: Final = {"Æ": "AE", "Œ": "OE"}


@dataclass(frozen=True, slots=True)
class Past:
    """A number that a person had: NIR or NIA, with its dates when they are known."""

    number: str
    key: str
    nia: bool
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One fictitious person. ``family`` and ``given`` are as the civil record writes them, accents included.

    ``birth_date`` is ``YYYY-MM-DD`` and may have ``00`` for what nobody knows; ``number`` is empty for a newborn that
    has none yet; ``holder`` is the number (15 characters) under which health insurance knows the person.
    """

    kind: str
    family: str
    given: tuple[str, ...]
    sex: str
    birth_date: str
    place: str
    number: str = ""
    key: str = ""
    nia: bool = False
    history: tuple[Past, ...] = ()
    used_name: str = ""
    former_name: str = ""
    rank: str = "1"
    holder: str = ""
    deceased: str = ""

    @property
    def birth_name(self) -> str:
        """The birth name as a strict trait: capitals without accents."""
        return strict(self.family)

    @property
    def given_names(self) -> tuple[str, ...]:
        """The given names as strict traits."""
        return tuple(strict(one) for one in self.given)

    @property
    def ins(self) -> str:
        """The number with its key, empty for who has none."""
        return self.number + self.key

    @property
    def oid(self) -> str:
        """The assigning authority of the number."""
        return oids.INS_NIA if self.nia else oids.INS_NIR_TEST


@cache
def names() -> dict[str, Any]:
    """Names and places to draw from."""
    return tomllib.loads((_FOLDER / "names.toml").read_text(encoding="utf-8"))


def strict(name: str) -> str:
    """Capitals without accents or ligatures."""
    spelt = "".join(_LETTERS.get(one, one) for one in name.upper())
    return "".join(one for one in unicodedata.normalize("NFD", spelt) if not unicodedata.combining(one))


NATIONAL: Final = (
    Person("found", "ADRUN", ("ZOÉ",), "F", "1975-12-31", "63220", "2751263220001"),
    Person("found", "PAT-TROIS", ("DOMINIQUE", "MARIE-LOUISE"), "F", "1979-03-28", "51215", "2790351215189"),
    Person("second given name", "TCHITCHI", ("CATARINA", "BELLA"), "F", "1936-06-21", "63220", "2360663220836"),
    Person("corsica", "ADRTROIS", ("DOMINIQUE",), "F", "1997-02-26", "2A020", "297022A020778"),
    Person("corsica", "ADRTROIS", ("TOUSSAINT",), "M", "1960-01-01", "2B020", "160012B020777"),
    Person(
        "changed sex",
        "ECETINSI",
        ("PIERRE-ALAIN", "MURIEL", "FLORIANT"),
        "M",
        "2009-07-14",
        "63220",
        "1090763220834",
        history=(
            Past("2090763220834", "39", nia=False, start="2019-03-01", end="2019-02-28"),
            Past("2090663220123", "55", nia=False),
        ),
    ),
    Person("nia", "PROVISOIRE", ("MATRICULE",), "M", "2009-07-01", "63220", "1090763220888", nia=True),
    Person(
        "wrong key",
        "HERMANN",
        ("GATIEN",),
        "M",
        "1981-03-24",
        "63220",
        "1810363220456",
        "60",
        history=(Past("1810363220456", "60", nia=False),),
    ),
    Person("homonym", "DE VINCI", ("LEONARDO", "RUTH"), "M", "2014-02-01", "63220", "1140263220201"),
    Person("homonym", "DE VINCI", ("LEONARDO", "RAPHAËL"), "M", "2014-02-01", "39198", "1140239198201"),
)
"""The cases that the CNDA's own test identities show, with test OIDs: the simulated INSi answers them as theirs."""


class _Maker:
    """Draws persons, and gives each a number that nobody else has."""

    def __init__(self, seed: int) -> None:
        self.draw = Draw("population", seed)
        self._taken = {one.number for one in NATIONAL}
        stock = names()
        self._families = [*stock["families"], *stock["more_families"]]
        self._given = {sex: [*stock["given"][sex], *stock["more_given"][sex]] for sex in "FM"}
        self._places: dict[str, list[str]] = stock["places"]

    def someone(self, kind: str, *, where: str = "mainland", born: date | None = None, sex: str = "") -> Person:
        """A person of a region, numbered."""
        draw = self.draw
        sex = sex or draw.pick("FM")
        born = born or REFERENCE - timedelta(days=draw.integer(300, 95 * 365))
        given = dict.fromkeys(draw.pick(self._given[sex]) for _ in range(draw.integer(1, 4)))
        person = Person(kind, draw.pick(self._families), tuple(given), sex, born.isoformat(), self.place(where))
        if sex == "F" and born.year < 2000 and draw.chance(0.4):
            person = replace(person, used_name=draw.pick(self._families))
        return self.numbered(person)

    def place(self, where: str) -> str:
        """A COG of a region."""
        return UNKNOWN_PLACE if where == "unknown" else self.draw.pick(self._places[where])

    def numbered(self, person: Person) -> Person:
        """The person with a number that agrees with the traits; an unknown month counts as 20, as in a real NIR."""
        year, month = person.birth_date[2:4], person.birth_date[5:7]
        root = f"{'1' if person.sex == 'M' else '2'}{year}{'20' if month == '00' else month}{person.place}"
        number = next(one for order in range(1, 1000) if (one := f"{root}{order:03d}") not in self._taken)
        self._taken.add(number)
        return replace(person, number=number, key=key_of(number))

    def homonyms(self) -> Iterator[Person]:
        """Two persons whom the first question cannot tell apart: their other given names and places can."""
        first = self.someone("homonym")
        others = tuple(one for one in self._given[first.sex] if one not in first.given)
        given = (first.given[0], self.draw.pick(others))
        place = self.draw.pick([one for one in self._places["mainland"] if one != first.place])
        yield replace(first, given=(first.given[0], *first.given[1:2]))
        yield self.numbered(replace(first, given=given, place=place))

    def twins(self) -> Iterator[Person]:
        """Two persons of one birth: same name, date and place, ranks 1 and 2."""
        first = self.someone("twin")
        sex = first.sex if self.draw.chance(0.5) else "FM".replace(first.sex, "")
        given = (self.draw.pick([one for one in self._given[sex] if one not in first.given]),)
        yield first
        yield self.numbered(replace(first, given=given, sex=sex, rank="2", used_name=""))

    def household(self) -> Iterator[Person]:
        """An adult and the children known under the adult's number."""
        adult = self.someone("holder", born=REFERENCE - timedelta(days=self.draw.integer(26 * 365, 50 * 365)))
        yield adult
        for _ in range(self.draw.integer(1, 3)):
            child = self.someone("child", born=REFERENCE - timedelta(days=self.draw.integer(300, 15 * 365)))
            yield replace(child, family=adult.family, holder=adult.ins)

    def newborn(self) -> Person:
        """Born in the last days: no number yet."""
        born = REFERENCE - timedelta(days=self.draw.integer(1, 6))
        return replace(self.someone("newborn", born=born), number="", key="", holder="")

    def nia(self) -> Person:
        """Somebody who waits for a NIR."""
        return replace(self.someone("nia", where="abroad"), nia=True)

    def from_nia(self) -> Person:
        """Somebody who had a NIA, then a NIR."""
        before = self.someone("history", where="abroad")
        after = self.numbered(before)
        past = Past(before.number, before.key, nia=True, start="2023-02-01", end="2024-05-31")
        return replace(after, history=(past,))

    def renamed(self) -> Person:
        """Somebody whose birth name was changed by law; the former name is found no more."""
        person = self.someone("changed name")
        others = [one for one in self._families if one != person.family]
        return replace(person, former_name=person.family, family=self.draw.pick(others))

    def changed_sex(self) -> Person:
        """Somebody whose civil sex changed: the number changed with it."""
        before = self.someone("changed sex")
        sex = "FM".replace(before.sex, "")
        after = self.numbered(replace(before, sex=sex, given=(self.draw.pick(self._given[sex]),), used_name=""))
        return replace(after, history=(Past(before.number, before.key, nia=False, end="2022-10-14"),))

    def lunar(self) -> Person:
        """Somebody whose day, or day and month, of birth nobody knows."""
        person = self.someone("lunar date", where="abroad")
        unknown = "-00" if self.draw.chance(0.5) else "-00-00"
        return self.numbered(replace(person, birth_date=person.birth_date[: 10 - len(unknown)] + unknown))

    def deceased(self) -> Person:
        """Somebody who has died; the number stays."""
        person = self.someone("deceased", born=REFERENCE - timedelta(days=self.draw.integer(40 * 365, 98 * 365)))
        return replace(person, deceased=(REFERENCE - timedelta(days=self.draw.integer(10, 3000))).isoformat())


def _drawn(maker: _Maker) -> Iterator[Person]:
    """The particular cases in fixed numbers, households, then ordinary persons without end."""
    for _ in range(60):
        yield from maker.homonyms()
        yield from maker.twins()
        yield maker.nia()
        yield maker.from_nia()
    for where, times in (("corsica", 120), ("overseas", 150), ("abroad", 250), ("unknown", 30)):
        for _ in range(times):
            yield maker.someone(where, where=where)
    for make, times in (
        (maker.newborn, 40),
        (maker.renamed, 100),
        (maker.changed_sex, 15),
        (maker.lunar, 20),
        (maker.deceased, 80),
    ):
        for _ in range(times):
            yield make()
    for _ in range(400):
        yield from maker.household()
    while True:
        yield maker.someone("ordinary")


@cache
def population(seed: int = 1, size: int = SIZE) -> tuple[Person, ...]:
    """The persons of a seed, the national cases first; the same at each call."""
    drawn = _drawn(_Maker(seed))
    return (*map(_own, NATIONAL), *(_own(next(drawn)) for _ in range(size - len(NATIONAL))))


def _own(person: Person) -> Person:
    """The person with the key and the holder that go without saying."""
    if not person.number:
        return person
    keyed = person if person.key else replace(person, key=key_of(person.number))
    return keyed if keyed.holder else replace(keyed, holder=keyed.ins)


def household(person: Person, people: Iterable[Person]) -> tuple[Person, ...]:
    """Who is on the same Vitale card, the holder first."""
    found = [one for one in people if one.holder and one.holder == person.holder]
    return tuple(sorted(found, key=lambda one: one.ins != one.holder))
