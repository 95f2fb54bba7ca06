"""The person of a PAM message: ``PID`` read into frozen values, nothing judged.

Each trait is None when the sender says nothing of it (keep what you hold) and empty when he erases it (``""``).

Source: IHE France, PAM national extension 2.11.1, PID; digest ``hl7v2.md`` 2.4 and 2.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from eprouvette.standards.hl7v2.er7 import DELETE, Segment, unescape
from eprouvette.standards.hl7v2.errors import ContentError, StructureError

SEXES: Final = {"M": "M", "F": "F", "U": "UN", "O": "UN", "": None}
"""Table 0001 as France takes it, to our codes."""
_BIRTH_ADDRESS: Final = "BDL"
_HOME: Final = frozenset({"H", "L", "C", "M", ""})
_LEGAL, _USED = frozenset({"L", ""}), frozenset({"D"})


@dataclass(frozen=True, slots=True)
class LocalId:
    """An identifier of the sender's domain: its value, its authority (name, FINESS or OID) and its type (PI, VN…)."""

    value: str
    authority: str
    authority_code: str
    type: str


@dataclass(frozen=True, slots=True)
class ReceivedIns:
    """An INS as it came: its characters, the OID of its authority; ``erased`` when the sender takes it back."""

    value: str
    oid: str
    erased: bool = False


@dataclass(frozen=True, slots=True)
class ReceivedPerson:
    """What a ``PID`` says of a person; ``statuses`` are the codes of PID-32 in their order."""

    ids: tuple[LocalId, ...]
    ins: tuple[ReceivedIns, ...]
    statuses: tuple[str, ...]
    birth_family_name: str | None = None
    first_given_name: str | None = None
    birth_given_names: str | None = None
    used_family_name: str | None = None
    used_given_name: str | None = None
    sex: str | None = None
    birth_date: str | None = None
    birth_place_cog: str | None = None
    birth_place_name: str | None = None
    birth_rank: str | None = None
    address_line: str | None = None
    postal_code: str | None = None
    city: str | None = None
    phone: str | None = None
    email: str | None = None
    account: str | None = None
    deceased_at: str | None = None
    deceased: bool | None = None

    def id_of(self, authority: str) -> str:
        """The permanent identifier (PI) under an authority known by its name or its code; empty without one."""
        wanted = authority.casefold()
        for one in self.ids:
            if one.type == "PI" and wanted in {one.authority.casefold(), one.authority_code.casefold()}:
                return one.value
        return ""


def read_person(segment: Segment) -> ReceivedPerson:
    """The person of a ``PID``; raises `StructureError` or `ContentError` with the field."""
    sex = segment.text(8)
    if sex not in SEXES and sex != DELETE:
        raise ContentError("Le sexe (PID-8) n'est pas admis.", location="PID^1^8", condition=103)
    ids, ins = identifiers(segment, 3, "PID")
    if not ids:
        raise StructureError("Le patient n'a pas d'identifiant (PID-3).", location="PID^1^3", condition=101)
    legal, used = _named(segment, _LEGAL), _named(segment, _USED)
    line, postal_code, city = _home(segment)
    return ReceivedPerson(
        ids=ids,
        ins=ins,
        statuses=tuple(unescape(one, segment.separators).strip() for one in segment.repetitions(32) if one.strip()),
        birth_family_name=_component(legal, 1),
        first_given_name=_component(legal, 2),
        birth_given_names=_component(legal, 3),
        used_family_name=_component(used, 1),
        used_given_name=_component(used, 2),
        sex=SEXES.get(sex),
        birth_date=_birth_date(segment),
        birth_place_cog=_birth_place(segment, 9),
        birth_place_name=_birth_place(segment, 3),
        birth_rank=_kept(segment.text(25)),
        address_line=line,
        postal_code=postal_code,
        city=city,
        phone=_contact(segment, electronic=False),
        email=_contact(segment, electronic=True),
        account=_kept(segment.text(18)),
        deceased_at=_kept(segment.text(29)),
        deceased={"Y": True, "N": False}.get(segment.text(30)),
    )


