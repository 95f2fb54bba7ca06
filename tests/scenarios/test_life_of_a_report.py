"""Partial, whole, corrected: professionals get each version, the DMP and the patient the whole ones only.

Real PostgreSQL, SMTP and SOAP; what was received is read in the simulated country's own records.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

RUNNER = Path(__file__).resolve().parents[1] / "support" / "life_of_a_report.py"


@pytest.mark.requirement("REQ-CRB-10")
def test_each_version_goes_to_whom_it_is_for_and_replaces_the_one_before(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EPROUVETTE_", "DATABASE_URL"))}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    run = subprocess.run(
        [sys.executable, str(RUNNER), str(tmp_path / "site")],
        env={**kept, "PYTHONPATH": str(RUNNER.parents[1])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    found = json.loads(run.stdout.strip().splitlines()[-1])
    states = {(version, channel): state for version, channel, state, _ in found["deliveries"]}
    assert states == {
        (version, channel): "withdrawn" if version == 1 and channel != "mss_pro" else "accepted"
        for version in (1, 2, 3)
        for channel in ("dmp", "mss_patient", "mss_pro")
    }
    ids = {version: document for version, _, _, document in found["deliveries"]}
    status = {unique_id: state for unique_id, _, state in found["documents"]}
    assert status == {ids[2]: "deprecated", ids[3]: "approved"}
    assert len({set_id for _, set_id, _ in found["documents"]}) == 1
    assert sorted(Counter(found["mails"]).values()) == [2, 3]
