"""The table of places of birth: loading it, and asking it by code, by date and by the start of a name (REQ-INS-13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction

from eprouvette.foundation.audit import services as audit
from eprouvette.lab.directory.rules import search_key
from eprouvette.lab.identity import places
from eprouvette.lab.identity.models import CogPlace
from eprouvette.lab.identity.places import UNKNOWN_PLACE, Period, PlaceFile

_LOCK: Final = 0x434F47
_UNKNOWN: Final = Period(UNKNOWN_PLACE, "Lieu inconnu")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    lines: int
    written: int


def load_shipped(*, actor: str) -> Imported:
    """Bring the table to the file that comes with the product; periods of a later import stay."""
    return load(places.SHIPPED.read_bytes(), places.SHIPPED.name, actor=actor)


def load(content: bytes, name: str, *, actor: str) -> Imported:
    """Take a file of places: a history replaces the periods of the codes that it names, a state closes and opens.

    No code is ever removed. Raises `PlaceFileError` before anything is written.
    """
    file = places.read(content, name)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        written = _write(list(file.periods) if file.history else list(places.after_state(_all(), file)), file)
        details = {"lines": len(file.periods), "written": written}
        audit.record(actor=actor, action="identity.places_loaded", target="cog", details=details)
    return Imported(len(file.periods), written)


def _all() -> list[Period]:
    return [Period(*row) for row in CogPlace.objects.values_list("code", "name", "start", "end")]


def _write(periods: list[Period], file: PlaceFile) -> int:
    """Write the periods that are not in the table as they are."""
    known = set(_all())
    fresh = [period for period in periods if period not in known]
    if not fresh:
        return 0
    if file.history:
        _forget({period.code for period in fresh})
        named = {period.code for period in fresh}
        fresh = [period for period in periods if period.code in named]
    else:
        for period in fresh:
            CogPlace.objects.filter(code=period.code, start=period.start).delete()
    CogPlace.objects.bulk_create((_row(period) for period in fresh), batch_size=5000)
    return len(fresh)


def _forget(codes: Iterable[str]) -> None:
    listed = sorted(codes)
    for start in range(0, len(listed), 5000):
        CogPlace.objects.filter(code__in=listed[start : start + 5000]).delete()


def _row(period: Period) -> CogPlace:
    key = search_key(period.name)[:100]
    return CogPlace(code=period.code, name=period.name, search_name=key, start=period.start, end=period.end)


def history(code: str) -> tuple[Period, ...]:
    """Every period of a code, oldest first."""
    rows = CogPlace.objects.filter(code=code).order_by("start").values_list("code", "name", "start", "end")
    return tuple(Period(*row) for row in rows)


def at(code: str, birth_date: str) -> Period | None:
    """The place that a code named on a birth date (``AAAA``, ``AAAAMM`` or ``AAAAMMJJ``), else its nearest period.

    None for a code that the table does not know, which is no fault (REQ-INS-13).
    """
    if code == UNKNOWN_PLACE:
        return _UNKNOWN
    periods = history(code)
    day = f"{birth_date[:4]}-{birth_date[4:6] or '01'}-{birth_date[6:8] or '01'}"
    covering = [period for period in periods if period.covers(day)]
    if covering or not periods:
        return covering[0] if covering else None
    return periods[0] if day < periods[0].start else periods[-1]


def hints(code: str, birth_date: str) -> tuple[str, ...]:
    """What is worth a look in a place of birth, as sentences (`places.hints`); none while the table is empty."""
    if not CogPlace.objects.exists():
        return ()
    return places.hints(code, birth_date, history(code))


def search(start: str, birth_date: str = "", limit: int = 20) -> tuple[Period, ...]:
    """The places whose name begins so, those in force on the birth date first."""
    key = search_key(start)
    if not key:
        return ()
    rows = CogPlace.objects.filter(search_name__gte=key, search_name__lt=key[:-1] + chr(ord(key[-1]) + 1))
    columns = rows.order_by("search_name", "code", "start").values_list("code", "name", "start", "end")
    found = [Period(*row) for row in columns[: limit * 5]]
    day = f"{birth_date[:4]}-{birth_date[4:6] or '01'}-{birth_date[6:8] or '01'}" if birth_date else "9999"
    found.sort(key=lambda period: not period.covers(day))
    return tuple(found[:limit])
