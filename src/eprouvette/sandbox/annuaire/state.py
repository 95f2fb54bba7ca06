"""What the simulated directory was asked, which day it is there, and what it was told to do wrong. SQLite."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

MODES: Final = frozenset({"busy", "cut", "foreign", "refuse", "slow", "wrong"})
_COLUMNS: Final = ("received_at", "resource", "asked", "code")


class Requests:
    """Every request in one file; safe from several threads."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._database.executescript(
            f"CREATE TABLE IF NOT EXISTS request ({', '.join(f'{name} TEXT' for name in _COLUMNS)});"
            "CREATE TABLE IF NOT EXISTS mode (name TEXT PRIMARY KEY, remaining INTEGER);"
            "CREATE TABLE IF NOT EXISTS today (day INTEGER);"
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

    @property
    def day(self) -> int:
        """The day whose directory is served: 0 until `turn_to`."""
        with self._lock:
            row = self._database.execute("SELECT max(day) FROM today").fetchone()
        return int(row[0] or 0)

    def turn_to(self, day: int) -> None:
        """Serve the directory of another day."""
        with self._lock, self._database:
            self._database.execute("DELETE FROM today")
            self._database.execute("INSERT INTO today VALUES (?)", (day,))

    def keep(self, resource: str, asked: str, code: int | str) -> None:
        """Keep a request; its key is not kept."""
        with self._lock, self._database:
            self._database.execute(
                "INSERT INTO request VALUES (?, ?, ?, ?)", (datetime.now(UTC).isoformat(), resource, asked, str(code))
            )

    def records(self) -> list[dict[str, str]]:
        """Every request, oldest first."""
        with self._lock:
            rows = self._database.execute(f"SELECT {', '.join(_COLUMNS)} FROM request ORDER BY rowid").fetchall()  # noqa: S608
        return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]

    def close(self) -> None:
        """Close the file."""
        self._database.close()
