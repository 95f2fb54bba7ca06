"""The journal: append-only, sealed in order, and a change is found."""

from __future__ import annotations

import importlib

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from eprouvette.foundation.audit import queries, services
from eprouvette.foundation.audit.models import AuditLine

pytestmark = pytest.mark.django_db(transaction=True)


def write(lines: int = 3) -> None:
    for number in range(lines):
        services.record(actor="user:1", action="test.done", target=f"thing:{number}", details={"n": number})


def tamper(statement: str) -> None:
    """Do what only the owner of the database could do: switch the trigger off and change a line."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditline DISABLE TRIGGER USER")
        cursor.execute(statement)
        cursor.execute("ALTER TABLE audit_auditline ENABLE TRIGGER USER")


@pytest.fixture(autouse=True)
def empty_journal() -> None:
    tamper("DELETE FROM audit_auditline")


def test_sealed_lines_hold_and_the_tail_is_counted() -> None:
    write(3)
    assert services.seal_new_lines() == 3
    write(2)
    report = queries.verify()
    assert (report.sealed, report.breaks, report.unsealed) == (3, (), 2)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditline SET actor = 'user:2' WHERE position = 2",
        "UPDATE audit_auditline SET details = '{}' WHERE position = 2",
        "UPDATE audit_auditline SET at = at - interval '1 hour' WHERE position = 2",
        "DELETE FROM audit_auditline WHERE position = 2",
        "UPDATE audit_auditline SET position = position + 10 WHERE position = 3",
    ],
)
def test_a_changed_moved_or_deleted_line_is_found(statement: str) -> None:
    write(3)
    services.seal_new_lines()
    tamper(statement)
    assert queries.verify().breaks


@pytest.mark.requirement("REQ-SEC-01")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditline SET actor = 'user:2'",
        "DELETE FROM audit_auditline",
        "UPDATE audit_auditline SET seal = ''",
    ],
)
def test_the_database_refuses_to_change_the_journal(statement: str) -> None:
    write(1)
    services.seal_new_lines()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditLine.objects.count() == 1


def test_the_database_refuses_to_empty_the_journal() -> None:
    """The guard is off during the tests, which empty every table between two of them: here it is put back."""
    guard = importlib.import_module("eprouvette.foundation.audit.migrations.0002_append_only").NEVER_EMPTIED
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(guard)
        cursor.execute("TRUNCATE audit_auditline")


def test_a_rolled_back_fact_leaves_no_line() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(1)
        raise ZeroDivisionError
    assert AuditLine.objects.count() == 0
