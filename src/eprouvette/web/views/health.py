"""Is the installation alive, for a supervisor: no patient data."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from eprouvette import __version__
from eprouvette.exchange.dispatch import queries as dispatch


@login_not_required
def status(request: HttpRequest) -> JsonResponse:
    """``{"status": "ok"}`` with queue figures, or 503 when the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        judge = dispatch.judge_state()
        return JsonResponse(
            {"status": "ok", "version": __version__, "deliveries": dispatch.counts(), "judge": judge.state}
        )
    except DatabaseError:
        return JsonResponse({"status": "database"}, status=503)
