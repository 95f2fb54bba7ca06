"""The work lists of identities: what waits for a person at the desk, fifty lines a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db.models import QuerySet

from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.queries import Banner, banner
from eprouvette.lab.identity.rules import Status

COUNTED: Final = 9_999
"""Beyond, a list says only that there are more: nobody reads the exact figure."""


class WorkList(StrEnum):
    """The lists that the columns of a file are enough to make."""

    TO_QUALIFY = "a_qualifier"
    DOUBTFUL = "douteuses"
    HOMONYMS = "homonymes"


LABELS: Final[dict[WorkList, str]] = {
    WorkList.TO_QUALIFY: "à qualifier",
    WorkList.DOUBTFUL: "douteuses",
    WorkList.HOMONYMS: "homonymes",
}


@dataclass(frozen=True, slots=True)
class Lines:
    """One page of a list, and how many lines there are (`COUNTED` at most)."""

    banners: tuple[Banner, ...]
    total: int


def lines(kind: WorkList, *, page: int, size: int) -> Lines:
    """A page of a list, newest file first."""
    rows = _rows(kind).order_by("-pk")
    return Lines(tuple(banner(row) for row in rows[(page - 1) * size : page * size]), count(kind))


def of_ids(ids: Sequence[int], *, page: int, size: int) -> Lines:
    """A page of a list that another room knows by its patients, in its order."""
    some = ids[(page - 1) * size : page * size]
    rows = Patient.objects.in_bulk(some)
    return Lines(tuple(banner(rows[pk]) for pk in some if pk in rows), len(ids))


def count(kind: WorkList) -> int:
    """How many lines a list has, `COUNTED` at most."""
    return _rows(kind)[:COUNTED].count()


def _rows(kind: WorkList) -> QuerySet[Patient]:
    living = Patient.objects.filter(merged_into__isnull=True)
    match kind:
        case WorkList.TO_QUALIFY:
            waiting = [Status.PROVISIONAL.value, Status.RETRIEVED.value, Status.VALIDATED.value]
            return living.filter(status__in=waiting, doubtful=False, fictitious=False, insi_exemption="")
        case WorkList.DOUBTFUL:
            return living.filter(doubtful=True)
        case WorkList.HOMONYMS:
            return living.filter(homonym=True)
