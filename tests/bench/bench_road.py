"""Intake alone, then the whole road: message in to three acceptances, with what each process costs.

Real processes and PostgreSQL on this machine, the simulated country beside; its own CPU is printed apart.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
import urllib.request
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

from eprouvette.sandbox.scenario.installation import Installation
from eprouvette.standards.hl7v2.client import MllpClient

MESSAGES = 60
REPORTS = 30
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "02-biochimie.hl7"
PANELS = ("IONO", "RENAL", "LIPID", "MARTIAL")
EXAMS = ("CRP", "TSH", "VITK1", "AAN", "AGHBS")
TICKS = os.sysconf("SC_CLK_TCK")


def measure() -> list[tuple[str, float, str, str]]:
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    with (
        tempfile.TemporaryDirectory(prefix="eprouvette-bench-") as folder,
        Installation(Path(folder), throwaway=True, processes=("sandbox", "listener", "worker")) as site,
    ):
        return [*_intake(), *_road(site)]


def _register(count: int, prefix: str) -> list[tuple[int, bytes]]:
    """Dossiers of one patient, each with the message of its serum tube."""
    from eprouvette.lab.identity.models import Patient
    from eprouvette.sandbox.scenario.laboratory import patient_of_demonstration, prepare, register

    laboratory = prepare()
    text = EXAMPLE.read_bytes()
    made = []
    for number in range(count):
        known = Patient.objects.first()
        tube = f"{prefix}{number:05d}"
        dossier = register(
            laboratory,
            known.pk if known else patient_of_demonstration(),
            PANELS,
            exams=EXAMS,
            order_number=f"O-{tube}",
            tubes={"SER": tube},
            received_at=datetime.now(UTC) - timedelta(hours=1),
        )
        message = text.replace(b"26112300102", tube.encode()).replace(b"D26-0001", f"O-{tube}".encode())
        made.append((dossier.pk, message.replace(b"DEMO-0002", tube.encode())))
    return made


def _intake() -> list[tuple[str, float, str, str]]:
    from eprouvette.exchange.intake import services

    prepared = _register(MESSAGES, "A")
    services.receive(prepared[0][1], peer="bench")
    start = time.perf_counter()
    for _, message in prepared[1:]:
        assert b"MSA|AA" in services.receive(message, peer="bench")
    spent = time.perf_counter() - start
    return [("intake to commit, 20 OBX, one process", (MESSAGES - 1) / spent, "/s", "aim ≥ 100/s")]


def _road(site: Installation) -> list[tuple[str, float, str, str]]:
    prepared = _register(REPORTS, "B")
    assert site.addresses is not None
    pids = [one.process.pid for name, one in site.processes.running.items() if name != "sandbox"]
    cpu, sandbox = _cpu([*pids, os.getpid()]), _sandbox_cpu(site)
    start = time.perf_counter()
    with MllpClient("127.0.0.1", site.addresses.listener_port) as client:
        for dossier_id, message in prepared:
            assert b"MSA|AA" in client.send(message)
            _release(dossier_id)
    _wait(REPORTS * 3)
    spent = time.perf_counter() - start
    used, sandbox_used = _cpu([*pids, os.getpid()]) - cpu, _sandbox_cpu(site) - sandbox
    worker = site.processes.running["worker"].process.pid
    return [
        ("whole road, message in to three acceptances", REPORTS / spent, "/s", "aim ≥ 5/s"),
        ("CPU of the product a report", used / REPORTS * 1000, "ms", "aim ≤ 130 ms"),
        ("CPU of the simulated country a report", sandbox_used / REPORTS * 1000, "ms", "(apart)"),
        ("worker resident", _resident(worker), "MiB", "aim ≤ 250 MiB"),
    ]


def _release(dossier_id: int) -> None:
    from eprouvette.lab.accounts.models import User
    from eprouvette.lab.results.models import Observation
    from eprouvette.lab.validation import services

    biologist = User.objects.get(username="aubin")
    rows = list(Observation.objects.filter(dossier_id=dossier_id).values_list("pk", flat=True))
    services.check(rows, user=biologist)
    services.validate(rows, user=biologist)
    services.release(dossier_id, user=biologist)


def _wait(count: int) -> None:
    from eprouvette.exchange.dispatch.models import Delivery

    deadline = time.monotonic() + 120
    while Delivery.objects.filter(state="accepted").count() < count:
        assert time.monotonic() < deadline, "the deliveries do not arrive"
        time.sleep(0.05)


def _cpu(pids: list[int]) -> float:
    """User and system seconds of processes."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def _sandbox_cpu(site: Installation) -> float:
    assert site.addresses is not None
    url = f"{site.addresses.sandbox['console']['url']}received.json"
    with urllib.request.urlopen(url, timeout=10) as answer:
        seconds: float = json.load(answer)["cpu_seconds"]
        return seconds


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0
