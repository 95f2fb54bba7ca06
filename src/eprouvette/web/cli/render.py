"""``eprouvette render REPORT.json --out DIR``: the three forms of a report, for a publisher who wants only that.

No Django, no database: JSON in, CDA N3, CDA N1 and PDF/A-1b out.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from eprouvette.core.errors import EprouvetteError
from eprouvette.standards.crbio import PROFILES, write_n1, write_n3
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report.codec import from_json
from eprouvette.standards.report.errors import ReportFormatError


@click.command(name="render", help="Écrit n3.xml, n1.xml et report.pdf à partir d'un compte rendu en JSON.")
@click.argument("report", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="REPORT.json")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Dossier de sortie.")
@click.option("--stylesheet", is_flag=True, help="Écrit les CDA sous forme autoprésentable.")
@click.option(
    "--profile", "version", type=click.Choice(list(PROFILES)), default=next(iter(PROFILES)), show_default=True,
    help="Version du profil CR-BIO.",
)  # fmt: skip
def command(report: Path, out: Path, stylesheet: bool, version: str) -> None:
    """Render one report; exit 1 with a line per wrong place, and no file written, when it cannot be."""
    try:
        read = from_json(report.read_bytes())
        pdf, profile = render_pdf(read), PROFILES[version]
        forms = {
            "n3.xml": write_n3(read, pdf, stylesheet=stylesheet, profile=profile),
            "n1.xml": write_n1(read, pdf, stylesheet=stylesheet, profile=profile),
            "report.pdf": pdf,
        }
    except ReportFormatError as error:
        _fail(error, [str(place) for place in error.places])
    except EprouvetteError as error:
        _fail(error, [error.message])
    out.mkdir(parents=True, exist_ok=True)
    for name, content in forms.items():
        (out / name).write_bytes(content)
        click.echo(f"{out / name}  {len(content)} octets")


def _fail(error: EprouvetteError, lines: list[str]) -> NoReturn:
    for line in lines:
        click.echo(f"Erreur : {line}", err=True)
    if error.hint:
        click.echo(f"Que faire : {error.hint}", err=True)
    sys.exit(1)
