"""What a page says of the copy: how old it is, and what stops it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eprouvette.exchange.directory_feed import client, rules
from eprouvette.exchange.directory_feed.models import Feed


@dataclass(frozen=True, slots=True)
class CopyState:
    """``whole_at``: when the copy was last whole, None before; ``failure`` and ``remedy`` of the last attempt."""

    is_set: bool
    whole_at: datetime | None
    failure: str = ""
    remedy: str = ""


def state() -> CopyState:
    """The state of the copy."""
    feeds = {one.resource: one for one in Feed.objects.all()}
    ends = [feeds[one].finished_at if one in feeds else None for one in rules.RESOURCES]
    known = [end for end in ends if end is not None]
    failed = next((one for one in feeds.values() if one.failure), None)
    return CopyState(
        client.is_set(),
        min(known) if len(known) == len(ends) else None,
        failed.failure if failed else "",
        failed.remedy if failed else "",
    )
