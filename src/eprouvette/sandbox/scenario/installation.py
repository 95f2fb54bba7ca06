"""One installation of the demonstration: database, simulated country, and the product's processes.

Everything lives in one folder. The processes are those of a real site, started by their own commands.
"""

from __future__ import annotations

import os
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
    ``throwaway`` installation trades durability for speed and leaves nothing behind.
    """

    def __init__(self, folder: Path, *, throwaway: bool = False) -> None:
        self.folder = folder
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
        smtp, imap = sandbox["smtp"], sandbox["imap"]
        os.environ |= {
            "EPROUVETTE_DATA": str(self.folder),
            "EPROUVETTE_PROFILE": "simulator",
            "EPROUVETTE_TRUST": str(state / "trust"),
            "EPROUVETTE_DMP_APPROVAL": "SIMULATEUR",
            "EPROUVETTE_DMP_URL": sandbox["dmp"]["base_url"],
            "EPROUVETTE_SMTP": f"{smtp['host']}:{smtp['port']}",
            "EPROUVETTE_IMAP": f"{imap['host']}:{imap['port']}",
        }
        self.processes.environment.update(os.environ)
        self._prepare_database()
        ready = self.folder / "listener.json"
        ready.unlink(missing_ok=True)
        self.processes.start("listener", "listen", "--port", "0", "--ready-file", str(ready))
        self.processes.start("worker", "worker")
        if any((self.folder / "packs").glob("*/pack.json")):
            self.processes.start("judge", "judge")
        listener = self.processes.wait_for_file("listener", ready)
        self.addresses = Addresses(listener["port"], sandbox)

    def _prepare_database(self) -> None:
        from eprouvette.project import boot

        boot.setup(migrate=True)
