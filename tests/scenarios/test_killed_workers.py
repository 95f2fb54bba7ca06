"""A worker killed at each step of dispatch, twenty times: everything accepted once, nothing twice.

Real processes, real PostgreSQL, real SMTP and SOAP; what was received is counted in the simulated country's
own records.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from eprouvette.foundation.jobs import worker
from support.killer_worker import STEPS

ROUNDS = 20
RUNNER = Path(__file__).resolve().parents[1] / "support" / "killed_dispatch.py"


def test_a_killed_workers_job_is_taken_up_again_within_a_minute() -> None:
    assert worker.HEARTBEAT_SECONDS <= 30
    assert worker.STALLED_AFTER_SECONDS + worker.LOOK_EVERY_SECONDS + worker.POLLING_SECONDS < 60


@pytest.fixture
def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EPROUVETTE_", "DATABASE_URL"))}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {**kept, "PYTHONPATH": str(RUNNER.parents[1])}


def test_twenty_kills_at_every_step_lose_nothing_and_send_nothing_twice(
    environment: dict[str, str], tmp_path: Path
) -> None:
    run = subprocess.run(
        [sys.executable, str(RUNNER), str(tmp_path / "site"), str(ROUNDS)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=420,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    found = json.loads(run.stdout.strip().splitlines()[-1])
    assert found["killed"] == ROUNDS
    assert set(found["steps"]) == set(STEPS)
    assert set(found["states"]) == {"accepted"}
    assert found["deliveries"] == 3 * found["releases"]
    documents = Counter(found["documents"])
    mails = Counter(tuple(one) for one in found["mails"])
    assert len(documents) == found["releases"]
    assert len(mails) == 2 * found["releases"]
    assert set(documents.values()) == set(mails.values()) == {1}
