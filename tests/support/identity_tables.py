"""The tables that decide on identities, as a page for laboratories.

``python -m support.identity_tables`` from ``tests`` writes ``docs/reference/identity.md``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eprouvette.lab.identity.comparison import LABELS, VERDICT_LABELS, compare
from eprouvette.lab.identity.duplicates import LEVEL_LABELS, POINTS, THRESHOLDS
from eprouvette.lab.identity.received import Claim, Course, Source, decide
from eprouvette.lab.identity.rules import (
    EVENT_LABELS,
    EVENTS,
    EXEMPTION_SENTENCES,
    HIGH_TRUST,
    LOW_TRUST,
    STATUS_LABELS,
    Attribute,
    Event,
    Exemption,
    Standing,
    Status,
    marked,
    why_not_insi,
)
from support.identity_cases import COMPARISONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "identity.md"
COURSES = {
    Course.CREATE: "créée",
    Course.UPDATE: "mise à jour",
    Course.KEEP: "gardée",
    Course.CALL_INSI: "INSi appelé",
}
SOURCES = {
    Source.MASTER: "référentiel du domaine",
    Source.CONTRACT: "avec convention",
    Source.STRANGER: "sans convention",
}
CLAIMS = {
    Claim.QUALIFIED: "VALI avec INS",
    Claim.VALIDATED: "VALI sans INS",
    Claim.PROVISIONAL: "PROV, VIDE, autre",
    Claim.DOUBTFUL: "DOUT",
    Claim.FICTITIOUS: "FICT",
    Claim.ANONYMOUS: "ANOM, CACH",
}
KNOWN: tuple[Status | None, ...] = (None, *Status)


def page() -> str:
    """The whole page."""
    parts = (_opening(), _events(), _documents(), _insi(), _comparison(), _received(), _likeness())
    return "\n".join(line for part in parts for line in part) + "\n"


def _table(*header: str) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{' --- |' * len(header)}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _opening() -> Iterator[str]:
    yield "# Les tables de l'identité"
    yield ""
    yield "Règles du RNIV et de PAM-FR telles que le produit les applique. Page écrite par"
    yield "`tests/support/identity_tables.py` à partir des tables mêmes du code : un test la compare à chaque fois."
    yield ""


def _events() -> Iterator[str]:
    yield "## Statuts et événements"
    yield ""
    yield "Le statut après chaque événement, selon le statut d'avant ; « — » : l'événement est refusé avec une phrase."
    yield "L'INS n'est gardée qu'à l'état *récupérée* ou *qualifiée*, et ne sort qu'à l'état *qualifiée*."
    yield ""
    yield from _table("événement", *STATUS_LABELS.values())
    for event in Event:
        after = (EVENTS[event].get(status) for status in Status)
        yield _row(EVENT_LABELS[event], *(STATUS_LABELS[status] if status else "—" for status in after))
    for attribute in Attribute:
        marks = (marked(Standing(status), attribute, on=True).status for status in Status)
        yield _row(f"attribut {attribute.value} posé", *(STATUS_LABELS[status] for status in marks))
    yield ""
    yield "*Douteuse* ou *fictive* : l'identité reste provisoire, sans INS ni appel d'INSi, jusqu'à ce que l'attribut"
    yield "soit levé ; les deux ensemble sont refusés. *Homonyme* va avec tous les statuts."
    yield ""


def _documents() -> Iterator[str]:
    yield "## Documents"
    yield ""
    yield from _table("document", "niveau de confiance")
    for labels, trust in ((HIGH_TRUST, "haut"), (LOW_TRUST, "faible")):
        for label in labels.values():
            yield _row(label, trust)
    yield ""


def _insi() -> Iterator[str]:
    yield "## Quand INSi n'est pas appelé"
    yield ""
    for standing in (Standing(doubtful=True), Standing(fictitious=True), Standing()):
        yield f"- {why_not_insi(standing, Exemption.NONE, provisional_allowed=False)}"
    for sentence in EXEMPTION_SENTENCES.values():
        yield f"- {sentence}"
    yield ""
    yield "La troisième phrase n'est dite qu'avec le réglage `EPROUVETTE_INSI_PROVISIONAL=0`."
    yield ""


def _comparison() -> Iterator[str]:
    yield "## Comparer les traits d'INSi à ceux du dossier"
    yield ""
    yield f"{len(COMPARISONS)} cas ; les autres traits sont identiques. « Récupérer » et « qualifier » disent ce que la"
    yield "comparaison permet ensuite."
    yield ""
    yield from _table("trait", "dossier", "INSi", "verdict", "récupérer", "qualifier", "phrase")
    for case in COMPARISONS:
        comparison = compare(*case.sides())
        line = next(line for line in comparison.lines if line.trait == case.trait)
        sentence = line.sentence.partition(" : ")[2]
        allowed = ("oui" if allowed else "non" for allowed in (comparison.may_retrieve, comparison.may_qualify))
        sides = (f"`{side}`" if side else "(vide)" for side in (case.local, case.insi))
        yield _row(LABELS[case.trait], *sides, VERDICT_LABELS[line.verdict], *allowed, sentence)
    yield ""


def _received() -> Iterator[str]:
    yield "## Identités reçues"
    yield ""
    yield "Ce qui est dit (PID-32 et présence d'une INS), par qui, et ce qu'il en advient selon que la personne est"
    yield "inconnue ici ou connue avec un statut. « INSi appelé » : le statut vaut jusqu'à sa réponse ; cohérente,"
    yield "l'identité est qualifiée."
    yield ""
    yield from _table("émetteur", "dit", "inconnue", *STATUS_LABELS.values())
    for source in Source:
        for claim in Claim:
            outcomes = (decide(source, claim, known) for known in KNOWN)
            cells = (f"{COURSES[one.course]}, {STATUS_LABELS[one.status]}" for one in outcomes)
            yield _row(SOURCES[source], CLAIMS[claim], *cells)
    yield ""
    yield "Hors du référentiel du domaine, des traits ou une INS qui diffèrent de ceux d'un dossier connu n'y changent"
    yield "rien : l'écart est à examiner."
    yield ""


def _likeness() -> Iterator[str]:
    yield "## Doublons proposés"
    yield ""
    levels = " ; ".join(f"{LEVEL_LABELS[level]} : {least} points" for least, level in THRESHOLDS)
    yield f"{levels}. Rien n'est jamais fusionné sans une personne."
    yield ""
    yield from _table("raison", "points")
    for reason, points in POINTS.items():
        yield _row(reason, f"{points:+d}")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
