"""From the person of a message to what the laboratory compares and keeps; pure.

Source: digest ``hl7v2.md`` 2.4 (PID) and 2.5 (INS).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Final

from eprouvette.core import oids
from eprouvette.core.dates import PARIS
from eprouvette.lab.directory.rules import search_key
from eprouvette.lab.identity.births import exchanged
from eprouvette.lab.identity.traits import InsEntry, Traits
from eprouvette.standards.hl7v2.adt import IdentityMessage
from eprouvette.standards.hl7v2.pid import LocalId, ReceivedIns, ReceivedPerson

_FREE: Final = ("used_family_name", "used_given_name", "address_line", "postal_code", "city", "phone", "email")
"""What is not a strict trait: taken from a partner who is trusted, whatever the status of our file."""
_TIMES: Final = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


def ins_said(message: IdentityMessage) -> InsEntry | None:
    """The INS of PID-3: a NIR before a NIA; none when the birth date was corrected, which forbids it (ZFD-4)."""
    if message.proof is not None and message.proof.corrected_birth_date:
        return None
    return first_of(message.person.ins)


def first_of(received: tuple[ReceivedIns, ...]) -> InsEntry | None:
    """The one that counts of several INS: a NIR before a NIA, and none that is taken back."""
    standing = sorted((one for one in received if not one.erased), key=lambda one: one.oid == oids.INS_NIA)
    return InsEntry(standing[0].value, standing[0].oid) if standing else None


def ipp_of(ids: tuple[LocalId, ...], authority: str) -> str:
    """The permanent identifier of an authority known by its name or code; of any when none is declared."""
    wanted = authority.casefold()
    for one in ids:
        if one.type != "PI":
            continue
        if not wanted or wanted in {one.authority.casefold(), one.authority_code.casefold()}:
            return one.value
    return ""


def traits_said(person: ReceivedPerson) -> Traits:
    """The traits of a person who is unknown here; what is not said is empty, and refused where it is required."""
    first = person.first_given_name or ""
    return Traits(
        birth_family_name=person.birth_family_name or "",
        birth_given_names=person.birth_given_names or first,
        first_given_name=first,
        sex=person.sex or "UN",
        birth_date=person.birth_date or "",
        birth_place_cog=person.birth_place_cog or "",
        birth_place_name=person.birth_place_name or "",
        birth_rank=person.birth_rank or "",
        **{name: getattr(person, name) or "" for name in _FREE},
    )


def over(person: ReceivedPerson, ours: Traits) -> Traits:
    """Our traits with all that the message says put over them; what it does not say stays, what it erases goes."""
    return _put(person, ours, Traits.__slots__)


def freely_over(person: ReceivedPerson, ours: Traits) -> Traits:
    """Our traits with the address, the telephone and the used names that the message says."""
    return _put(person, ours, _FREE)


def _put(person: ReceivedPerson, ours: Traits, names: tuple[str, ...]) -> Traits:
    values = {name: getattr(ours, name) for name in Traits.__slots__}
    for name in names:
        said = getattr(person, name, None)
        if said is not None:
            values[name] = said
    return Traits(**values)


def agrees(person: ReceivedPerson, ours: Traits) -> bool:
    """True when every strict trait that both sides know is the same, but for capitals, accents and hyphens."""
    return not any(_differences(person, ours))


def _differences(person: ReceivedPerson, ours: Traits) -> Iterator[bool]:
    for name in ("birth_family_name", "first_given_name"):
        said, held = search_key(getattr(person, name) or ""), search_key(getattr(ours, name))
        yield bool(said and held) and said != held
    said, held = search_key(person.birth_given_names or ""), search_key(ours.birth_given_names)
    yield bool(said and held) and not (f"{said} ".startswith(f"{held} ") or f"{held} ".startswith(f"{said} "))
    yield person.sex in {"F", "M"} and ours.sex in {"F", "M"} and person.sex != ours.sex
    # A partner who completes an unknown day or month writes the date that is exchanged for it (REQ-INS-29).
    yield bool(person.birth_date) and exchanged(person.birth_date or "") != exchanged(ours.birth_date)
    yield _place(person.birth_place_cog) != "" and _place(ours.birth_place_cog) not in {
        "",
        _place(person.birth_place_cog),
    }


def _place(cog: str | None) -> str:
    """A code of place; ``99999`` says that nobody knows."""
    return "" if cog in {None, "99999"} else str(cog)


def died_at(person: ReceivedPerson, zone: tzinfo = PARIS) -> datetime | None:
    """When the person died (PID-29), as far as it is told."""
    text = person.deceased_at or ""
    form = _TIMES.get(len(text))
    if form is None:
        return None
    try:
        return datetime.strptime(text, form).replace(tzinfo=zone)
    except ValueError:
        return None
