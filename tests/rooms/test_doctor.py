"""``eprouvette doctor``: each thing that can be wrong on a site is said, with its remedy, and only then."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.checks import run_checks
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from eprouvette.core.env import SettingError
from eprouvette.exchange.dispatch.models import JudgeStatus, StoppedChannel
from eprouvette.foundation.audit.models import AuditLine
from eprouvette.foundation.database import checks as database
from eprouvette.foundation.documents import checks as documents
from eprouvette.foundation.structures.models import Site
from eprouvette.project import boot
from eprouvette.sandbox.igc.authority import Authority
from eprouvette.sandbox.igc.trust import laboratory, write_pair, write_trust
from eprouvette.web.cli import root
from support.lab import demo_biologist, demo_site

pytestmark = pytest.mark.django_db
AUTHORITY = Authority()


def said() -> set[str | None]:
    """The ids of all that the checks of the product say now."""
    return {one.id for one in run_checks(databases=["default"]) if str(one.id).startswith("eprouvette.")}


@pytest.fixture
def site(settings: Settings, tmp_path: Path) -> Path:
    """An installation in order, but for its worker; the folder of its certificates."""
    demo_site()
    demo_biologist()
    trust = write_trust(AUTHORITY, tmp_path / "trust").folder
    settings.EPROUVETTE_TRUST = trust
    settings.EPROUVETTE_DMP_URL = "https://localhost:1/services"
    settings.EPROUVETTE_INSI_URL = "https://localhost:3/lps"
    settings.EPROUVETTE_INSI_APPROVAL = "ESSAI"
    settings.EPROUVETTE_SMTP = "localhost:2"
    settings.EPROUVETTE_PACKS = tmp_path / "packs"
    return trust


STANDING = {
    "eprouvette.database.I001",
    "eprouvette.dispatch.W002",
    "eprouvette.identity.W001",
    "eprouvette.jobs.W001",
}
"""What the installation of the tests always is: embedded, without official pack, places of birth nor worker."""


def test_an_installation_in_order_has_nothing_more_to_hear(site: Path) -> None:
    assert said() == STANDING


def test_an_empty_installation_hears_what_it_needs(settings: Settings) -> None:
    settings.EPROUVETTE_DMP_URL = settings.EPROUVETTE_SMTP = ""
    assert {
        "eprouvette.structures.W001", "eprouvette.accounts.W001", "eprouvette.dispatch.W001", "eprouvette.jobs.W001",
    } <= said()  # fmt: skip


def test_every_message_has_a_sentence_and_a_remedy(settings: Settings) -> None:
    settings.EPROUVETTE_DMP_URL = "http://localhost:1"
    settings.EPROUVETTE_TRUST = Path("/nowhere")
    found = [one for one in run_checks(databases=["default"]) if str(one.id).startswith("eprouvette.")]
    assert found
    assert all(one.msg.endswith(".") and one.hint for one in found)


def _expired(folder: Path) -> None:
    start = datetime.now(UTC) - timedelta(days=800)
    write_pair(folder, "mss", AUTHORITY.client(laboratory("mss"), start=start, life=timedelta(days=700)))


def _ending(folder: Path) -> None:
    write_pair(folder, "mss", AUTHORITY.client(laboratory("mss"), life=timedelta(days=12)))


def _foreign(folder: Path) -> None:
    write_pair(folder, "mss", AUTHORITY.client(laboratory("mss", structure="1999999999")))


def _mixed(folder: Path) -> None:
    shutil.copy(folder / "dmp_sign.key", folder / "mss.key")


def _misnamed(folder: Path) -> None:
    write_pair(folder, "insi_manu", AUTHORITY.client(laboratory("INSI MANU")))


TRUST_FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "absent": (lambda folder: (folder / "mss.crt").unlink(), "E001"),
    "key readable by all": (lambda folder: (folder / "mss.key").chmod(0o644), "E001"),
    "no authorities": (lambda folder: (folder / "ca.pem").unlink(), "E002"),
    "not a certificate": (lambda folder: (folder / "mss.crt").write_bytes(b"hello"), "E003"),
    "another key": (_mixed, "E004"),
    "expired": (_expired, "E005"),
    "ending soon": (_ending, "W001"),
    "of another structure": (_foreign, "E006"),
    "of another service": (_misnamed, "E007"),
}


@pytest.mark.parametrize("fault", TRUST_FAULTS)
def test_a_wrong_certificate_is_said(site: Path, fault: str) -> None:
    damage, expected = TRUST_FAULTS[fault]
    damage(site)
    assert said() - STANDING == {f"eprouvette.trust.{expected}"}


@pytest.mark.parametrize("change", [{"oid": "1.2.x"}, {"director_rpps": "12"}, {"accreditation": ""}])
def test_a_wrong_site_is_said(site: Path, change: dict[str, Any]) -> None:
    Site.objects.update(**change)
    assert said() - STANDING == {"eprouvette.structures.E001"}


def test_a_stopped_channel_and_a_plain_address_are_said(site: Path, settings: Settings) -> None:
    StoppedChannel.objects.create(channel="dmp", code="TLS", text="Refusé.", remedy="", since=timezone.now())
    settings.EPROUVETTE_DMP_URL = "http://localhost:1/services"
    assert said() - STANDING == {"eprouvette.dispatch.E001", "eprouvette.dispatch.E003"}


def test_a_plain_address_of_insi_is_said(site: Path, settings: Settings) -> None:
    settings.EPROUVETTE_INSI_URL = "http://localhost:3/lps"
    assert said() - STANDING == {"eprouvette.trust.E008"}


def test_a_silent_judge_is_said_where_a_pack_is_installed(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eprouvette.exchange.dispatch.checks.pack_folder", lambda: site)
    assert "eprouvette.dispatch.E002" in said()
    JudgeStatus.objects.create(revision="r", seen_at=timezone.now())
    assert not said() & {"eprouvette.dispatch.E002", "eprouvette.dispatch.W002"}


def test_a_journal_that_nobody_seals_is_said(site: Path) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    AuditLine.objects.create(at=long_ago, actor="a", action="b", target="c", details={})
    assert said() - STANDING == {"eprouvette.audit.W001"}


def test_a_worker_alive_and_a_job_given_up_are_seen(site: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, status, attempts, args)"
            " VALUES ('dispatch', 'dispatch.send', 0, 'failed', 5, '{}')"
        )
    assert said() == STANDING - {"eprouvette.jobs.W001"} | {"eprouvette.jobs.W002"}


def test_a_full_disk_and_an_open_folder_are_said(
    site: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EPROUVETTE_DATA = tmp_path
    tmp_path.chmod(0o755)
    monkeypatch.setattr(documents, "NO_ROOM", 10**18)
    monkeypatch.setattr(documents, "LITTLE_ROOM", 10**18)
    assert {"eprouvette.documents.W001", "eprouvette.documents.E002"} <= said()


def test_the_embedded_database_is_an_error_in_production(site: Path, settings: Settings) -> None:
    settings.EPROUVETTE_PROFILE = "production"
    assert "eprouvette.database.E002" in said()


def test_production_never_starts_the_embedded_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("EPROUVETTE_PROFILE", "production")
    with pytest.raises(SettingError, match="DATABASE_URL"):
        boot.setup()


def test_a_schema_of_another_version_is_an_obstacle() -> None:
    assert database.obstacles() == []
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'dispatch'")
    assert [one.id for one in database.obstacles()] == ["eprouvette.database.E004"]


def test_the_command_prints_errors_first_and_fails_on_them(site: Path) -> None:
    (site / "mss.crt").unlink()
    answer = CliRunner().invoke(root, ["doctor"])
    lines = answer.output.splitlines()
    assert answer.exit_code == 1
    assert lines[0].startswith("✗")
    assert lines[1].strip().startswith("Que faire :")
    assert lines[-1] == "1 erreur(s), 3 avertissement(s)."


def test_the_command_speaks_json_and_succeeds_without_error(site: Path) -> None:
    answer = CliRunner().invoke(root, ["doctor", "--json"])
    assert answer.exit_code == 0
    assert {line["id"] for line in json.loads(answer.output)} == STANDING
