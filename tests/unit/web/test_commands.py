"""The command line: every declared command loads, shows its help in French, and fails with a sentence."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from eprouvette.web.cli import GROUP, root

COMMANDS = sorted(entry_points(group=GROUP).names)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_declared_command_loads_and_explains_itself(name: str) -> None:
    answer = CliRunner().invoke(root, [name, "--help"])
    assert answer.exit_code == 0, answer.output
    assert len(answer.output.splitlines()) > 3


def test_the_commands_are_those_of_the_guides() -> None:
    assert {
        "audit",
        "check",
        "demo",
        "doctor",
        "judge",
        "listen",
        "pack",
        "read",
        "render",
        "report",
        "web",
        "worker",
    } <= set(COMMANDS)
    assert isinstance(root, click.Group)


def test_the_pure_commands_work_without_django(tmp_path: Path) -> None:
    example = Path(__file__).resolve().parents[3] / "examples" / "report.json"
    script = (
        "import sys\nfrom click.testing import CliRunner\nfrom eprouvette.web.cli import root\n"
        f"run = CliRunner().invoke(root, ['render', {str(example)!r}, '--out', {str(tmp_path)!r}])\n"
        "assert run.exit_code == 0, run.output\n"
        f"run = CliRunner().invoke(root, ['check', {str(tmp_path / 'n3.xml')!r}])\n"
        "assert run.exit_code == 0, run.output\n"
        "assert 'django.conf' not in sys.modules, 'Django was loaded'\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    assert {path.name for path in tmp_path.iterdir()} >= {"n3.xml", "n1.xml", "report.pdf"}


def test_an_expected_error_is_two_sentences_and_no_traceback(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "eprouvette", "database", "migrate"],
        env={"DATABASE_URL": "sqlite:///x", "EPROUVETTE_DATA": str(tmp_path), "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 2
    assert "DATABASE_URL doit commencer" in run.stderr
    assert "Que faire" in run.stderr
    assert "Traceback" not in run.stderr
