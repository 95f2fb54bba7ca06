"""Search parameters of the simulated directory: those that are served, their modifiers, and what they match.

An unknown one is refused, as the real service does; ``mailbox-mss-type`` is specified but not served. Source: digest
``exchanges.md`` 4; FHIR R4 3.1.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from eprouvette.sandbox.annuaire.resources import Resource
from eprouvette.sandbox.population.people import strict

LARGEST: Final = 500
DEFAULT: Final = 50
_INCLUDES: Final = {
    "Practitioner": {"_revinclude": {"PractitionerRole:practitioner"}},
    "PractitionerRole": {"_include": {"PractitionerRole:organization", "PractitionerRole:practitioner"}},
    "Organization": {"_include": {"Organization:partof"}},
}
_SPLIT: Final = re.compile(r"(?<!\\),")


class SearchError(Exception):
    """The question is refused: HTTP 400 with these words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was understood."""

    kind: str
    matches: tuple[Resource, ...]
    count: int
    total: bool
    includes: tuple[str, ...]
    elements: frozenset[str]


def _identifiers(resource: Resource) -> Iterator[str]:
    for one in resource["identifier"]:
        yield one["value"]
        yield f"{one['system']}|{one['value']}"


def _identifier_types(resource: Resource) -> Iterator[str]:
    yield from (coding["code"] for one in resource["identifier"] for coding in one.get("type", {}).get("coding", ()))


def _names(*keys: str) -> Callable[[Resource], Iterator[str]]:
    def read(resource: Resource) -> Iterator[str]:
        for name in resource.get("name", ()):
            for key in keys:
                value: Any = name.get(key, ())
                yield from ((value,) if isinstance(value, str) else value)

    return read


def _codes(key: str) -> Callable[[Resource], Iterator[str]]:
    def read(resource: Resource) -> Iterator[str]:
        for one in resource.get(key, ()):
            for coding in one.get("code", one).get("coding", ()):
                yield coding["code"]
                yield f"{coding['system']}|{coding['code']}"

    return read


def _mailboxes(resource: Resource) -> Iterator[str]:
    yield from (one["value"] for one in resource.get("telecom", ()) if one["system"] == "email")


def _reference(key: str) -> Callable[[Resource], Iterator[str]]:
    def read(resource: Resource) -> Iterator[str]:
        if reference := resource.get(key, {}).get("reference", ""):
            yield reference
            yield reference.partition("/")[2]

    return read


def _address(key: str) -> Callable[[Resource], Iterator[str]]:
    return lambda resource: (one[key] for one in resource.get("address", ()))


def _nothing(_: Resource) -> Iterator[str]:
    """A parameter that is served, over data that open access does not have."""
    yield from ()


def _active(resource: Resource) -> Iterator[str]:
    yield "true" if resource["active"] else "false"


_Values = Callable[[Resource], Iterator[str]]
_COMMON: Final[dict[str, _Values]] = {
    "_id": lambda one: iter((one["id"],)),
    "active": _active,
    "identifier": _identifiers,
}
_TOKENS: Final[dict[str, dict[str, _Values]]] = {
    "Practitioner": _COMMON
    | {
        "identifier-type": _identifier_types,
        "qualification-code": _codes("qualification"),
        "number-smartcard": _nothing,
        "data-information-system": _nothing,
    },
    "PractitionerRole": _COMMON
    | {
        "practitioner": _reference("practitioner"),
        "organization": _reference("organization"),
        "role": _codes("code"),
        "data-registration-authority": _nothing,
    },
    "Organization": _COMMON
    | {"identifier-type": _identifier_types, "type": _codes("type"), "partof": _reference("partOf")},
}
_STRINGS: Final[dict[str, dict[str, _Values]]] = {
    "Practitioner": {
        "family": _names("family"),
        "given": _names("given"),
        "name": _names("family", "given"),
        "mailbox-mss": _mailboxes,
    },
    "PractitionerRole": {"mailbox-mss": _mailboxes},
    "Organization": {
        "name": lambda one: iter((one["name"],) if "name" in one else ()),
        "address-postalcode": _address("postalCode"),
        "address-city": _address("city"),
        "mailbox-mss": _mailboxes,
    },
}


def ask(kind: str, parameters: list[tuple[str, str]], every: tuple[Resource, ...]) -> Asked:
    """The resources that match; raises `SearchError`."""
    filters: list[Callable[[Resource], bool]] = []
    controls: dict[str, str] = {}
    includes: list[str] = []
    for name, value in parameters:
        if name in {"_count", "_total", "_elements"}:
            controls[name] = value
        elif name in {"_include", "_revinclude"}:
            if value not in _INCLUDES[kind].get(name, ()):
                raise SearchError(f"Invalid {name} parameter value: {value}")
            includes.append(value)
        else:
            filters.append(_filter(kind, name, value))
    matches = tuple(one for one in every if all(passes(one) for passes in filters))
    elements = frozenset(filter(None, controls.get("_elements", "").split(",")))
    return Asked(kind, matches, _count(controls), _total(controls), tuple(includes), elements)


def _count(controls: dict[str, str]) -> int:
    value = controls.get("_count", str(DEFAULT))
    if not (value.isascii() and value.isdigit() and len(value) < 6 and int(value) > 0):
        raise SearchError(f"Invalid _count parameter value: {value}")
    return min(int(value), LARGEST)


def _total(controls: dict[str, str]) -> bool:
    value = controls.get("_total", "accurate")
    if value not in {"accurate", "estimate", "none"}:
        raise SearchError(f"Invalid _total parameter value: {value}")
    return value != "none"


def _filter(kind: str, name: str, value: str) -> Callable[[Resource], bool]:
    base, _, modifier = name.partition(":")
    if base == "_lastUpdated" and not modifier:
        return _since(value)
    wanted = [re.sub(r"\\(.)", r"\1", one) for one in _SPLIT.split(value)]
    if not all(wanted):
        raise SearchError(f"Invalid empty value for parameter {base}")
    if (read := _TOKENS[kind].get(base)) is not None:
        if modifier:
            raise SearchError(f"Modifier :{modifier} is not supported for parameter {base}")
        return lambda one: not set(wanted).isdisjoint(read(one))
    if (read_string := _STRINGS[kind].get(base)) is not None:
        compare = _comparison(base, modifier)
        return lambda one: any(compare(found, sought) for found in read_string(one) for sought in wanted)
    raise SearchError(f"Parameter {name} not found")


def _comparison(base: str, modifier: str) -> Callable[[str, str], bool]:
    match modifier:
        case "":
            return lambda found, sought: strict(found).startswith(strict(sought))
        case "contains":
            return lambda found, sought: strict(sought) in strict(found)
        case "exact":
            return lambda found, sought: found == sought
    raise SearchError(f"Modifier :{modifier} is not supported for parameter {base}")


def _since(value: str) -> Callable[[Resource], bool]:
    prefix, moment = (value[:2], value[2:]) if value[:2] in {"ge", "gt", "le", "lt"} else ("eq", value)
    try:
        limit = datetime.fromisoformat(moment)
    except ValueError as error:
        raise SearchError(f"Invalid date/time format: {value}") from error
    if limit.tzinfo is None:
        raise SearchError(f"Date without time zone: {value}")

    def passes(resource: Resource) -> bool:
        updated = datetime.fromisoformat(resource["meta"]["lastUpdated"])
        return {
            "ge": updated >= limit,
            "gt": updated > limit,
            "le": updated <= limit,
            "lt": updated < limit,
            "eq": updated == limit,
        }[prefix]

    return passes
