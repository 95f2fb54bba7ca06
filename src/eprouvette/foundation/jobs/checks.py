"""What may be wrong with the jobs: nobody takes them, or some have failed."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.checks import CheckMessage, Warning  # noqa: A004 - Django's own name
from django.db import connection

from eprouvette.foundation.database.checks import of_rows
from eprouvette.foundation.jobs.worker import STALLED_AFTER_SECONDS


@of_rows
def workers() -> Sequence[CheckMessage]:
    """A worker is alive, and no job has been given up."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)",
            [STALLED_AFTER_SECONDS],
        )
        alive: int = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
        failed: int = cursor.fetchone()[0]
    found: list[CheckMessage] = []
    if not alive:
        sentence = "Aucun travailleur n'est en marche : rien ne part."
        found.append(Warning(sentence, hint="Lancer « eprouvette worker ».", id="eprouvette.jobs.W001"))
    if failed:
        sentence = f"{failed} travail (ou travaux) abandonné(s) après cinq essais."
        hint = "Lire le journal du travailleur ; les envois concernés sont repris au bout d'un quart d'heure."
        found.append(Warning(sentence, hint=hint, id="eprouvette.jobs.W002"))
    return found
