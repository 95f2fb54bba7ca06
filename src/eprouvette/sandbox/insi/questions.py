"""Reads the three questions, as strict as the service: order of elements, letters, forms.

The names of the verification are supposed (digest ``exchanges.md`` 1.5); the others are those of the schemas.
Source: INSi_RECSANS_INS, INSi_RECVITALE_INS; digest 1.2 and 1.3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lxml import etree

from eprouvette.sandbox.insi.faults import malformed
from eprouvette.sandbox.insi.reader import leaves

SANS: Final = "http://www.cnamts.fr/INSiRecSans"
VITALE: Final = "http://www.cnamts.fr/INSiRecVit"
UNIT: Final = "http://www.cnamts.fr/INSiLot2/REQUnitaire"
NAME: Final = re.compile(r"(?!.*---)(?!.*[ '][ '])[A-Z'][A-Z '-]*")
GIVEN: Final = re.compile(r"(?!.*--)(?!.*[ '][ '])(?!.*['-]$)[A-Z'][A-Z '-]*")
_FORMS: Final = {
    "NomNaissance": NAME,
    "Prenom": GIVEN,
    "ListePrenom": GIVEN,
    "Sexe": re.compile(r"[FM]"),
    "DateNaissance": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "LieuNaissance": re.compile(r"[0-9A-Z]{5}"),
    "RangNaissance": re.compile(r"[0-9]"),
    "NumIdentifiant": re.compile(r"[0-9]{6}[0-9AB][0-9]{6}"),
    "Cle": re.compile(r"[0-9]{2}"),
    "TypeMatricule": re.compile(r".+"),
    "OID": re.compile(r"[0-9.]+"),
}


@dataclass(frozen=True, slots=True)
class ByTraits:
    """WS_INS2."""

    name: str
    given: tuple[str, ...]
    sex: str
    birth: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class ByCard:
    """WS_INS1: numbers of 15 characters."""

    own: str
    holder: str
    name: str
    birth: str
    rank: str


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit verification."""

    ins: str
    oid: str
    traits: ByTraits
    given_list: str


def by_traits(content: etree._Element) -> ByTraits:
    """The search by traits; raises `InsiFaultError`."""
    _root(content, SANS, "RECSANSVITALE")
    return _traits(content, SANS, ("NomNaissance", "Prenom", "Sexe", "DateNaissance", "LieuNaissance"))


def by_card(content: etree._Element) -> ByCard:
    """The search by card; raises `InsiFaultError`."""
    _root(content, VITALE, "RECVITALE")
    names = ("MatriculeIndividu", "MatriculeOD", "NomNaissance", "DateNaissance", "RangNaissance")
    found = leaves(content, VITALE, names, "simu_100")
    own, holder = (_number(found[name], VITALE) for name in names[:2])
    if not own and not holder:
        raise malformed("Un matricule est attendu.", "simu_102")
    return ByCard(own, holder, *(_value(found, name, required=False) for name in names[2:]))


def unit(content: etree._Element) -> Unit:
    """The verification; raises `InsiFaultError`."""
    _root(content, UNIT, "REQUETE")
    individual = _single(leaves(content, UNIT, ("IndividuVerifie",), "simu_120"), "IndividuVerifie")
    parts = leaves(individual, UNIT, ("INSFourni", "TraitsIdentiteIndividu"), "simu_121")
    given = leaves(_single(parts, "INSFourni"), UNIT, ("IdIndividu", "OID"), "simu_122")
    number = _number(given["IdIndividu"], UNIT)
    if len(number) != 15:
        raise malformed("Le matricule et sa clé sont attendus.", "simu_123")
    names = ("NomNaissance", "Prenom", "ListePrenom", "Sexe", "DateNaissance", "LieuNaissance")
    element = _single(parts, "TraitsIdentiteIndividu")
    found = leaves(element, UNIT, names, "simu_124")
    listed = _value(found, "ListePrenom", required=False)
    return Unit(number, _value(given, "OID"), _traits(element, UNIT, names), listed)


def _traits(content: etree._Element, space: str, names: tuple[str, ...]) -> ByTraits:
    found = leaves(content, space, names, "simu_110")
    given = tuple(_formed("Prenom", one) for one in found["Prenom"])
    if not given:
        raise malformed("Un prénom au moins est attendu.", "simu_111")
    name, sex, birth = (_value(found, one) for one in ("NomNaissance", "Sexe", "DateNaissance"))
    return ByTraits(name, given, sex, birth, _value(found, "LieuNaissance", required=False))


def _root(content: etree._Element, space: str, name: str) -> None:
    if content.tag != f"{{{space}}}{name}":
        raise malformed("Le corps n'est pas celui de l'action.", "simu_101")


def _number(found: list[etree._Element], space: str) -> str:
    if not found:
        return ""
    if len(found) > 1:
        raise malformed("Un matricule est donné deux fois.", "simu_103")
    parts = leaves(found[0], space, ("NumIdentifiant", "Cle", "TypeMatricule"), "simu_104")
    return _value(parts, "NumIdentifiant") + _value(parts, "Cle", required=False)


def _single(found: dict[str, list[etree._Element]], name: str) -> etree._Element:
    if len(found[name]) != 1:
        raise malformed(f"L'élément {name} est attendu une fois.", "simu_105")
    return found[name][0]


def _value(found: dict[str, list[etree._Element]], name: str, *, required: bool = True) -> str:
    if not found[name] and not required:
        return ""
    return _formed(name, _single(found, name))


def _formed(name: str, element: etree._Element) -> str:
    """A value in the service's letters: it rejects lower case, accents and ligatures."""
    value = element.text or ""
    if len(element) or not _FORMS[name].fullmatch(value):
        raise malformed(f"La valeur de {name} n'est pas de la forme admise.", "simu_106")
    return value
