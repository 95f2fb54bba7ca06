"""Jobs in PostgreSQL: promised in the transaction of the fact, done by any worker, taken up again.

A thin typed layer over Procrastinate 3. A room declares its tasks in its ``tasks.py``::

    @task(queue="dispatch", name="dispatch.plan")
    def plan(release_id: int) -> None: ...

and promises one with `defer`. Arguments are ids only, never patient data.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import ParamSpec

from django.db import transaction
from procrastinate import RetryDecision, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

Parameters = ParamSpec("Parameters")

logger = logging.getLogger(__name__)


class ToldRetry(RetryStrategy):
    """Procrastinate's waits, and a warning at each: a job tried again is a fault that someone must see."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """The wait before the next attempt; None when the job stays failed."""
        decision = super().get_retry_decision(exception=exception, job=job)
        if decision:
            logger.warning("job %s of %s raised %s and is tried again", job.id, job.task_name, type(exception).__name__)
        return decision


RETRY = ToldRetry(max_attempts=5, exponential_wait=3)
"""For a job that raises (a fault of ours or of the database): 3, 9, 27, 81 seconds, then it stays failed."""


@dataclass(frozen=True, slots=True)
class Beat:
    """A short act that every worker repeats; it must be harmless when two workers do it at once."""

    name: str
    seconds: float
    act: Callable[[], object]


BEATS: dict[str, Beat] = {}


def task(*, queue: str, name: str) -> Callable[[Callable[Parameters, None]], Callable[Parameters, None]]:
    """Declare a function as the task ``name`` of a queue; the function stays callable as it is."""

    def declare(function: Callable[Parameters, None]) -> Callable[Parameters, None]:
        app.task(queue=queue, name=name, retry=RETRY)(function)
        return function

    return declare


def beat(*, name: str, seconds: float) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Declare an act that workers repeat every ``seconds``."""

    def declare(act: Callable[[], object]) -> Callable[[], object]:
        BEATS[name] = Beat(name, seconds, act)
        return act

    return declare


def defer(
    name: str, *, queue: str, lock: str | None = None, queueing_lock: str | None = None, **ids: int | str
) -> bool:
    """Promise a task in the caller's transaction; False when the queueing lock says that it is promised already."""
    # Not the shared application: inside a worker it writes by a connection of its own, and the job would be taken
    # before the fact that it rests on is committed.
    task_to_do = configure_task(
        name=name,
        job_manager=JobManager(DjangoConnector()),
        queue=queue,
        lock=lock,
        queueing_lock=queueing_lock,
    )
    try:
        # A savepoint: a promise made already must not undo the caller's transaction.
        with transaction.atomic() if queueing_lock else nullcontext():
            task_to_do.defer(**ids)
    except AlreadyEnqueued:
        return False
    return True
