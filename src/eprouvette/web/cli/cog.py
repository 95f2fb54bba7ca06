"""``eprouvette cog``: the places of birth."""

from __future__ import annotations

from pathlib import Path

import click

from eprouvette.project import boot

ACTOR = "system:cog"


@click.group()
def cog() -> None:
    """Code officiel géographique (lieux de naissance)."""


@cog.command("import")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(files: tuple[Path, ...]) -> None:
    """Charger des CSV de l'INSEE, ou sans fichier l'état livré avec le produit. Aucun code ancien n'est ôté."""
    boot.setup()
    from eprouvette.lab.identity import cog as table

    if not files:
        done = table.load_shipped(actor=ACTOR)
        click.echo(f"État livré : {done.lines} lignes lues, {done.written} écrites.")
    for path in files:
        done = table.load(path.read_bytes(), path.name, actor=ACTOR)
        click.echo(f"{path.name} : {done.lines} lignes lues, {done.written} écrites.")
