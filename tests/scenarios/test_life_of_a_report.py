"""Partial, whole, corrected, cancelled: professionals get each version, the DMP and the patient not the partial one.

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
        env={**kept, "PYTHONPATH": os.pathsep.join((str(RUNNER.parents[1]), str(RUNNER.parents[2] / "src")))},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    found = json.loads(run.stdout.strip().splitlines()[-1])
    states = {(version, channel): state for version, channel, state, _, _ in found["deliveries"]}
    assert states == {
        (version, channel): "withdrawn" if version == 1 and channel != "mss_pro" else "accepted"
        for version in (1, 2, 3, 4)
        for channel in ("dmp", "mss_patient", "mss_pro")
    }
    ids = {version: document for version, _, _, document, _ in found["deliveries"]}
    status = {unique_id: state for unique_id, _, state in found["documents"]}
    # One document stands in the DMP, and it is the one that cancels.
    assert status == {ids[2]: "deprecated", ids[3]: "deprecated", ids[4]: "approved"}
    assert len({set_id for _, set_id, _ in found["documents"]}) == 1
    assert sorted(Counter(recipient for recipient, _, _ in found["mails"]).values()) == [3, 4]
    cancelling = [document for _, subject, document in found["mails"] if "ANNULÉ" in subject]
    assert cancelling == [ids[4], ids[4]]
    forms = {(version, channel): form for version, channel, _, _, form in found["deliveries"]}
    assert {form for (version, channel), form in forms.items() if channel != "mss_pro"} == {"n3_xsl"}
    assert [forms[version, "mss_pro"] for version in (1, 2, 3, 4)] == ["n3_xsl", "n3_xsl", "n3_xsl_2021", "n3_xsl_2021"]
