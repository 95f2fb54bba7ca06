"""What the simulated INSi received, and what it was told to do wrong. SQLite."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

MODES: Final = frozenset({"busy", "closed", "cut", "refuse", "slow", "wrong"})
_COLUMNS: Final = ("received_at", "certificate", "operation", "message_id", "emitter", "asked", "code")


class Calls:
    """Every call in one file; safe from several threads."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._database.executescript(
            f"CREATE TABLE IF NOT EXISTS call ({', '.join(f'{name} TEXT' for name in _COLUMNS)}, content BLOB);"
            "CREATE TABLE IF NOT EXISTS mode (name TEXT PRIMARY KEY, remaining INTEGER);"
        )

    def misbehave(self, name: str, times: int) -> None:
        """Do something wrong the next ``times`` times: one of `MODES`."""
        with self._lock, self._database:
            self._database.execute("INSERT OR REPLACE INTO mode VALUES (?, ?)", (name, times))

    def takes(self, name: str) -> bool:
        """True when the mode is on; each time counts."""
        with self._lock, self._database:
            cursor = self._database.execute(
                "UPDATE mode SET remaining = remaining - 1 WHERE name = ? AND remaining > 0", (name,)
            )
            return cursor.rowcount == 1

    def keep(self, content: bytes, **said: str) -> None:
        """Keep a call: its bytes, and what was read of it."""
        row = [said.get(name, "") for name in _COLUMNS[1:]]
        with self._lock, self._database:
            self._database.execute(
                f"INSERT INTO call VALUES ({', '.join('?' * (len(_COLUMNS) + 1))})",  # noqa: S608 - question marks only
                (datetime.now(UTC).isoformat(), *row, content),
            )

    def records(self) -> list[dict[str, str]]:
        """Every call without its bytes, oldest first."""
        with self._lock:
            rows = self._database.execute(f"SELECT {', '.join(_COLUMNS)} FROM call ORDER BY rowid").fetchall()  # noqa: S608
        return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]

    def close(self) -> None:
        """Close the file."""
        self._database.close()
