"""``eprouvette identity``: declare who sends and who is told, list who was served."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from django.utils import timezone

from eprouvette.exchange.announcing.models import Correspondent
from eprouvette.exchange.identities.models import STOPPED, WAITING, Confirmation
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


@pytest.mark.requirement("REQ-INS-23")
def test_what_waited_for_insi_to_be_set_is_taken_up() -> None:
    assert run("confirm") == "Confirmations reprises : 0.\n"
    patient = person()
    Confirmation.objects.create(patient=patient, source="CHU-X", state=STOPPED, promised_at=timezone.now())
    assert run("confirm") == "Confirmations reprises : 1.\n"
    assert Confirmation.objects.get().state == WAITING
