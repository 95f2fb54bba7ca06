"""What `eprouvette doctor` says of the national directory: wrong settings, a copy that is stopped or old."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.utils import timezone
from pytest_django.fixtures import Settings

from eprouvette.exchange.directory_feed.client import DirectoryNotSetError, make
from eprouvette.exchange.directory_feed.models import Feed
from eprouvette.exchange.directory_feed.rules import RESOURCES

pytestmark = pytest.mark.django_db


def said() -> dict[str, str]:
    found = run_checks(databases=["default"])
    return {str(one.id): f"{one.msg} {one.hint}" for one in found if str(one.id).startswith("eprouvette.annuaire")}


@pytest.mark.parametrize(
    ("url", "key", "expected"),
    [
        ("", "", set()),
        ("https://annuaire.invalid/fhir/v2", "cle", set()),
        ("https://annuaire.invalid/fhir/v2", "", {"eprouvette.annuaire.E001"}),
        ("", "cle", {"eprouvette.annuaire.E001"}),
        ("http://annuaire.invalid", "cle", {"eprouvette.annuaire.E002"}),
    ],
)
def test_settings_that_cannot_work_are_said(settings: Settings, url: str, key: str, expected: set[str]) -> None:
    settings.EPROUVETTE_ANNUAIRE_URL, settings.EPROUVETTE_ANNUAIRE_KEY = url, key
    assert set(said()) == expected
    assert "cle" not in " ".join(said().values()).split()


@pytest.mark.parametrize(
    ("age", "failure", "expected"),
    [
        (timedelta(hours=1), "", set()),
        (timedelta(hours=1), "Refused", set()),
        (timedelta(hours=30), "Refused", {"eprouvette.annuaire.W001"}),
        (timedelta(hours=80), "", {"eprouvette.annuaire.W002"}),
        (None, "Refused", {"eprouvette.annuaire.W001"}),
        (None, "", set()),
    ],
)
def test_a_copy_that_is_stopped_or_old_is_said(
    settings: Settings, age: timedelta | None, failure: str, expected: set[str]
) -> None:
    settings.EPROUVETTE_ANNUAIRE_URL, settings.EPROUVETTE_ANNUAIRE_KEY = "https://annuaire.invalid", "cle"
    for resource in RESOURCES:
        end = timezone.now() - age if age else None
        Feed.objects.create(
            resource=resource, finished_at=end, failure=failure, remedy="Vérifier la clé." * bool(failure)
        )
    assert set(said()) == expected


def test_without_settings_there_is_no_client(settings: Settings) -> None:
    settings.EPROUVETTE_ANNUAIRE_URL = settings.EPROUVETTE_ANNUAIRE_KEY = ""
    with pytest.raises(DirectoryNotSetError):
        make()
