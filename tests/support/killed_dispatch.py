"""Plays reports through workers that are killed one after the other; prints what came of it as JSON.

A process of its own: ``python killed_dispatch.py FOLDER ROUNDS``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from eprouvette.sandbox.scenario.installation import Installation
from support.killer_worker import STEPS

EXAMS = {"TSH": "2.140", "T4L": "11.2", "T3L": "2.9"}


def main() -> None:
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    folder, rounds = Path(sys.argv[1]), int(sys.argv[2])
    with Installation(folder, throwaway=True, processes=("sandbox",)) as site:
        steps = [STEPS[number % len(STEPS)] for number in range(rounds)]
        releases, killed = [], 0
        release_one = _reports()
        for step in steps:
            # A report for each round, so that every step has something to be killed at.
            releases.append(release_one())
            killed += _kill_at(site, step)
        site.processes.start("worker", "worker", "--heartbeat", "0.5", "--stalled-after", "1.5")
        states = _wait(releases)
        assert site.addresses is not None
        url = f"{site.addresses.sandbox['console']['url']}received.json"
        with urllib.request.urlopen(url, timeout=10) as answer:
            received = json.load(answer)
    found = {
        "killed": killed,
        "steps": steps,
        "releases": len(releases),
        "states": sorted(set(states)),
        "deliveries": len(states),
        "documents": [one["unique_id"] for one in received["documents"]],
        "mails": [[one["recipient"], one["message_id"]] for one in received["mails"]],
    }
    print(json.dumps(found))


def _reports() -> Callable[[], int]:
    """Make the laboratory; each call then releases one report and returns its id."""
    from eprouvette.lab.identity.models import Patient
    from eprouvette.lab.results import services as results
    from eprouvette.lab.results.incoming import IncomingResult
    from eprouvette.lab.validation import services as validation
    from eprouvette.sandbox.scenario.laboratory import patient_of_demonstration, prepare, register

    laboratory = prepare()
    now = datetime.now(UTC) - timedelta(hours=1)

    def release_one() -> int:
        known = Patient.objects.first()
        dossier = register(laboratory, known.pk if known else patient_of_demonstration(), ("THYRO",), received_at=now)
        results.record(dossier.pk, [IncomingResult(code, value, now) for code, value in EXAMS.items()], source="test")
        rows = list(dossier.observations.values_list("pk", flat=True))
        validation.check(rows, user=laboratory.technician)
        validation.validate(rows, user=laboratory.biologist)
        return validation.release(dossier.pk, user=laboratory.biologist).pk

    return release_one


def _kill_at(site: Installation, step: str) -> bool:
    """Run a worker until it has killed itself; False when it had nothing to do for that step."""
    run = subprocess.Popen([sys.executable, "-m", "support.killer_worker", step], env=site.processes.environment)
    try:
        return run.wait(timeout=20) == -9
    except subprocess.TimeoutExpired:
        run.kill()
        run.wait()
        return False


def _wait(releases: list[int], seconds: float = 90) -> list[str]:
    from eprouvette.exchange.dispatch.models import Delivery

    deadline = time.monotonic() + seconds
    while True:
        states = list(Delivery.objects.filter(release_id__in=releases).values_list("state", flat=True))
        if (len(states) == 3 * len(releases) and set(states) == {"accepted"}) or time.monotonic() > deadline:
            return states
        time.sleep(0.2)


if __name__ == "__main__":
    main()
