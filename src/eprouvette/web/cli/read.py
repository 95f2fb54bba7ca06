"""``eprouvette read``: a CR-BIO read back as a report, without a database."""

from __future__ import annotations

from pathlib import Path

import click

from eprouvette.core.errors import EprouvetteError
from eprouvette.standards.crbio.reader import ReadReport, read_report
from eprouvette.standards.report import walk
from eprouvette.standards.report.codec import to_json
from eprouvette.standards.report.errors import Place
from eprouvette.standards.report.rules import violations

UNREADABLE = 2


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FICHIER.xml")
@click.option("--json", "out", type=click.Path(dir_okay=False, path_type=Path), help="Écrire le compte rendu en JSON.")
@click.pass_context
def read(context: click.Context, file: Path, out: Path | None) -> None:
    """Lire un compte rendu CDA (N3 ou N1, simple ou auto-présentable) et dire ce qui n'en est pas repris.

    Chaque remarque porte le chemin de ce qui n'est pas repris. Avec --json, ce qui empêcherait de relire le compte
    rendu écrit est dit aussi.

    Code de sortie : 0 lu en entier, 1 lu avec des remarques, 2 illisible ou JSON non écrit.
    """
    try:
        found = read_report(file.read_bytes())
    except (EprouvetteError, OSError) as error:
        click.echo(error.message if isinstance(error, EprouvetteError) else "Le fichier ne peut pas être lu.", err=True)
        if isinstance(error, EprouvetteError) and error.hint:
            click.echo(f"Que faire : {error.hint}", err=True)
        context.exit(UNREADABLE)
    for line in _summary(found):
        click.echo(line)
    wrong = _write(context, found, out) if out is not None else ()
    context.exit(1 if found.remarks or wrong else 0)


def _write(context: click.Context, found: ReadReport, out: Path) -> tuple[Place, ...]:
    """Write the report; what contradicts itself in it is said, since it would not be read back."""
    try:
        out.write_text(to_json(found.report, indent=2) + "\n", encoding="utf-8")
    except OSError:
        click.echo(f"{out} ne peut pas être écrit.", err=True)
        click.echo("Que faire : vérifier que le dossier existe et que l'écriture y est permise.", err=True)
        context.exit(UNREADABLE)
    click.echo(f"{out} écrit.")
    wrong = violations(found.report)
    if wrong:
        click.echo(f"{len(wrong)} point(s) à corriger avant de relire ce JSON :")
    for place in wrong:
        click.echo(f"{place.path}\n    {place.message}")
    return wrong


def _summary(found: ReadReport) -> list[str]:
    """Counts and places only: what is printed may end in a log."""
    report = found.report
    entries = [entry for chapter in report.chapters for section in chapter.sections for entry in section.entries]
    results = sum(1 for entry in entries for _ in walk.observations(entry))
    lines = [
        f"Compte rendu {report.document.id}, version {report.document.version}.",
        f"{len(report.chapters)} chapitre(s), {results} résultat(s), {len(report.attachments)} document(s) joint(s).",
        f"PDF : {'oui' if found.pdf else 'non'}.",
        f"{len(found.remarks)} remarque(s).",
    ]
    return [*lines, *(f"{one.xpath}\n    {one.message}" for one in found.remarks)]
