"""Who is in the simulated directory: a seed gives the same eight hundred professionals and their structures each time.

RPPS numbers begin with ``99``, FINESS with ``399``: they are nobody's. The demonstration's own people come first. Two
days are kept: on the second, mailboxes have come and gone, and some professionals have left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from eprouvette.sandbox.corpus.draw import Draw
from eprouvette.sandbox.population.people import names, strict

PROFESSIONALS: Final = 800
STRUCTURES: Final = 150
DAYS: Final = ("2026-01-05T01:00:00.000+01:00", "2026-01-06T01:00:00.000+01:00")
"""When the resources of each day were written."""

_TOWNS: Final = (
    ("39100", "DOLE"), ("39000", "LONS-LE-SAUNIER"), ("39200", "SAINT-CLAUDE"), ("39300", "CHAMPAGNOLE"),
    ("25000", "BESANÇON"), ("25300", "PONTARLIER"), ("21000", "DIJON"), ("71100", "CHALON-SUR-SAÔNE"),
)  # fmt: skip
_STREETS: Final = ("rue des Arènes", "place Nationale", "avenue de la Paix", "rue du Val d'Amour", "quai Pasteur")
_SECTORS: Final = (
    ("SA01", "CENTRE HOSPITALIER"),
    ("SA07", "CABINET"),
    ("SA25", "LABORATOIRE"),
    ("SA08", "MAISON DE SANTÉ"),
)
_SPECIALTIES: Final = ("SM26", "SM26", "SM26", "SM04", "SM03", "SM20", "SM40", "SM53")


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox; one on the red list is not in open access."""

    address: str
    type: str = "PER"
    description: str = ""
    digitization: bool | None = None
    red_list: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A structure, by FINESS or else by SIRET."""

    id: str
    name: str
    sector: str
    postal_code: str
    city: str
    line: str
    finess: str = ""
    siret: str = ""
    phone: str = ""
    boxes: tuple[Box, ...] = ()
    active: bool = True
    day: int = 0


@dataclass(frozen=True, slots=True)
class Pro:
    """A professional; ``kind`` is the case that the person shows."""

    id: str
    kind: str
    rpps: str
    family: str
    given: str
    civility: str
    title: str = "DR"
    profession: str = "10"
    specialty: str = "SM26"
    boxes: tuple[Box, ...] = ()
    active: bool = True
    day: int = 0


@dataclass(frozen=True, slots=True)
class Post:
    """What a professional does in a structure."""

    id: str
    pro: str
    place: str
    mode: str = "L"
    boxes: tuple[Box, ...] = ()
    active: bool = True
    day: int = 0


@dataclass(frozen=True, slots=True)
class Country:
    """The directory of one day."""

    pros: tuple[Pro, ...]
    posts: tuple[Post, ...]
    places: tuple[Place, ...]


_PRESCRIBER: Final = Box("paul.levesque@medecin.mssante.fr", digitization=True)
_COLLEAGUE: Final = Box("helene.morel@medecin.mssante.fr")
_DEMONSTRATION: Final = (
    Pro("p1", "demonstration", "10000000023", "LEVESQUE", "Paul", "M", boxes=(_PRESCRIBER,)),
    Pro("p2", "demonstration", "10000000031", "MOREL", "Hélène", "MME", specialty="SM04", boxes=(_COLLEAGUE,)),
    Pro("p3", "demonstration", "10000000015", "AUBIN", "Anne", "MME", specialty="SM03"),
)
_LABORATORY: Final = Place(
    "s1",
    "LABORATOIRE DES TROIS ÉPIS",
    "SA25",
    "39100",
    "DOLE",
    "12 rue des Arènes",
    finess="390999999",
    phone="0384000001",
    boxes=(
        Box("labo@labo.mssante.fr", "ORG", "Secrétariat du laboratoire"),
        Box("sgl@labo.mssante.fr", "APP", "Envoi automatique"),
    ),
)


class _Maker:
    def __init__(self, seed: int) -> None:
        self.draw = Draw("directory", seed)
        stock = names()
        self._families = [*stock["families"], *stock["more_families"]]
        self._given = {sex: [*stock["given"][sex], *stock["more_given"][sex]] for sex in "FM"}
        self._addresses: set[str] = set()

    def place(self, number: int) -> Place:
        draw = self.draw
        (sector, word), (postal_code, city) = draw.pick(_SECTORS), draw.pick(_TOWNS)
        made = Place(
            f"s{number}",
            f"{word} {draw.pick(self._families)}",
            sector,
            postal_code,
            city,
            f"{draw.integer(1, 90)} {draw.pick(_STREETS)}",
            phone=f"03840{number:05d}",
        )
        made = replace(made, siret=f"999{number:011d}") if number % 5 == 0 else replace(made, finess=f"399{number:06d}")
        domain = f"structure{number}.mssante.fr"
        boxes = []
        if sector != "SA07" and draw.chance(0.8):
            boxes.append(Box(f"secretariat@{domain}", "ORG", "Secrétariat", digitization=True))
        if sector == "SA01":
            boxes.append(Box(f"dpi@{domain}", "APP", "Dossier patient informatisé"))
        return replace(made, boxes=tuple(boxes))

    def pro(self, number: int, kind: str) -> Pro:
        draw = self.draw
        sex = draw.pick("FM")
        made = Pro(
            f"p{number}",
            kind,
            f"99{number:09d}",
            draw.pick(self._families),
            draw.pick(self._given[sex]).title(),
            "M" if sex == "M" else "MME",
            specialty=draw.pick(_SPECIALTIES),
        )
        if draw.chance(0.2):
            made = replace(made, title="", profession="60", specialty="")
        return made

    def box(self, pro: Pro, domain: str = "", *, red_list: bool = False) -> Box:
        """A mailbox of a person that nobody else has."""
        profession = {"10": "medecin", "60": "infirmier"}[pro.profession]
        stem = re.sub(r"[^a-z]+", "-", strict(f"{pro.given}.{pro.family}").lower().replace(".", "zz")).replace(
            "zz", "."
        )
        domain = domain or f"{profession}.mssante.fr"
        address = next(
            one
            for rank in range(1, 1000)
            if (one := f"{stem}{rank if rank > 1 else ''}@{domain}") not in self._addresses
        )
        self._addresses.add(address)
        return Box(address, digitization=self.draw.pick((True, True, False, None)), red_list=red_list)


def _kinds() -> Iterator[str]:
    """The particular cases in fixed numbers, then ordinary professionals without end."""
    for kind, times in (
        ("two roles", 60),
        ("no mailbox", 80),
        ("red list", 30),
        ("inactive", 30),
        ("mailbox removed", 15),
        ("mailbox added", 15),
        ("leaving", 10),
    ):
        yield from [kind] * times
    while True:
        yield "ordinary"


def _drawn(maker: _Maker) -> Iterator[Pro]:
    kinds, number = _kinds(), len(_DEMONSTRATION)
    for _ in range(20):
        first = maker.pro(number + 1, "homonym")
        second = replace(first, id=f"p{number + 2}", rpps=f"99{number + 2:09d}")
        yield from (first, second)
        number += 2
    for kind in kinds:
        number += 1
        yield maker.pro(number, kind)


@cache
def country(day: int = 0, seed: int = 1) -> Country:
    """The directory of a day (0 or 1); the same at each call."""
    maker = _Maker(seed)
    places = (_LABORATORY, *(maker.place(number) for number in range(2, STRUCTURES + 1)))
    drawn = _drawn(maker)
    pros: list[Pro] = []
    posts = [Post("r1", "p1", places[1].id), Post("r2", "p2", places[1].id), Post("r3", "p3", _LABORATORY.id, "S")]
    for person in (*_DEMONSTRATION, *(next(drawn) for _ in range(PROFESSIONALS - len(_DEMONSTRATION)))):
        if person.kind == "demonstration":
            pros.append(person)
            continue
        pro, roles = _settled(maker, person, places, len(posts) + 1)
        pros.append(pro)
        posts.extend(roles)
    today = Country(tuple(pros), tuple(posts), places)
    return today if day == 0 else _next_day(maker, today)


def _settled(maker: _Maker, pro: Pro, places: tuple[Place, ...], number: int) -> tuple[Pro, list[Post]]:
    """A professional with mailboxes and roles as the case wants them."""
    draw = maker.draw
    first = draw.pick(places[1:])
    posts = [Post(f"r{number}", pro.id, first.id, draw.pick("LS"))]
    match pro.kind:
        case "two roles":
            second = draw.pick([one for one in places[1:] if one.id != first.id])
            posts.append(Post(f"r{number + 1}", pro.id, second.id, "S"))
            posts = [replace(one, boxes=(maker.box(pro, f"structure{one.place[1:]}.mssante.fr"),)) for one in posts]
        case "no mailbox" | "mailbox added":
            pass
        case "inactive":
            pro = replace(pro, active=False)
            posts = [replace(one, active=False) for one in posts]
        case kind:
            pro = replace(pro, boxes=(maker.box(pro, red_list=kind == "red list"),))
    return pro, posts


def _next_day(maker: _Maker, today: Country) -> Country:
    leaving = {one.id for one in today.pros if one.kind == "leaving"}

    def changed(pro: Pro) -> Pro:
        match pro.kind:
            case "mailbox removed":
                return replace(pro, boxes=(), day=1)
            case "mailbox added":
                return replace(pro, boxes=(maker.box(pro),), day=1)
            case "leaving":
                return replace(pro, active=False, day=1)
        return pro

    posts = tuple(replace(one, active=False, day=1) if one.pro in leaving else one for one in today.posts)
    return Country(tuple(map(changed, today.pros)), posts, today.places)
