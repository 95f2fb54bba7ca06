"""``eprouvette doctor``: all that can be wrong on this site, each with its remedy."""

from __future__ import annotations

import json

import click

from eprouvette.project import boot

MARKS = {20: "·", 30: "!", 40: "✗"}
LEVELS = {20: "information", 30: "avertissement", 40: "erreur"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Écrire le résultat en JSON.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Examiner l'installation : base, dossiers, certificats, sites, services, travaux.

    Code de sortie : 0 sans erreur, 1 avec au moins une erreur.
    """
    boot.setup()
    from django.core import checks

    from eprouvette.foundation.database.checks import obstacles

    blocking = obstacles()
    found = [*blocking, *checks.run_checks(databases=None if blocking else ["default"])]
    found.sort(key=lambda one: -one.level)
    if as_json:
        lines = [
            {"id": one.id, "level": LEVELS.get(one.level, ""), "message": one.msg, "hint": one.hint} for one in found
        ]
        click.echo(json.dumps(lines, ensure_ascii=False, indent=2))
    else:
        for one in found:
            click.echo(f"{MARKS.get(one.level, '·')} {one.msg}  [{one.id}]")
            if one.hint:
                click.echo(f"    Que faire : {one.hint}")
        click.echo(_summary([one.level for one in found], whole=not blocking))
    context.exit(1 if any(one.level >= checks.ERROR for one in found) else 0)


def _summary(levels: list[int], *, whole: bool) -> str:
    errors, warnings = sum(level >= 40 for level in levels), sum(level == 30 for level in levels)
    said = f"{errors} erreur(s), {warnings} avertissement(s)." if errors or warnings else "Rien à redire."
    return said if whole else f"{said} Ce qui se lit dans la base n'a pas été examiné."
