"""The chain of seals, as pure functions: each seal is the hash of the line and of the seal before it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

START: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Line:
    """What is sealed of one line of the journal."""

    id: int
    at: datetime
    actor: str
    action: str
    target: str
    details: dict[str, Any]


def seal(line: Line, position: int, previous: str) -> str:
    """SHA-256, in hexadecimal, of the line at its rank after the seal ``previous``."""
    content = json.dumps(
        [
            position,
            previous,
            line.id,
            line.at.astimezone(UTC).isoformat(),
            line.actor,
            line.action,
            line.target,
            line.details,
        ],
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(content.encode()).hexdigest()
