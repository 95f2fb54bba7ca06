"""Questions to the directory: the resource and its search parameters, always with the size of a page.

A value is escaped as FHIR asks, so that a comma in a name is not an "or". Source: digest ``exchanges.md`` 4; FHIR R4
3.1.1.5.7 (escaping), 3.1.1.4 (``_lastUpdated``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from eprouvette.core.errors import InvalidValueError
from eprouvette.standards.annuaire.bounded import text

Resource = Literal["Practitioner", "PractitionerRole", "Organization"]
PAGE: Final = 50
LARGEST_PAGE: Final = 200
_DIGITS: Final = re.compile(r"[0-9]{11,12}")
_STRUCTURE: Final = re.compile(r"1?\d[0-9AB]\d{7}|3?\d{14}", re.ASCII)
_ADDRESS: Final = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{3,189}")
_TECHNICAL: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
_SPECIAL: Final = re.compile(r"([\\$,|])")


class QueryError(InvalidValueError):
    """La recherche dans l'annuaire est mal formée."""


@dataclass(frozen=True, slots=True)
class Query:
    """A search: the resource and its parameters, in order."""

    resource: Resource
    parameters: tuple[tuple[str, str], ...]


def professional(number: str, *, size: int = PAGE) -> Query:
    """A professional by RPPS (11 digits) or national identifier (12), with every role. Raises `QueryError`."""
    if not _DIGITS.fullmatch(number):
        raise QueryError("RPPS ou identifiant national : onze ou douze chiffres sont attendus.")
    return _query("Practitioner", size, ("identifier", number), ("_revinclude", "PractitionerRole:practitioner"))


def professionals_named(family: str, given: str = "", *, size: int = PAGE) -> Query:
    """Professionals in practice of that family name (its beginning), and given name when there is one."""
    wanted = [("family", _word(family, "Nom"))]
    if given.strip():
        wanted.append(("given", _word(given, "Prénom")))
    return _query("Practitioner", size, *wanted, ("active", "true"), ("_total", "accurate"))


def roles_of(professional_id: str, *, size: int = PAGE) -> Query:
    """The roles of a professional, by the technical id of an answer just read, each with its structure."""
    if not _TECHNICAL.fullmatch(professional_id):
        raise QueryError("L'identifiant technique n'a pas la forme attendue.")
    return _query(
        "PractitionerRole", size, ("practitioner", professional_id), ("_include", "PractitionerRole:organization")
    )


def structure(identifier: str, *, size: int = PAGE) -> Query:
    """A structure by FINESS, SIRET, or its national identifier. Raises `QueryError`."""
    if not _STRUCTURE.fullmatch(identifier):
        raise QueryError("FINESS (neuf signes) ou SIRET (quatorze chiffres) attendu.")
    return _query("Organization", size, ("identifier", identifier))


def structures_named(name: str, city: str = "", *, size: int = PAGE) -> Query:
    """Structures in activity whose name holds those words, in a town when there is one."""
    wanted = [("name:contains", _word(name, "Nom"))]
    if city.strip():
        wanted.append(("address-city", _word(city, "Commune")))
    return _query("Organization", size, *wanted, ("active", "true"), ("_total", "accurate"))


def holders(resource: Resource, address: str, *, size: int = PAGE) -> Query:
    """The resources of a kind that hold a mailbox. Raises `QueryError`."""
    if not _ADDRESS.fullmatch(address):
        raise QueryError("L'adresse MSSanté n'a pas la forme d'une adresse.")
    return _query(resource, size, ("mailbox-mss:exact", _escaped(address)))


def changed(resource: Resource, since: datetime, *, size: int = PAGE) -> Query:
    """The resources of a kind that changed since a moment, which has a time zone. Raises `QueryError`."""
    if since.tzinfo is None:
        raise QueryError("La date de reprise doit avoir un fuseau horaire.")
    return _query(resource, size, ("_lastUpdated", f"ge{since.isoformat(timespec='milliseconds')}"))


def everything(resource: Resource, *, size: int = PAGE) -> Query:
    """Every resource of a kind, page after page: a first load."""
    return _query(resource, size)


def _query(resource: Resource, size: int, *parameters: tuple[str, str]) -> Query:
    if not 1 <= size <= LARGEST_PAGE:
        raise QueryError(f"La taille d'une page va de 1 à {LARGEST_PAGE}.")
    return Query(resource, (*parameters, ("_count", str(size))))


def _word(value: str, label: str) -> str:
    word = text(value, 100)
    if not word:
        raise QueryError(f"{label} : il est obligatoire.")
    return _escaped(word)


def _escaped(value: str) -> str:
    return _SPECIAL.sub(r"\\\1", value)
