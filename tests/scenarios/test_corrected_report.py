"""A corrected report goes the whole road: the DMP replaces its document, prescriber and patient get the new version.

Real PostgreSQL, SMTP and SOAP; what was received is read in the simulated country's own records.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

RUNNER = Path(__file__).resolve().parents[1] / "support" / "corrected_dispatch.py"


def test_version_two_replaces_version_one_everywhere(tmp_path: Path) -> None:
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
    assert [(version, channel, state) for version, channel, state, _ in found["deliveries"]] == [
        (version, channel, "accepted") for version in (1, 2) for channel in ("dmp", "mss_patient", "mss_pro")
    ]
    first, second = found["deliveries"][0][3], found["deliveries"][3][3]
    status = {unique_id: state for unique_id, _, state in found["documents"]}
    assert status == {first: "deprecated", second: "approved"}
    assert len({set_id for _, set_id, _ in found["documents"]}) == 1
    assert sorted(found["mails"]) == sorted(2 * [*set(found["mails"])])
    assert len(found["mails"]) == 4
