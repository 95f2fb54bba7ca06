"""``eprouvette pack``: official packs of the ANS, without a database."""

from __future__ import annotations

import os
from pathlib import Path

import click

from eprouvette.core.env import Env
from eprouvette.core.errors import EprouvetteError
from eprouvette.project.readers import data_folder
from eprouvette.standards.conformance import packs as installed


@click.group()
def pack() -> None:
    """Installer les règles officielles de l'ANS."""


@pack.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--packs", type=click.Path(file_okay=False, path_type=Path), help="Dossier des packs (défaut : dossier de données)."
)
def install(source: Path, packs: Path | None) -> None:
    """Copier un pack (dossier ou ZIP du dépôt ansforge/TestContenuCDA-3-0) dans le dossier de données."""
    try:
        env = Env(os.environ)
        folder = packs or Path(env.text("EPROUVETTE_PACKS", "") or data_folder(env) / "packs")
        target = installed.install(source, folder)
        revision = installed.revision_of(target)
    except EprouvetteError as error:
        raise click.ClickException(f"{error.message} Que faire : {error.hint}") from error
    click.echo(f"Pack {revision} installé dans {target}.")
