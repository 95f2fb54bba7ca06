"""What every test may ask for: the reference data and the official pack, when this machine has them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import django
import pytest
from django.db import connection
from hypothesis import settings
from pytest_django.plugin import DjangoDbBlocker

from support.database import TestDatabase

# A shared machine may be slow for a moment: time is measured by the bench, never by a test.
settings.register_profile("eprouvette", deadline=None)
settings.load_profile("eprouvette")

ROOT = Path(__file__).resolve().parents[1]
DATABASE = TestDatabase()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Give Django its database before it reads its settings; the controller of a parallel run needs none."""
    if hasattr(config, "workerinput") or not getattr(config.option, "numprocesses", None):
        DATABASE.start()
        django.setup()


def pytest_unconfigure() -> None:
    """Throw the database of this run away."""
    DATABASE.stop()


def requirement(identifier: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Mark a test as the proof of a requirement of the national texts (``REQ-…``)."""
    return pytest.mark.requirement(identifier)


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of reference data (official schemas, value sets, samples) beside the checkout."""
    folder = Path(os.environ.get("EPROUVETTE_SHARED", ROOT.parent / "shared"))
    if not (folder / "ans" / "xsd" / "CDA_extended.xsd").is_file():
        pytest.skip(f"reference data absent: no {folder} (set EPROUVETTE_SHARED)")
    return folder


@pytest.fixture(scope="session")
def pack_dir() -> Path:
    """An official pack of the ANS laid out on this machine (``EPROUVETTE_PACK``)."""
    folder = Path(os.environ.get("EPROUVETTE_PACK", ROOT.parent / ".pack"))
    if not (folder / "schematrons").is_dir():
        pytest.skip("official pack absent: set EPROUVETTE_PACK to a folder laid out by `eprouvette pack install`")
    return folder


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let tests empty the journal's table between two of them: its guard against TRUNCATE is tested apart."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS audit_never_emptied ON audit_auditline")
