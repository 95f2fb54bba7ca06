"""The job that refreshes the copy: a slice at a time, so that a worker is never held for an hour."""

from __future__ import annotations

from eprouvette.exchange.directory_feed import client, services
from eprouvette.foundation import jobs

PAGES_PER_JOB = 200
LOOK_EVERY_SECONDS = 60.0
TASK = "directory.refresh"


@jobs.task(queue="directory", name=TASK)
def refresh() -> None:
    """Read a slice of the directory, and promise the next one while there is more."""
    reader = client.make()
    try:
        whole = services.refresh(reader, most=PAGES_PER_JOB)
    finally:
        reader.close()
    if not whole and services.is_due():
        promise()


def promise() -> bool:
    """Promise a slice; False when one is promised already. One runs at a time."""
    return jobs.defer(TASK, queue="directory", lock=TASK, queueing_lock=TASK)


@jobs.beat(name="directory.look", seconds=LOOK_EVERY_SECONDS)
def look() -> bool:
    """Promise a refresh when one is due on an installation that has a directory."""
    return client.is_set() and services.is_due() and promise()
