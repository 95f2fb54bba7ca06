"""Identity and movement messages of PAM-FR (``ADT``), as frozen values.

Reading judges the form only: what becomes of the identity is decided by the laboratory.

Source: IHE ITI-30 and ITI-31 with the French extension 2.11.1; digest ``hl7v2.md`` 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final, Literal, cast

from eprouvette.core.dates import PARIS
from eprouvette.standards.hl7v2.er7 import Message, Segment
from eprouvette.standards.hl7v2.errors import ContentError, StructureError
from eprouvette.standards.hl7v2.moments import moment
from eprouvette.standards.hl7v2.pid import LocalId, ReceivedIns, ReceivedPerson, identifiers, read_person

IDENTITY: Final = frozenset({"A28", "A31", "A40", "A47"})
"""ITI-30: the person alone, no movement."""
CANCELS: Final[dict[str, str]] = {
    "A11": "A01", "A12": "A02", "A13": "A03", "A38": "A05", "A55": "A54", "A52": "A21", "A53": "A22",
}  # fmt: skip
"""From a cancelling event to what it cancels (A06 and A07 cancel each other by ZBE-4)."""
MOVEMENTS: Final = frozenset({"A01", "A02", "A03", "A04", "A05", "A06", "A07", "A21", "A22", "A54", "Z99", *CANCELS})
EXCLUDED: Final = frozenset({"A08"})
"""France forbids it: an update of traits is A31, of a movement Z99."""
_MERGING: Final = frozenset({"A40", "A47"})
_ACTIONS: Final = frozenset({"INSERT", "CANCEL", "UPDATE"})
_NATURES: Final = frozenset({"S", "H", "M", "L", "D", "SM", "SH", "MH", "LD", "HMS", "C"})
_CLASSES: Final = frozenset({"E", "I", "N", "O", "R", "V", ""})
_DMP: Final = frozenset({"ACTIF", "FERME", "INEXISTANT", ""})
_FEEDING: Final = frozenset({"INO", "IO", "NA", ""})
_CONSULTATION: Final = frozenset({"IC", "INC", "NA", ""})
_PROOFS: Final = frozenset({"AN", "CC", "CE", "CM", "CN", "CS", "LE", "PA", "PC", "TC", ""})
_METHODS: Final = frozenset({"SM", "CV", "INSI", "CB", "RFID", ""})


@dataclass(frozen=True, slots=True)
class Movement:
    """A ``ZBE``: the movement, when, what is done to it, the unit in charge."""

    ids: tuple[str, ...]
    at: datetime
    action: Literal["INSERT", "CANCEL", "UPDATE"]
    historic: bool
    original_event: str
    unit: str
    unit_label: str
    nature: str


@dataclass(frozen=True, slots=True)
class DmpWill:
    """A ``ZFA``: the state of the DMP and what the patient said of feeding (``INO``, ``IO``, ``NA``) and of reading."""

    state: str
    feeding: str
    feeding_at: datetime | None
    consultation: str
    consultation_at: datetime | None


@dataclass(frozen=True, slots=True)
class Proof:
    """A ``ZFD``: how the identity was obtained, by which document, and whether the birth date was corrected."""

    method: str
    document: str
    insi_at: datetime | None
    corrected_birth_date: bool
    lunar_date: str


@dataclass(frozen=True, slots=True)
class IdentityMessage:
    """A message of identity or movement. ``merged`` and ``merged_ins`` are those of ``MRG-1``: who loses, or goes."""

    event: str
    control_id: str
    recorded_at: datetime
    occurred_at: datetime | None
    person: ReceivedPerson
    merged: tuple[LocalId, ...] = ()
    merged_ins: tuple[ReceivedIns, ...] = ()
    patient_class: str = ""
    visit: str = ""
    visit_annulled: bool = False
    movement: Movement | None = None
    will: DmpWill | None = None
    proof: Proof | None = None

    @property
    def is_known(self) -> bool:
        """False for an event that France does not use: acknowledged, and nothing more."""
        return self.event in IDENTITY | MOVEMENTS | EXCLUDED


def read_identity(message: Message, zone: tzinfo = PARIS) -> IdentityMessage:
    """The person and the movement of an ``ADT``; times without offset are of ``zone``.

    Raises `StructureError` or `ContentError` naming the segment and its field.
    """
    head = message.header
    if head.text(9, 1) != "ADT":
        raise ContentError("Ce type de message n'est pas un ADT.", location="MSH^1^9", condition=200)
    event = head.text(9, 2)
    pid = _needed(message, "PID")
    recorded = _recorded(message, zone)
    merge = message.first("MRG")
    if event in _MERGING and merge is None:
        raise StructureError(f"Le segment MRG manque à {event}.", location="MRG", condition=100)
    merged, merged_ins = identifiers(merge, 1, "MRG") if merge else ((), ())
    visit = message.first("PV1")
    return IdentityMessage(
        event=event,
        control_id=head.text(10),
        recorded_at=recorded,
        occurred_at=_of(message, "EVN", 6, zone),
        person=read_person(pid),
        merged=merged,
        merged_ins=merged_ins,
        patient_class=_table(visit, 2, _CLASSES, "PV1") if visit else "",
        visit=visit.text(19) if visit else "",
        visit_annulled=visit is not None and visit.text(51) == "V" and event == "A11",
        movement=_movement(message, event, zone),
        will=_will(message, zone),
        proof=_proof(message, zone),
    )


def _needed(message: Message, name: str) -> Segment:
    found = message.first(name)
    if found is None:
        raise StructureError(f"Le message n'a pas de segment {name}.", location=name, condition=100)
    return found


def _recorded(message: Message, zone: tzinfo) -> datetime:
    """EVN-2, else MSH-7: what is compared before newer data are overwritten (digest 5.3)."""
    told = _of(message, "EVN", 2, zone) or moment(message.header, 7, "MSH^1", zone)
    if told is None:
        raise StructureError("L'heure du message (EVN-2, MSH-7) manque.", location="EVN^1^2", condition=101)
    return told


def _of(message: Message, name: str, number: int, zone: tzinfo) -> datetime | None:
    segment = message.first(name)
    return moment(segment, number, f"{name}^1", zone) if segment else None


def _table(segment: Segment, number: int, words: frozenset[str], name: str) -> str:
    """A value of a closed table: a shifted segment is refused with its place (digest 7, trap 16)."""
    value = segment.text(number)
    if value not in words:
        raise ContentError(
            f"La valeur de {name}-{number} n'est pas admise.", location=f"{name}^1^{number}", condition=103
        )
    return value


def _movement(message: Message, event: str, zone: tzinfo) -> Movement | None:
    segment = message.first("ZBE")
    if segment is None:
        if event in MOVEMENTS:
            raise StructureError(f"Le segment ZBE manque à {event}.", location="ZBE", condition=100)
        return None
    at = moment(segment, 2, "ZBE^1", zone)
    if not segment.raw(1) or at is None:
        raise StructureError("Le mouvement n'a pas d'identifiant ou d'heure.", location="ZBE^1^1", condition=101)
    action = _table(segment, 4, _ACTIONS, "ZBE")
    if action != "INSERT" and not segment.text(6):
        raise StructureError("L'événement d'origine (ZBE-6) manque.", location="ZBE^1^6", condition=101)
    return Movement(
        ids=tuple(one.partition(segment.separators.component)[0] for one in segment.repetitions(1)),
        at=at,
        action=cast("Literal['INSERT', 'CANCEL', 'UPDATE']", action),
        historic=_table(segment, 5, frozenset({"Y", "N"}), "ZBE") == "Y",
        original_event=segment.text(6),
        unit=segment.text(7, 10),
        unit_label=segment.text(7, 1),
        nature=_table(segment, 9, _NATURES, "ZBE"),
    )


def _will(message: Message, zone: tzinfo) -> DmpWill | None:
    segment = message.first("ZFA")
    if segment is None:
        return None
    return DmpWill(
        state=_table(segment, 1, _DMP, "ZFA"),
        # An empty ZFA-9 is what « NA » says: nobody asked.
        feeding=_table(segment, 9, _FEEDING, "ZFA") or "NA",
        feeding_at=moment(segment, 10, "ZFA^1", zone),
        consultation=_table(segment, 11, _CONSULTATION, "ZFA") or "NA",
        consultation_at=moment(segment, 12, "ZFA^1", zone),
    )


def _proof(message: Message, zone: tzinfo) -> Proof | None:
    segment = message.first("ZFD")
    if segment is None:
        return None
    return Proof(
        method=_table(segment, 5, _METHODS, "ZFD"),
        document=_table(segment, 7, _PROOFS, "ZFD"),
        insi_at=moment(segment, 6, "ZFD^1", zone),
        corrected_birth_date=_table(segment, 4, frozenset({"Y", "N", ""}), "ZFD") == "Y",
        lunar_date=segment.text(1),
    )
