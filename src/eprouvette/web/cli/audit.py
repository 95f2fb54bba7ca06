"""``eprouvette audit``: is the journal whole."""

from __future__ import annotations

import sys

import click

from eprouvette.project import boot


@click.group()
def audit() -> None:
    """Journal des actes et des accès."""


@audit.command()
def verify() -> None:
    """Vérifier la chaîne des sceaux ; sort en erreur (1) si une ligne a été changée, ôtée ou ajoutée."""
    boot.setup()
    from eprouvette.foundation.audit import queries

    report = queries.verify()
    click.echo(f"{report.sealed} lignes scellées, {report.unsealed} pas encore scellées.")
    for place in report.breaks:
        click.echo(f"Rupture au rang {place.position} (ligne {place.line_id}) : {place.sentence}")
    if report.breaks:
        click.echo("Que faire : isoler le serveur, comparer avec la sauvegarde, prévenir le responsable.")
        sys.exit(1)
    click.echo("La chaîne est intacte.")
