"""One installation of the demonstration: database, simulated country, and the product's processes.

Everything lives in one folder. The processes are those of a real site, started by their own commands.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from eprouvette.foundation.database.embedded import EmbeddedDatabase
from eprouvette.sandbox.scenario.processes import Processes


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the processes of the installation answer."""

    listener_port: int
    sandbox: dict[str, Any]


class Installation:
    """Starts what is needed in ``folder``; use it as a context manager.

    ``DATABASE_URL`` is respected; otherwise the embedded server is started, and stopped at the end. A
    ``throwaway`` installation trades durability for speed and leaves nothing behind. ``processes`` names those to
    start: the simulated country always is, the judge only when an official pack is installed.
    """

    def __init__(
        self,
        folder: Path,
        *,
        throwaway: bool = False,
        processes: Collection[str] = ("sandbox", "listener", "worker", "judge"),
    ) -> None:
        self.folder = folder
        self._wanted = frozenset(processes)
        self._throwaway = throwaway
        self._embedded = None if "DATABASE_URL" in os.environ else EmbeddedDatabase(folder, fast=throwaway)
        self.processes = Processes(folder / "logs", {})
        self.addresses: Addresses | None = None

    def __enter__(self) -> Installation:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.processes.stop()
        if self._embedded is None:
            return
        if self._throwaway:
            self._embedded.destroy()
        else:
            self._embedded.stop()

    def _start(self) -> None:
        """Database and simulated country first; then this process and its children share one environment."""
        state = self.folder / "sandbox"
        (state / "sandbox.json").unlink(missing_ok=True)
        self.processes.start("sandbox", "sandbox", "--dir", str(state))
        if self._embedded is not None:
            os.environ["DATABASE_URL"] = self._embedded.start()
        sandbox = self.processes.wait_for_file("sandbox", state / "sandbox.json")
        smtp = sandbox["smtp"]
        os.environ |= {
            "EPROUVETTE_DATA": str(self.folder),
            "EPROUVETTE_PROFILE": "simulator",
            "EPROUVETTE_TRUST": str(state / "trust"),
            "EPROUVETTE_DMP_APPROVAL": "SIMULATEUR",
            "EPROUVETTE_DMP_URL": sandbox["dmp"]["base_url"],
            "EPROUVETTE_INSI_APPROVAL": "SIMULATEUR",
            "EPROUVETTE_INSI_URL": sandbox["insi"]["url"],
            "EPROUVETTE_ANNUAIRE_URL": sandbox["annuaire"]["base_url"],
            "EPROUVETTE_ANNUAIRE_KEY": sandbox["annuaire"]["key"],
            "EPROUVETTE_VITALE_READER": sandbox["vitale"]["reader"],
            "EPROUVETTE_SMTP": f"{smtp['host']}:{smtp['port']}",
        }
        self.processes.environment.update(os.environ)
        self._prepare_database()
        if "worker" in self._wanted:
            self.processes.start("worker", "worker")
        if "judge" in self._wanted and any((self.folder / "packs").glob("*/pack.json")):
            self.processes.start("judge", "judge")
        self.addresses = Addresses(self._listen() if "listener" in self._wanted else 0, sandbox)

    def _listen(self) -> int:
        ready = self.folder / "listener.json"
        ready.unlink(missing_ok=True)
        self.processes.start("listener", "listen", "--port", "0", "--ready-file", str(ready))
        port: int = self.processes.wait_for_file("listener", ready)["port"]
        return port

    def _prepare_database(self) -> None:
        from eprouvette.project import boot

        boot.setup(migrate=True)
