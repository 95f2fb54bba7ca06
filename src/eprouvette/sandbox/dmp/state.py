"""What the simulated DMP holds: patients, documents, and what it was told to do wrong. SQLite."""

from __future__ import annotations

import sqlite3
import threading
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from eprouvette.sandbox.dmp.faults import RegistryFaultError

PATIENTS: Final = (
    ("279035121518989", "PAT-TROIS", "19790328", "F", "open"),
    ("297022A02077878", "ADRTROIS", "19970226", "F", "open"),
    ("160012B02077713", "ADRTROIS", "19600101", "M", "open"),
    ("109076322083489", "ECETINSI", "20090714", "M", "open"),
    ("236066322083656", "TCHITCHI", "19360621", "F", "open"),
    ("279035121518802", "FERMETURE", "19790301", "F", "closed"),
)
"""Fictitious persons: INS, birth name, birth date, sex, state of the DMP. Any other INS has no DMP."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """One accepted document."""

    unique_id: str
    set_id: str
    ins: str
    sha1: str
    replaces: str


class Registry:
    """The registry and the repository in one SQLite file; safe from several threads."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._database.executescript(
            "CREATE TABLE IF NOT EXISTS patient (ins TEXT PRIMARY KEY, family TEXT, birth TEXT, sex TEXT, state TEXT);"
            "CREATE TABLE IF NOT EXISTS document (unique_id TEXT PRIMARY KEY, entry_uuid TEXT, set_id TEXT, ins TEXT,"
            " sha1 TEXT, status TEXT, received_at TEXT, content BLOB);"
            "CREATE TABLE IF NOT EXISTS submission (unique_id TEXT PRIMARY KEY);"
            "CREATE TABLE IF NOT EXISTS mode (name TEXT PRIMARY KEY, remaining INTEGER);"
        )
        self._database.executemany("INSERT OR IGNORE INTO patient VALUES (?, ?, ?, ?, ?)", PATIENTS)
        self._database.commit()

    def patient(self, ins: str) -> tuple[str, str, str] | None:
        """Birth date, sex and DMP state of an INS; None when it has no DMP."""
        with self._lock:
            row = self._database.execute("SELECT birth, sex, state FROM patient WHERE ins = ?", (ins,)).fetchone()
        return row if row is None else (row[0], row[1], row[2])

    def misbehave(self, name: str, times: int) -> None:
        """Tell the DMP to do something wrong the next ``times`` times: ``busy``, ``slow``, ``cut``."""
        with self._lock, self._database:
            self._database.execute("INSERT OR REPLACE INTO mode VALUES (?, ?)", (name, times))

    def takes(self, name: str) -> bool:
        """True when the mode is on; each time counts."""
        with self._lock, self._database:
            cursor = self._database.execute(
                "UPDATE mode SET remaining = remaining - 1 WHERE name = ? AND remaining > 0", (name,)
            )
            return cursor.rowcount == 1

    def deposit(self, one: Deposit, submission_id: str, content: bytes) -> None:
        """Keep a document and its submission set; raises `RegistryFaultError` for what the registry refuses."""
        with self._lock, self._database:
            known = self._database.execute("SELECT sha1 FROM document WHERE unique_id = ?", (one.unique_id,)).fetchone()
            if known is not None:
                code = "XDSDuplicateUniqueIdInRegistry" if known[0] == one.sha1 else "XDSNonIdenticalHash"
                raise RegistryFaultError(code, "un document porte déjà cet identifiant")
            if self._database.execute("SELECT 1 FROM submission WHERE unique_id = ?", (submission_id,)).fetchone():
                raise RegistryFaultError("XDSDuplicateUniqueIdInRegistry", "un lot porte déjà cet identifiant")
            if one.replaces:
                self._deprecate(one.replaces)
            entry = f"urn:uuid:{uuid.uuid4()}"
            row = (
                one.unique_id,
                entry,
                one.set_id,
                one.ins,
                one.sha1,
                "approved",
                datetime.now(UTC).isoformat(),
                content,
            )
            self._database.execute("INSERT INTO document VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            self._database.execute("INSERT INTO submission VALUES (?)", (submission_id,))

    def _deprecate(self, entry_uuid: str) -> None:
        cursor = self._database.execute(
            "UPDATE document SET status = 'deprecated' WHERE entry_uuid = ? AND status = 'approved'", (entry_uuid,)
        )
        if cursor.rowcount != 1:
            raise RegistryFaultError(
                "XDSReplaceFailed", "la version à remplacer n'existe pas ou n'est plus la dernière"
            )

    def reference(self, unique_id: str, ins: str) -> str | None:
        """The entryUUID of a document of that patient, whatever its status."""
        with self._lock:
            row = self._database.execute(
                "SELECT entry_uuid FROM document WHERE unique_id = ? AND ins = ?", (unique_id, ins)
            ).fetchone()
        return row[0] if row else None

    def entry_uuid(self, unique_id: str) -> str | None:
        """The entryUUID that the registry gave to a document."""
        with self._lock:
            row = self._database.execute("SELECT entry_uuid FROM document WHERE unique_id = ?", (unique_id,)).fetchone()
        return row[0] if row else None

    def records(self) -> list[dict[str, str]]:
        """Every document without its content, oldest first."""
        names = ("unique_id", "set_id", "ins", "sha1", "status", "received_at")
        with self._lock:
            rows = self._database.execute(f"SELECT {', '.join(names)} FROM document ORDER BY rowid").fetchall()  # noqa: S608
        return [dict(zip(names, row, strict=True)) for row in rows]

    def close(self) -> None:
        """Close the file."""
        self._database.close()
