"""What pages read of the messages received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eprouvette.exchange.intake.models import ReceivedMessage, State

TONES = {State.APPLIED: "done", State.NOTED: "waiting", State.PARKED: "attention", State.REFUSED: "blocked"}
_SHOWN = 20_000


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message of the list."""

    id: int
    received_at: datetime
    sender: str
    control_id: str
    state: str
    state_label: str
    tone: str
    sentence: str
    location: str
    dossier_id: int | None
    dossier_number: str


@dataclass(frozen=True, slots=True)
class MessageDetail:
    """One message whole: its text as received (cut at 20,000 signs) and the answer."""

    line: MessageLine
    content: str
    answer: str
    warning: str
    size: int


def recent(*, state: str = "", page: int = 1, size: int = 50) -> tuple[tuple[MessageLine, ...], int]:
    """A page of messages, newest first, narrowed by state when given, and how many there are in all."""
    rows = ReceivedMessage.objects.select_related("dossier").defer("raw", "answer").order_by("-received_at", "-pk")
    if state:
        rows = rows.filter(state=state)
    return tuple(_line(row) for row in rows[(page - 1) * size : page * size]), rows.count()


def parked_count() -> int:
    """How many messages wait for a dossier."""
    return ReceivedMessage.objects.filter(state=State.PARKED).count()


def detail(message_id: int) -> MessageDetail | None:
    """One message, or None."""
    row = ReceivedMessage.objects.select_related("dossier").filter(pk=message_id).first()
    if row is None:
        return None
    raw, reply = bytes(row.raw), bytes(row.answer)
    return MessageDetail(_line(row), _shown(raw), _shown(reply), row.warning, len(raw))


def _shown(content: bytes) -> str:
    text = content[:_SHOWN].decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _line(row: ReceivedMessage) -> MessageLine:
    state = State(row.state)
    sender = " / ".join(part for part in (row.application, row.facility) if part)
    return MessageLine(
        id=row.pk,
        received_at=row.received_at,
        sender=sender or row.peer,
        control_id=row.control_id,
        state=state.value,
        state_label=str(state.label),
        tone=TONES[state],
        sentence=row.sentence,
        location=row.location,
        dossier_id=row.dossier_id,
        dossier_number=row.dossier.number if row.dossier else "",
    )
