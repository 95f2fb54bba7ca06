"""The worker process: takes jobs, repeats the beats, and takes up again the jobs of a killed worker.

A killed worker leaves its jobs "doing" and their locks held (measured on Procrastinate 3.10): the
beat `requeue_stalled` gives them back once the worker's heartbeat is too old, so that a job is taken
up again within a minute.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Collection

from django.db import close_old_connections, connection, transaction
from procrastinate.app import WorkerOptions
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from eprouvette.foundation.jobs import BEATS, Beat, beat

HEARTBEAT_SECONDS = 10.0
STALLED_AFTER_SECONDS = 30.0
LOOK_EVERY_SECONDS = 10.0
POLLING_SECONDS = 1.0

logger = logging.getLogger(__name__)


@beat(name="jobs.stalled", seconds=LOOK_EVERY_SECONDS)
def requeue_stalled() -> int:
    """Give back the jobs of workers that are dead; returns how many."""
    return requeue_stalled_after(STALLED_AFTER_SECONDS)


def requeue_stalled_after(seconds: float) -> int:
    """Give back the jobs whose worker has shown no heartbeat for ``seconds``, and forget that worker."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT job.id FROM procrastinate_jobs job
              LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
             WHERE job.status = 'doing'
               AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))
               FOR UPDATE OF job SKIP LOCKED
            """,
            [seconds],
        )
        stalled = [row[0] for row in cursor.fetchall()]
        for job_id in stalled:
            cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job_id])
        cursor.execute(
            "DELETE FROM procrastinate_workers WHERE last_heartbeat < now() - make_interval(secs => %s)", [seconds]
        )
    if stalled:
        logger.warning("%s job(s) of a dead worker taken up again", len(stalled))
    return len(stalled)


def run(
    queues: Collection[str] | None = None,
    *,
    concurrency: int = 4,
    heartbeat: float = HEARTBEAT_SECONDS,
    stalled_after: float = STALLED_AFTER_SECONDS,
) -> None:
    """Work until asked to stop (SIGTERM, SIGINT); finished jobs are deleted."""
    stop = threading.Event()
    beats = [*BEATS.values()]
    if stalled_after != STALLED_AFTER_SECONDS:
        beats = [one for one in beats if one.name != "jobs.stalled"]
        beats.append(Beat("jobs.stalled", stalled_after / 2, lambda: requeue_stalled_after(stalled_after)))
    threads = [threading.Thread(target=_repeat, args=(one, stop), name=one.name, daemon=True) for one in beats]
    for thread in threads:
        thread.start()
    try:
        with app.replace_connector(DjangoConnector().get_worker_connector()):
            asyncio.run(_work(queues, concurrency, heartbeat, stalled_after))
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=5)


async def _work(queues: Collection[str] | None, concurrency: int, heartbeat: float, stalled_after: float) -> None:
    async with app.open_async():
        options: WorkerOptions = {
            "concurrency": concurrency,
            "delete_jobs": "successful",
            "update_heartbeat_interval": heartbeat,
            "stalled_worker_timeout": max(stalled_after * 4, 120),
            "fetch_job_polling_interval": POLLING_SECONDS,
            "shutdown_graceful_timeout": 20,
        }
        if queues:
            options["queues"] = list(queues)
        await app.run_worker_async(**options)


def _repeat(one: Beat, stop: threading.Event) -> None:
    """Repeat a beat until the worker stops; a failure is logged and the next round tries again."""
    while not stop.wait(one.seconds):
        close_old_connections()
        try:
            one.act()
        except Exception:  # a beat must outlive a database that restarts
            logger.exception("beat %s failed", one.name)
    connection.close()
