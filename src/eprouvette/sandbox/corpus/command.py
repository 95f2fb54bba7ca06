"""``eprouvette corpus``: fictitious reports, in every form, for tests, measures and demonstrations."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import click

from eprouvette.sandbox.corpus.build import Made, reports
from eprouvette.sandbox.corpus.kinds import kinds
from eprouvette.standards.crbio import write_n1, write_n3
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report.codec import to_json
from eprouvette.standards.report.model import LabReport

FORMS: Final = ("json", "n3", "n1", "pdf")


@click.command()
@click.option("--n", "number", type=click.IntRange(1, 1_000_000), default=25, show_default=True, help="Combien.")
@click.option("--seed", type=int, default=1, show_default=True, help="La même graine donne les mêmes octets.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Dossier de sortie.")
@click.option("--kind", type=click.Choice([kind.code for kind in kinds()]), help="Une seule sorte de comptes rendus.")
@click.option(
    "--form",
    "forms",
    type=click.Choice(FORMS),
    multiple=True,
    default=FORMS,
    help="Formes à écrire (toutes par défaut).",
)
@click.option("--stylesheet", is_flag=True, help="Écrire les CDA sous forme autoprésentable.")
def corpus(number: int, seed: int, out: Path, kind: str | None, forms: tuple[str, ...], stylesheet: bool) -> None:
    """Écrire des comptes rendus entièrement fictifs, de 25 sortes, en JSON, CDA N3, CDA N1 et PDF/A."""
    out.mkdir(parents=True, exist_ok=True)
    started, counts = time.perf_counter(), Counter[str]()
    with click.progressbar(reports(number, seed, only=kind or ""), length=number, label="Comptes rendus") as made:
        for one in made:
            _write(one, out, forms, stylesheet=stylesheet)
            counts[one.kind.label] += 1
    for label, count in counts.items():
        click.echo(f"{count:6d}  {label}")
    click.echo(f"{number} comptes rendus dans {out}, en {time.perf_counter() - started:.1f} s.")


def _json(report: LabReport) -> bytes:
    return (to_json(report, indent=2) + "\n").encode()


def _write(made: Made, out: Path, forms: tuple[str, ...], *, stylesheet: bool) -> None:
    name = f"{made.rank:05d}-{made.kind.code}"
    report = made.report
    pdf = b"" if set(forms) == {"json"} else render_pdf(report)
    writers: Mapping[str, tuple[str, Callable[[], bytes]]] = {
        "json": (".json", lambda: _json(report)),
        "n3": (".n3.xml", lambda: write_n3(report, pdf, stylesheet=stylesheet)),
        "n1": (".n1.xml", lambda: write_n1(report, pdf, stylesheet=stylesheet)),
        "pdf": (".pdf", lambda: pdf),
    }
    for form in forms:
        suffix, write = writers[form]
        (out / f"{name}{suffix}").write_bytes(write())
