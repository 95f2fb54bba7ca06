"""Result messages: ``ORU^R01`` of an analyser, a middleware or another laboratory, as frozen values.

Source: HL7 v2.5 chapter 7 (ORU_R01); digest ``hl7v2.md`` 3.1 to 3.5.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final

from eprouvette.core.dates import PARIS
from eprouvette.standards.hl7v2.er7 import Message, Segment
from eprouvette.standards.hl7v2.errors import ContentError, StructureError
from eprouvette.standards.hl7v2.moments import moment
from eprouvette.standards.hl7v2.tables import CODED_TYPES

VERSIONS: Final = frozenset({"2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6"})
STATUSES: Final = frozenset("CDFIORSPWX")
"""HL7 table 0085, without those that nobody sends to a laboratory."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A picture of OBX-5 (ED): its media type and its bytes."""

    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ObservedValue:
    """One OBX. ``codes`` are the (code, system) pairs of OBX-3; ``place`` is its rank, as ``OBX^3``.

    ``label`` is the words of OBX-3, ``sub_id`` is OBX-4, ``answers`` the codes of a coded OBX-5; ``order`` is the rank
    of its OBR, ``services`` the codes of OBR-4.
    """

    place: str
    codes: tuple[tuple[str, str], ...]
    type: str
    value: str
    unit: str
    flags: str
    status: str
    measured_at: datetime | None
    method: str
    device: str
    comment: str
    label: str = ""
    sub_id: str = ""
    order: int = 0
    services: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    attached: Attached | None = None


@dataclass(frozen=True, slots=True)
class ResultMessage:
    """What a result message says: how to find the dossier, and the values."""

    control_id: str
    order_numbers: tuple[str, ...]
    specimens: tuple[str, ...]
    values: tuple[ObservedValue, ...]


def check_header(message: Message) -> None:
    """Refuse what is not an ``ORU^R01`` that we take; raises `StructureError` or `ContentError` with its place."""
    head = message.header
    for number, name in ((9, "type"), (10, "identifiant"), (11, "mode"), (12, "version")):
        if not head.raw(number):
            raise StructureError(f"MSH-{number} ({name}) manque.", location=f"MSH^1^{number}", condition=101)
    if head.text(9, 1) != "ORU":
        raise ContentError("Ce type de message n'est pas pris ici.", location="MSH^1^9", condition=200)
    if head.text(9, 2) != "R01":
        raise ContentError("Cet événement n'est pas pris ici.", location="MSH^1^9", condition=201)
    if head.text(12) not in VERSIONS:
        raise ContentError("Cette version de HL7 n'est pas prise.", location="MSH^1^12", condition=203)


def read_results(message: Message, zone: tzinfo = PARIS) -> ResultMessage:
    """The results of an ``ORU^R01``; times without offset are of ``zone``.

    Raises `StructureError` or `ContentError` naming the segment, its rank and its field.
    """
    check_header(message)
    orders: list[str] = []
    specimens: list[str] = []
    values: list[ObservedValue] = []
    observed: datetime | None = None
    rank = order = 0
    services: tuple[str, ...] = ()
    for position, one in enumerate(message.segments):
        match one.name:
            case "ORC":
                orders += _numbers(one, 2, 3)
            case "OBR":
                order += 1
                services = tuple(one.text(4, start) for start in (1, 4) if one.text(4, start))
                orders += _numbers(one, 2, 3)
                observed = moment(one, 22, "OBR^1", zone) or moment(one, 7, "OBR^1", zone)
            case "SPM":
                specimens += [one.text(2, component) for component in (1, 2) if one.text(2, component)]
            case "SAC":
                specimens += [one.text(3)] if one.text(3) else []
            case "OBX":
                rank += 1
                values.append(
                    replace(
                        _value(one, rank, _notes(message, position), observed, zone), order=order, services=services
                    )
                )
    if not any(segment.name == "OBR" for segment in message.segments):
        raise StructureError("Le message n'a pas de segment OBR.", location="OBR", condition=100)
    if not values:
        raise StructureError("Le message ne porte aucun résultat (OBX).", location="OBX", condition=100)
    return ResultMessage(
        control_id=message.header.text(10),
        order_numbers=tuple(dict.fromkeys(orders)),
        specimens=tuple(dict.fromkeys(specimens)),
        values=tuple(values),
    )


def _numbers(segment: Segment, *fields: int) -> list[str]:
    return [segment.text(number) for number in fields if segment.text(number)]


def _value(segment: Segment, rank: int, comment: str, observed: datetime | None, zone: tzinfo) -> ObservedValue:
    place = f"OBX^{rank}"
    codes = tuple((segment.text(3, start), segment.text(3, start + 2)) for start in (1, 4) if segment.text(3, start))
    if not codes:
        raise StructureError("Le code de l'analyse (OBX-3) manque.", location=f"{place}^3", condition=101)
    status = segment.text(11)
    if status not in STATUSES:
        raise ContentError("Le statut du résultat (OBX-11) n'est pas admis.", location=f"{place}^11", condition=103)
    device = " ".join(segment.text(18, component) for component in (1, 2) if segment.text(18, component))
    return ObservedValue(
        place=place,
        codes=codes,
        type=segment.text(2),
        value=_text(segment, place),
        unit=segment.text(6),
        flags=segment.text(8),
        status=status,
        measured_at=moment(segment, 19, place, zone) or moment(segment, 14, place, zone) or observed,
        method=segment.text(17, 2) or segment.text(17),
        device=device,
        comment=comment,
        label=segment.text(3, 2) or segment.text(3, 5),
        sub_id=segment.text(4).strip(),
        answers=_answers(segment),
        attached=_attached(segment, place),
    )


def _answers(segment: Segment) -> tuple[str, ...]:
    """The codes of a coded OBX-5: the main one, then the other."""
    if segment.text(2) not in CODED_TYPES:
        return ()
    return tuple(segment.text(5, component) for component in (1, 4) if segment.text(5, component))


def _attached(segment: Segment, place: str) -> Attached | None:
    """The picture of an ED: ``source^image^png^Base64^bytes``."""
    if not _is_picture(segment):
        return None
    try:
        content = base64.b64decode("".join(segment.text(5, 5).split()), validate=True)
    except ValueError as error:
        message = "L'image (OBX-5) n'est pas en Base64."
        raise ContentError(message, location=f"{place}^5", condition=102) from error
    return Attached(f"image/{segment.text(5, 3).lower().replace('jpg', 'jpeg')}", content)


def _is_picture(segment: Segment) -> bool:
    return segment.text(2) == "ED" and segment.text(5, 2).lower() == "image" and segment.text(5, 4).lower() == "base64"


def _text(segment: Segment, place: str) -> str:
    """OBX-5 by its type: a number, a structured number as text, a coded word, a text of several lines."""
    kind = segment.text(2)
    match kind:
        case "NM" | "ST" | "TX" | "FT" | "DT" | "TM" | "":
            return segment.whole(5)
        case "SN":
            signs = [segment.text(5, component) for component in (1, 2, 3, 4)]
            return "".join(signs)
        case "CE" | "CWE" | "CNE":
            return segment.text(5, 2) or segment.text(5, 1)
        case "ED" if _is_picture(segment):
            return ""
        case _:
            raise ContentError(f"Le type {kind[:3]} (OBX-2) n'est pas pris.", location=f"{place}^2", condition=103)


def _notes(message: Message, position: int) -> str:
    """The NTE segments that follow an OBX."""
    lines = []
    for segment in message.segments[position + 1 :]:
        if segment.name != "NTE":
            break
        lines.append(segment.whole(3))
    return "\n".join(lines)
