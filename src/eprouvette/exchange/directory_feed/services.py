"""Reading the directory into the copy: a page, its place, and the next one, each committed before the next is asked."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from eprouvette.exchange.directory_feed import rules
from eprouvette.exchange.directory_feed.models import Feed
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.directory import national
from eprouvette.standards.annuaire import query
from eprouvette.standards.annuaire.client import DirectoryClient
from eprouvette.standards.annuaire.model import Page
from eprouvette.standards.annuaire.outcome import Empty, Found, LinkExpired, Outcome
from eprouvette.standards.annuaire.query import Query, Resource

PAGE_SIZE = 200


def refresh(client: DirectoryClient, *, most: int) -> bool:
    """Read ``most`` pages at most; True when every kind of resource is read whole, False when there is more to do.

    False too after a failure, which the feed keeps; what was read stays, and the reading goes on from there.
    """
    left = most
    for resource in rules.RESOURCES:
        feed, _ = Feed.objects.get_or_create(resource=resource)
        if not _is_due(feed):
            if feed.failure:
                return False
            continue
        left = _read(client, feed, left)
        if left <= 0 or feed.failure:
            return False
    gone = national.mark_gone_addresses(timezone.now())
    counts = dict(Feed.objects.values_list("resource", "read"))
    audit.record(
        actor="system:directory", action="directory.refreshed", target="directory:copy", details=counts | {"gone": gone}
    )
    return True


def is_due() -> bool:
    """True when a kind of resource should be read now; what stopped one of them lately would stop the others."""
    known = {feed.resource: feed for feed in Feed.objects.all()}
    if any(feed.failure and not _is_due(feed) for feed in known.values()):
        return False
    return any(resource not in known or _is_due(known[resource]) for resource in rules.RESOURCES)


def _is_due(feed: Feed) -> bool:
    if feed.link and not feed.failure:
        return True
    return rules.is_due(
        timezone.now(),
        finished_at=feed.finished_at,
        attempted_at=feed.attempted_at,
        failed=bool(feed.failure),
        permanent=feed.stops,
    )


def _read(client: DirectoryClient, feed: Feed, left: int) -> int:
    """Read the pages of one kind while some are left to read; returns how many are."""
    restarted = False
    while left > 0:
        outcome = client.follow(feed.link) if feed.link else client.search(_question(feed))
        left -= 1
        if isinstance(outcome, LinkExpired) and not restarted:
            restarted, feed.link = True, ""
            continue
        if not _keep(feed, outcome):
            return left
    return left


def _question(feed: Feed) -> Query:
    resource: Resource = next(one for one in rules.RESOURCES if one == feed.resource)
    if feed.since is None:
        return query.everything(resource, size=PAGE_SIZE)
    return query.changed(resource, feed.since, size=PAGE_SIZE)


def _keep(feed: Feed, outcome: Outcome) -> bool:
    """Keep what an answer gives, with the place that follows it; True when another page follows."""
    now = timezone.now()
    feed.attempted_at = now
    if not isinstance(outcome, Found | Empty):
        feed.failure, feed.remedy, feed.stops = type(outcome).__name__, outcome.remedy[:300], outcome.permanent
        feed.save()
        return False
    page = outcome.page if isinstance(outcome, Found) else Page(next=outcome.next, remarks=outcome.remarks)
    begins = not feed.link
    with transaction.atomic():
        kept = national.store(page, now)
        feed.read, feed.skipped = (0 if begins else feed.read) + kept, (0 if begins else feed.skipped) + page.skipped
        feed.newest = _newest(page, None if begins else feed.newest)
        feed.link = page.next
        feed.failure, feed.remedy, feed.stops = "", "", False
        if not page.next:
            feed.finished_at, feed.since = now, feed.newest or feed.since
        feed.save()
    return bool(page.next)


def _newest(page: Page, before: datetime | None) -> datetime | None:
    seen = [
        *(one.updated for one in page.professionals),
        *(one.updated for one in page.roles),
        *(one.updated for one in page.structures),
        before,
    ]
    return max((moment for moment in seen if moment), default=None)
