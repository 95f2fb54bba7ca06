"""A job commits with its fact, is promised once, and is taken up again when its worker dies."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Job

from eprouvette.foundation import jobs
from eprouvette.foundation.jobs import worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_queue() -> None:
    """The queue's tables are not Django's: the flush between two tests leaves them."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_workers")


def count(status: str = "todo") -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = %s::procrastinate_job_status", [status])
        found: int = cursor.fetchone()[0]
        return found


def test_a_rolled_back_fact_takes_its_job_with_it() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.defer("dispatch.plan", queue="dispatch", release_id=1)
        raise ZeroDivisionError
    assert count() == 0


def test_a_promise_made_inside_a_worker_is_in_the_transaction_too() -> None:
    """A worker replaces the application's connector by its own, which commits at once."""
    with (
        app.replace_connector(DjangoConnector().get_worker_connector()),
        pytest.raises(ZeroDivisionError),
        transaction.atomic(),
    ):
        jobs.defer("dispatch.plan", queue="dispatch", release_id=1)
        raise ZeroDivisionError
    assert count() == 0


def test_a_committed_fact_keeps_its_job() -> None:
    with transaction.atomic():
        assert jobs.defer("dispatch.plan", queue="dispatch", release_id=1)
    assert count() == 1


def test_a_second_promise_is_a_no_op_and_leaves_the_transaction_whole() -> None:
    with transaction.atomic():
        assert jobs.defer("dispatch.send", queue="dispatch", queueing_lock="send:1", delivery_id=1)
        assert not jobs.defer("dispatch.send", queue="dispatch", queueing_lock="send:1", delivery_id=1)
        assert jobs.defer("dispatch.send", queue="dispatch", queueing_lock="send:2", delivery_id=2)
    assert count() == 2


@pytest.mark.parametrize(("age", "taken_up"), [(5, 0), (60, 1)])
def test_the_job_of_a_silent_worker_is_given_back(age: int, taken_up: int) -> None:
    jobs.defer("dispatch.send", queue="dispatch", lock="a", delivery_id=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [age],
        )
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [cursor.fetchone()[0]])
    assert worker.requeue_stalled() == taken_up
    assert count("todo") == taken_up


def test_a_job_tried_again_is_a_warning_that_names_no_data(caplog: pytest.LogCaptureFixture) -> None:
    job = Job(id=7, queue="dispatch", lock=None, queueing_lock=None, task_name="dispatch.send", attempts=0)
    assert jobs.RETRY.get_retry_decision(exception=ValueError("MARTIN Jeanne"), job=job) is not None
    assert jobs.RETRY.get_retry_decision(exception=ValueError(), job=job.evolve(attempts=5)) is None
    (warning,) = caplog.records
    assert warning.levelname == "WARNING"
    assert warning.getMessage() == "job 7 of dispatch.send raised ValueError and is tried again"
