"""``eprouvette web``: the pages."""

from __future__ import annotations

import click
import waitress

from eprouvette.project import boot


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d'écoute.")
@click.option("--port", default=8000, show_default=True, help="Port d'écoute.")
@click.option("--threads", default=8, show_default=True, help="Requêtes servies de front.")
def serve(host: str, port: int, threads: int) -> None:
    """Servir les pages."""
    boot.setup()
    from eprouvette.project.wsgi import application

    click.echo(f"Pages sur http://{host}:{port}/")
    waitress.serve(application, host=host, port=port, threads=threads, ident=None)
