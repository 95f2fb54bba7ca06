"""Starts the processes of an installation, waits until each is ready, and stops them all.

Every process is ``eprouvette <command>`` run by the same interpreter, with its own log file in the
folder of the run, so that a failure can be read afterwards.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from eprouvette.core.errors import EprouvetteError


class ProcessError(EprouvetteError):
    """Un des processus de la démonstration ne démarre pas."""

    hint = "Lire le journal indiqué, puis relancer."


@dataclass(slots=True)
class Running:
    """One started process and where it writes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


class Processes:
    """A set of processes that live and die together; use it as a context manager."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self.environment = {**os.environ, **environment}
        self.running: dict[str, Running] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Processes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, name: str, *arguments: str) -> Running:
        """Start ``eprouvette <arguments>`` under ``name``; its output goes to ``<name>.log``."""
        log = self._folder / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - our own command line, no shell
                [sys.executable, "-m", "eprouvette", *arguments],
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running[name] = Running(name, process, log)
        return self.running[name]

    def wait_for_file(self, name: str, path: Path, seconds: float = 60) -> dict[str, Any]:
        """The JSON that process ``name`` writes at ``path`` when it is ready.

        Raises `ProcessError` when the process ends first or the time is over.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if path.is_file():
                content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
                return content
            self.check(name)
            time.sleep(0.05)
        raise ProcessError(f"« {name} » n'est pas prêt après {seconds:.0f} s (journal : {self.running[name].log}).")

    def check(self, name: str) -> None:
        """Raise `ProcessError` when process ``name`` has ended."""
        running = self.running[name]
        if running.process.poll() is not None:
            raise ProcessError(f"« {name} » s'est arrêté (journal : {running.log}).")

    def check_all(self) -> None:
        """Raise `ProcessError` for the first process that has ended."""
        for name in self.running:
            self.check(name)

    def stop(self) -> None:
        """Ask every process to end, last started first; after ten seconds, end it."""
        for running in reversed(self.running.values()):
            if running.process.poll() is None:
                running.process.send_signal(signal.SIGTERM)
        for running in reversed(self.running.values()):
            try:
                running.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                running.process.kill()
                running.process.wait()
        self.running.clear()
