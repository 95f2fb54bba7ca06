"""``eprouvette judge``: the process that runs the official rules."""

from __future__ import annotations

import signal
import threading

import click

from eprouvette.project import boot


@click.command()
def judge() -> None:
    """Contrôler chaque compte rendu par les règles officielles avant son départ."""
    boot.setup()
    from eprouvette.exchange.dispatch import judging
    from eprouvette.standards.conformance.official import OfficialRunner

    pack = judging.pack_folder()
    if pack is None:
        raise click.ClickException(
            "Aucun pack de règles officielles n'est installé. Que faire : « eprouvette pack install DOSSIER|ZIP »."
        )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    click.echo("Compilation des règles officielles (une vingtaine de secondes)…")
    runner = OfficialRunner(pack)
    click.echo(f"Prêt, règles {runner.revision}.")
    judging.serve(runner, stop)
