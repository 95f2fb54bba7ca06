"""Numbers given one after the other, without a hole nor a twin."""

from __future__ import annotations

from django.db import connection

_NEXT = """
INSERT INTO identity_numberseries (name, last) VALUES (%s, 1)
ON CONFLICT (name) DO UPDATE SET last = identity_numberseries.last + 1
RETURNING last
"""


def next_of(series: str) -> int:
    """The next number of ``series``, in the caller's transaction: given back when that rolls back."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [series])
        number: int = cursor.fetchone()[0]
    return number