def identifiers(segment: Segment, number: int, name: str) -> tuple[tuple[LocalId, ...], tuple[ReceivedIns, ...]]:
    """The local identifiers and the INS of a field of type CX; a NIR for billing (type NH) is neither.

    Raises `ContentError` for an INS whose authority has no OID.
    """
    found, national = [], []
    for one in _repeated(segment, number):
        value, kind = one.text(1), one.text(5)
        if kind == "NH" or not value:
            continue
        if kind == "INS":
            oid = one.text(4, 2).strip()
            if not oid:
                raise ContentError("L'INS n'a pas l'OID de son autorité.", location=f"{name}^1^{number}", condition=101)
            national.append(ReceivedIns("" if value == DELETE else value.strip(), oid, value == DELETE))
        elif value != DELETE:
            found.append(LocalId(value.strip(), one.text(4, 1).strip(), one.text(4, 2).strip(), kind))
    return tuple(found), tuple(national)


@dataclass(frozen=True, slots=True)
class _Repetition:
    """One repetition of a field, read by component."""

    segment: Segment
    raw: str

    def text(self, component: int, subcomponent: int = 1) -> str:
        parts = self.raw.split(self.segment.separators.component)
        raw = parts[component - 1] if component <= len(parts) else ""
        leaves = raw.split(self.segment.separators.subcomponent)
        leaf = leaves[subcomponent - 1] if subcomponent <= len(leaves) else ""
        return unescape(leaf, self.segment.separators)


def _repeated(segment: Segment, number: int) -> Iterator[_Repetition]:
    return (_Repetition(segment, raw) for raw in segment.repetitions(number))


def _kept(text: str) -> str | None:
    """None for what is not said, empty for what is erased."""
    return "" if text == DELETE else text.strip() or None


def _named(segment: Segment, kinds: frozenset[str]) -> _Repetition | None:
    """The repetition of PID-5 of that kind: L is the birth name, D the name in use (digest 2.4)."""
    return next((one for one in _repeated(segment, 5) if one.text(7) in kinds), None)


def _component(name: _Repetition | None, number: int) -> str | None:
    if name is None:
        return None
    # One ``""`` alone erases the whole name.
    return "" if name.raw.startswith(DELETE) and name.text(2) in {"", DELETE} else _kept(name.text(number))


def _birth_date(segment: Segment) -> str | None:
    text = segment.text(7)
    if not text or text == DELETE:
        return None
    digits = text[:8]
    if not digits.isascii() or not digits.isdigit() or len(digits) not in {4, 6, 8}:
        raise ContentError("La date de naissance (PID-7) est illisible.", location="PID^1^7")
    return digits


def _birth_place(segment: Segment, component: int) -> str | None:
    """Of the repetition BDL only: some senders write the code on the home address too (digest 7, trap 14)."""
    place = next((one for one in _repeated(segment, 11) if one.text(7) == _BIRTH_ADDRESS), None)
    return _kept(place.text(component)) if place else None


def _home(segment: Segment) -> tuple[str | None, str | None, str | None]:
    """Line, postal code and town of the home address."""
    home = next((one for one in _repeated(segment, 11) if one.text(7) in _HOME), None)
    if home is None:
        return None, None, None
    if home.raw.startswith(DELETE):
        return "", "", ""
    line = ", ".join(part for part in (home.text(1), home.text(2)) if part)
    return _kept(line), _kept(home.text(5)), _kept(home.text(3))


def _contact(segment: Segment, *, electronic: bool) -> str | None:
    """The first telephone number of PID-13, or the first electronic address."""
    for one in _repeated(segment, 13):
        if (one.text(3) == "Internet" or bool(one.text(4))) is electronic:
            return _kept(one.text(4) if electronic else one.text(12) or one.text(1))
    return None
