"""Our identity messages to partners (A28, A31, A40, A47), as bytes that follow from their values alone.

An INS is written for a qualified identity only: whoever builds the person decides (`OutgoingPerson.ins`), and PID-32 is
``VALI`` beside it. Source: IHE ITI-30 with the French extension 2.11.1; digest ``hl7v2.md`` 2.2 to 2.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from eprouvette.core import oids
from eprouvette.core.dates import PARIS
from eprouvette.core.ins import Ins
from eprouvette.standards.hl7v2.er7 import DELETE, STANDARD, Leaf, Message, Segment, header, segment

OutgoingEvent = Literal["A28", "A31", "A40", "A47"]
STRUCTURES: Final[dict[OutgoingEvent, str]] = {
    "A28": "ADT_A05",
    "A31": "ADT_A05",
    "A40": "ADT_A39",
    "A47": "ADT_A30",
}
_SEXES: Final = {"F": "F", "M": "M", "UN": "U"}
_PID_FIELDS: Final = 32


@dataclass(frozen=True, slots=True)
class Ends:
    """Who writes to whom (MSH-3 to 6), and the authority of our identifiers: its name and its FINESS."""

    application: str
    facility: str
    to_application: str
    to_facility: str
    authority: str
    finess: str


@dataclass(frozen=True, slots=True)
class OutgoingPerson:
    """A person as told: ``ins`` only when qualified, ``statuses`` are the codes of PID-32.

    ``birth_date`` is complete when an INS goes with it.
    """

    ipp: str
    birth_family_name: str
    first_given_name: str
    birth_given_names: str
    sex: str
    birth_date: str
    statuses: tuple[str, ...]
    ins: Ins | None = None
    birth_place_cog: str = ""
    birth_place_name: str = ""
    birth_rank: str = ""
    used_family_name: str = ""
    used_given_name: str = ""
    address_line: str = ""
    postal_code: str = ""
    city: str = ""
    phone: str = ""
    email: str = ""
    deceased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """One message to build. ``lost`` is the IPP that a merge closes (A40), ``former`` the INS that goes (A47)."""

    event: OutgoingEvent
    control_id: str
    at: datetime
    person: OutgoingPerson
    lost: str = ""
    former: Ins | None = None


def write_identity(told: Announcement, ends: Ends, *, production: bool) -> bytes:
    """The message, in UTF-8."""
    moment = _time(told.at)
    head = header(
        [
            ends.application, ends.facility, ends.to_application, ends.to_facility, moment, "",
            ["ADT", told.event, STRUCTURES[told.event]], told.control_id, "P" if production else "D",
            ["2.5", "FRA", "2.11"], "", "", "", "", "FRA", "UNICODE UTF-8", "FR", "", ["2.11", "IHE_FRANCE-2.11-PAM"],
        ]
    )  # fmt: skip
    lines = [head, segment("EVN", "", moment, "", "", "", moment), _pid(told, ends)]
    if told.event in {"A28", "A31"}:
        # ITI-30: there is no visit, and PV1-2 says so.
        lines.append(segment("PV1", "1", "N"))
    else:
        lines.append(segment("MRG", _merged(told, ends)))
    return Message(STANDARD, tuple(lines)).encode().encode("utf-8")


def _time(at: datetime) -> str:
    return f"{at.astimezone(PARIS):%Y%m%d%H%M%S}"


def _merged(told: Announcement, ends: Ends) -> Sequence[Leaf]:
    if told.former is not None:
        return _ins(told.former.value, told.former.oid)
    return _ipp(told.lost, ends)


def _ipp(value: str, ends: Ends) -> Sequence[Leaf]:
    return [value, "", "", [ends.authority, ends.finess, "M"], "PI"]


def _ins(value: str, oid: str) -> Sequence[Leaf]:
    name = "ASIP-SANTE-INS-NIA" if oid == oids.INS_NIA else "ASIP-SANTE-INS-NIR"
    return [value, "", "", [name, oid, "ISO"], "INS"]


def _pid(told: Announcement, ends: Ends) -> Segment:
    person = told.person
    ids = [_ipp(person.ipp, ends)]
    if person.ins is not None:
        ids.append(_ins(person.ins.value, person.ins.oid))
    elif told.former is not None:
        ids.append(_ins(DELETE, told.former.oid))
    fields = {
        1: "1",
        3: _repeated(*ids),
        5: _repeated(*_names(person)),
        7: person.birth_date,
        8: _SEXES[person.sex],
        11: _repeated(*_addresses(person)),
        13: _repeated(*_contacts(person)),
        24: "Y" if person.birth_rank else "",
        25: person.birth_rank,
        29: _time(person.deceased_at) if person.deceased_at else "",
        30: "Y" if person.deceased_at else "",
        32: STANDARD.repetition.join(person.statuses),
    }
    return Segment("PID", tuple(fields.get(number, "") for number in range(1, _PID_FIELDS + 1)))


def _repeated(*repetitions: Sequence[Leaf]) -> str:
    return STANDARD.repetition.join(segment("PID", one).raw(1) for one in repetitions)


def _names(person: OutgoingPerson) -> list[Sequence[Leaf]]:
    """L is the birth name; D the name in use, only when the person said that it differs."""
    legal = [person.birth_family_name, person.first_given_name, person.birth_given_names, "", "", "", "L"]
    if not (person.used_family_name or person.used_given_name):
        return [legal]
    return [legal, [person.used_family_name, person.used_given_name, "", "", "", "", "D"]]


def _addresses(person: OutgoingPerson) -> list[Sequence[Leaf]]:
    found: list[Sequence[Leaf]] = []
    if person.address_line or person.city:
        found.append([person.address_line, "", person.city, "", person.postal_code, "", "H"])
    if person.birth_place_cog:
        found.append(["", "", person.birth_place_name, "", "", "", "BDL", "", person.birth_place_cog])
    return found


def _contacts(person: OutgoingPerson) -> list[Sequence[Leaf]]:
    found: list[Sequence[Leaf]] = []
    if person.phone:
        found.append(["", "PRN", "PH", "", "", "", "", "", "", "", "", person.phone])
    if person.email:
        found.append(["", "NET", "Internet", person.email])
    return found
