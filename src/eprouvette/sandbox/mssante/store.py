"""What the operator keeps: mails by mailbox, in SQLite."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stored:
    """One mail in one mailbox; ``uid`` never comes back."""

    uid: int
    content: bytes


class MailStore:
    """Mailboxes in one SQLite file; safe from several threads."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS mail (uid INTEGER PRIMARY KEY AUTOINCREMENT, recipient TEXT, message_id TEXT,"
            " subject TEXT, document_id TEXT, received_at TEXT, content BLOB, UNIQUE (recipient, message_id))"
        )

    def add(self, recipient: str, message_id: str, subject: str, document_id: str, content: bytes) -> bool:
        """Keep a mail; False when this mailbox holds that Message-ID already (a repetition after a cut)."""
        row = (recipient, message_id, subject, document_id, datetime.now(UTC).isoformat(), content)
        with self._lock, self._database:
            cursor = self._database.execute(
                "INSERT OR IGNORE INTO mail (recipient, message_id, subject, document_id, received_at, content)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                row,
            )
            return cursor.rowcount == 1

    def mailbox(self, recipient: str) -> list[Stored]:
        """The mails of a mailbox, oldest first."""
        with self._lock:
            rows = self._database.execute(
                "SELECT uid, content FROM mail WHERE recipient = ? ORDER BY uid", (recipient,)
            ).fetchall()
        return [Stored(*row) for row in rows]

    def records(self) -> list[dict[str, str]]:
        """Every mail without its content, oldest first."""
        names = ("recipient", "message_id", "subject", "document_id", "received_at")
        with self._lock:
            rows = self._database.execute(f"SELECT {', '.join(names)} FROM mail ORDER BY uid").fetchall()  # noqa: S608
        return [dict(zip(names, row, strict=True)) for row in rows]

    def close(self) -> None:
        """Close the file."""
        self._database.close()
