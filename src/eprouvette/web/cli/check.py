"""``eprouvette check``: judge one document, without a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eprouvette.core.errors import EprouvetteError
from eprouvette.standards import conformance
from eprouvette.standards.conformance.cda import Version

if TYPE_CHECKING:
    from eprouvette.standards.conformance.official import Verdict

UNREADABLE = 2


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--pack",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Ajouter les règles officielles de ce pack (20 s et 1,5 Go).",
)
@click.option(
    "--profile", "version", type=click.Choice(["2024.01", "2021.01"]), default="2024.01", show_default=True,
    help="Version du profil CR-BIO à satisfaire.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Écrire le résultat en JSON.")
@click.pass_context
def check(context: click.Context, file: Path, pack: Path | None, version: Version, as_json: bool) -> None:
    """Contrôler un compte rendu CDA (N3 ou N1, simple ou auto-présentable), et son PDF s'il en contient un.

    Code de sortie : 0 conforme, 1 au moins un constat, 2 document illisible ou règles impossibles à exécuter.
    """
    try:
        data = file.read_bytes()
        findings = conformance.check(data, version=version)
        if conformance.held_pdf(data) is not None:
            findings += conformance.check_pdf(data, version=version)
        verdict = _official(data, pack, version) if pack else None
    except (EprouvetteError, OSError) as error:
        said = error.message if isinstance(error, EprouvetteError) else "Le fichier ne peut pas être lu."
        hint = error.hint if isinstance(error, EprouvetteError) else ""
        click.echo(json.dumps({"error": said, "hint": hint}, ensure_ascii=False) if as_json else said, err=not as_json)
        if hint and not as_json:
            click.echo(f"Que faire : {hint}", err=True)
        context.exit(UNREADABLE)
    if as_json:
        click.echo(json.dumps(_report(findings, verdict), ensure_ascii=False, indent=2))
    else:
        _print(findings, verdict)
    if verdict is not None and verdict.result == "error":
        context.exit(UNREADABLE)
    context.exit(1 if findings or (verdict is not None and verdict.findings) else 0)


def _official(data: bytes, pack: Path, version: Version) -> Verdict:
    from eprouvette.standards.conformance.official import OfficialRunner

    return OfficialRunner(pack, version).judge(data)


def _report(findings: tuple[conformance.Finding, ...], verdict: Verdict | None) -> dict[str, object]:
    official: dict[str, object] = {"result": "not judged"}
    if verdict is not None:
        official = {
            "result": verdict.result,
            "revision": verdict.revision,
            "rules": list(verdict.rules),
            "findings": [finding.as_json() for finding in verdict.findings],
        }
    return {
        "revision": conformance.RULES_REVISION,
        "findings": [finding.as_json() for finding in findings],
        "official": official,
    }


def _print(findings: tuple[conformance.Finding, ...], verdict: Verdict | None) -> None:
    for finding in findings:
        word = "erreur" if finding.severity == "error" else "avertissement"
        click.echo(f"{finding.rule} {word} : {finding.message}\n    {finding.xpath}\n    ({finding.source})")
    click.echo(f"Règles d'Éprouvette {conformance.RULES_REVISION} : {len(findings)} constat(s).")
    if verdict is None:
        click.echo("Règles officielles : non jugé (aucun pack donné).")
        return
    for failure in verdict.failures:
        click.echo(failure)
    said = {"passed": "conforme", "failed": "non conforme", "error": "non évalué en entier"}[verdict.result]
    click.echo(f"Règles officielles {verdict.revision} : {said}, {len(verdict.findings)} constat(s).")
