"""``eprouvette worker``: takes the jobs of this installation."""

from __future__ import annotations

import click

from eprouvette.project import boot


@click.command()
@click.option("--queue", "queues", multiple=True, help="File à servir (toutes par défaut) ; répétable.")
@click.option("--concurrency", default=4, show_default=True, help="Travaux menés de front.")
@click.option("--heartbeat", default=10.0, show_default=True, help="Secondes entre deux signes de vie.")
@click.option("--stalled-after", default=30.0, show_default=True, help="Secondes sans signe de vie avant reprise.")
def worker(queues: tuple[str, ...], concurrency: int, heartbeat: float, stalled_after: float) -> None:
    """Faire les travaux en attente : envois, relances, scellement du journal."""
    boot.setup()
    from eprouvette.foundation.jobs.worker import run

    run(queues or None, concurrency=concurrency, heartbeat=heartbeat, stalled_after=stalled_after)
