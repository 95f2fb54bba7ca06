"""``eprouvette identity``: declare who sends and who is told, list who was served."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from eprouvette.exchange.announcing.models import Correspondent
from eprouvette.exchange.intake.models import FeedSource
from eprouvette.project import boot
from eprouvette.web.cli.identity import identity
from support.identities import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def booted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boot, "setup", lambda **_: None)


def run(*arguments: str) -> str:
    done = CliRunner().invoke(identity, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_feed_is_declared_then_changed() -> None:
    run("feed", "--application", "GAM", "--facility", "CHU-X", "--authority", "CHU-X")
    run("feed", "--application", "GAM", "--facility", "CHU-X", "--authority", "CHU-X", "--contract", "--a08")
    row = FeedSource.objects.get()
    assert (row.contract, row.takes_a08, row.label) == (True, True, "GAM")


def test_a_partner_to_tell_is_declared_once() -> None:
    names = "--label CHU --host gam --application GAM --facility X --our-facility L --authority L --finess 390000001"
    run("tell", *names.split(), "--port", "2575")
    run("tell", *names.split(), "--port", "2576", "--plain")
    row = Correspondent.objects.get()
    assert (row.port, row.tls) == (2576, False)


def test_the_list_of_who_was_served_is_a_csv_with_its_header() -> None:
    assert run("exposed", "--patient", str(person().pk)).startswith("dossier;version;document;canal;destinataire;")
