"""Pages of a list: fifty rows, the page and the filters as words in the address."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

SIZE = 50


def page_of(request: HttpRequest) -> int:
    """The page asked for; 1 for anything that is not a page number."""
    raw = request.GET.get("page", "1")
    return int(raw) if raw.isascii() and raw.isdigit() and 0 < int(raw) < 100_000 else 1


def context(request: HttpRequest, page: int, total: int) -> dict[str, Any]:
    """What the page links of a list need."""
    kept = request.GET.copy()
    kept.pop("page", None)
    query = kept.urlencode()
    return {"page": page, "pages": max(-(-total // SIZE), 1), "total": total, "query": f"{query}&" if query else ""}
