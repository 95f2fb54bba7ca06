"""``eprouvette database``: the schema, and the embedded server of a demonstration."""

from __future__ import annotations

import click

from eprouvette.project import boot


@click.group()
def database() -> None:
    """Base de données."""


@database.command()
def migrate() -> None:
    """Mettre le schéma à jour."""
    boot.setup(migrate=True)
    click.echo("Le schéma est à jour.")


@database.command()
def stop() -> None:
    """Arrêter la base embarquée de ce dossier de données."""
    boot.embedded().stop()
    click.echo("La base embarquée est arrêtée.")
