"""The PDF: valid PDF/A-1b, same bytes for the same report, and every word of the report on paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from eprouvette.standards.pdf import wording
from eprouvette.standards.pdf.content import content
from eprouvette.standards.pdf.errors import MissingGlyphError
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report import walk
from eprouvette.standards.report.house import PLAIN
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.results import Observation
from eprouvette.standards.report.words import PAGE, unit
from support.report_data import LONGEST, PROVISOIRE
from support.reports import forty_results, reports, routine_report
from support.rich_reports import rich_reports, urine_culture

JARS = tuple(
    Path("/usr/share/java") / f"{name}.jar"
    for name in (
        "preflight",
        "pdfbox2",
        "xmpbox",
        "commons-logging",
        "fontbox2",
        "commons-io",
        "jaxb-api",
        "javax.activation",
    )
)
PREFLIGHT = Path(__file__).resolve().parents[2] / "support/preflight"


def observations(report: LabReport) -> list[Observation]:
    entries = [entry for chapter in report.chapters for section in chapter.sections for entry in section.entries]
    return [observation for entry in entries for _, observation in walk.observations(entry)]


def pages(pdf: bytes) -> list[str]:
    """The text of each page, blanks joined."""
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext is absent (Debian package poppler-utils)")
    found = subprocess.run([tool, "-layout", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    return [" ".join(page.split()) for page in found.stdout.decode().split("\f")[:-1]]


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.java
def test_pdfbox_preflight_finds_no_error(tmp_path: Path) -> None:
    if shutil.which("javac") is None or not all(jar.is_file() for jar in JARS):
        pytest.skip(
            "PDFBox Preflight is absent (Debian packages libpdfbox2-java, libjaxb-api-java and default-jdk-headless)"
        )
    cases = {
        "routine": routine_report(),
        "forty": forty_results(),
        "longest": routine_report(patient=LONGEST),
        **{name.replace(" ", "-"): report for name, report in rich_reports().items()},
        "provisional": routine_report(patient=PROVISOIRE, copies=(), attending=None, sampler=None, comments=()),
    }
    for name, report in cases.items():
        (tmp_path / f"{name}.pdf").write_bytes(render_pdf(report))
    files = [str(path) for path in sorted(tmp_path.glob("*.pdf"))]
    path = ":".join([str(tmp_path), *map(str, JARS)])
    sources = [str(source) for source in sorted(PREFLIGHT.rglob("*.java"))]
    subprocess.run(["javac", "-cp", path, "-d", str(tmp_path), *sources], check=True, timeout=120)
    judged = subprocess.run(
        ["java", "-cp", path, "Preflight", *files],
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert judged.returncode == 0, judged.stdout + judged.stderr


def test_the_same_report_gives_the_same_bytes() -> None:
    first = render_pdf(routine_report())
    render_pdf(forty_results())
    assert render_pdf(routine_report()) == first


def test_every_name_value_unit_and_range_is_printed() -> None:
    report = forty_results()
    text = " ".join(pages(render_pdf(report)))
    for observation in observations(report):
        assert observation.value is not None
        assert observation.code.label in text
        row = f"{flat(PAGE.value(observation.value))} {unit(observation.value)}"
        assert row.strip() in text
        assert flat(wording.reference(observation.reference)) in text


def test_the_first_page_has_all_traits_and_the_next_ones_the_short_set() -> None:
    report = routine_report()
    first, *others = pages(render_pdf(report))
    for trait in ("PAT-TROIS", "DOMINIQUE MARIE-LOUISE", "28/03/1979", "féminin", "DOMPREMY (51215)", "IPP-000127"):
        assert trait in first
    assert "2 79 03 51 215 189 89 (NIR de test)" in first
    for words in ("LABORATOIRE DES TROIS ÉPIS", "8-9999", "Dr Paul LEVESQUE", "Dr Inès DUMOULIN", "ORD-55120"):
        assert words in first
    assert others
    for page in others:
        assert "PAT-TROIS DOMINIQUE" in page
        assert "28/03/1979" in page
        assert "26071-0127" in page


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(reports())
def test_any_report_is_typeset_and_numbers_its_pages(report: LabReport) -> None:
    found = pages(render_pdf(report))
    for number, page in enumerate(found, 1):
        assert f"Page {number} / {len(found)}" in page


def test_an_abandoned_test_says_why_and_a_replacement_says_what_it_replaces() -> None:
    document = replace(routine_report().document, version=2, replaces="1.2.250.1.1", id="1.2.250.1.2")
    text = " ".join(pages(render_pdf(routine_report(document=document))))
    assert "Non réalisé" in text
    assert "sérum hémolysé" in text
    assert "annule et remplace la version 1" in text


def test_abnormal_results_carry_a_mark_that_ink_alone_can_show() -> None:
    text = " ".join(pages(render_pdf(routine_report())))
    assert re.search(r"▲ ?1,32", text)
    assert re.search(r"▼ ?10,9", text)


def test_a_patient_without_ins_has_no_ins_on_paper() -> None:
    assert "INS" not in [trait[0] for trait in _traits(routine_report(patient=PROVISOIRE))]


def _traits(report: LabReport) -> list[list[str]]:
    patient = content(report, PLAIN)["patient"]
    assert isinstance(patient, dict)
    return patient["traits"]  # type: ignore[return-value]  # pairs of words, by construction


def test_a_character_without_glyph_is_refused_with_its_place() -> None:
    with pytest.raises(MissingGlyphError) as caught:
        render_pdf(routine_report(comments=("Résultat normal.", "日")))
    assert caught.value.place == "comments[1]"
    assert "U+65E5" in caught.value.message
    assert caught.value.hint


def test_markup_in_a_comment_stays_text() -> None:
    text = " ".join(pages(render_pdf(routine_report(comments=("#panic() *gras* $x$ \\ <b>",)))))
    assert "#panic() *gras* $x$ \\ <b>" in text


def test_the_signature_never_stands_alone_on_the_last_page() -> None:
    report = routine_report()
    chapter = report.chapters[-1]
    section = chapter.sections[-1]
    assert section.samples
    lonely = []
    for rows in range(1, 45):
        longer = replace(section, entries=(section.entries * rows)[:rows])
        last = replace(chapter, sections=(*chapter.sections[:-1], longer))
        text = pages(render_pdf(replace(report, chapters=(*report.chapters[:-1], last), comments=())))[-1]
        if section.samples[-1].id.extension not in text:
            lonely.append(rows)
    assert lonely == []


def test_a_chapter_is_not_named_twice_in_a_row_and_a_tube_is_said_where_it_changes() -> None:
    report = routine_report()
    chapter = report.chapters[0]
    first = replace(chapter.sections[0], code=chapter.code)
    printed = content(replace(report, chapters=(replace(chapter, sections=(first,)),)), PLAIN)["chapters"]
    assert isinstance(printed, list)
    (only,) = printed
    assert isinstance(only, dict)
    assert isinstance(only["sections"], list)
    (section,) = only["sections"]
    assert isinstance(section, dict)
    assert (only["title"], section["title"]) == (chapter.code.display, "")
    assert isinstance(section["rows"], list)
    details = [row["detail"] for row in section["rows"] if isinstance(row, dict) and "detail" in row]
    tubes = [str(detail).partition("Prélèvement ")[2] for detail in details]
    told = [tube for tube in tubes if tube]
    assert len(told) > 1
    assert all(before != after for before, after in pairwise(told))


def test_an_antibiogram_is_printed_with_its_words() -> None:
    text = " ".join(pages(render_pdf(urine_culture())))
    for words in (
        "Isolat : Escherichia coli",
        "Résistant (R)",
        "Intermédiaire (I)",
        "Sensible (S)",
        "Fièvre, brûlures",
    ):
        assert words in text


def test_other_laboratories_corrections_and_joined_documents_are_printed() -> None:
    text = " ".join(pages(render_pdf(rich_reports()["corrected"])))
    for words in (
        "Réalisé par LABORATOIRE DE BIOLOGIE SPÉCIALISÉE (Dr Claire LOIN)",
        "Corrigé par Dr Anne AUBIN",
        "1,32 g/L au lieu de 13,2 g/L",
        "Caryotype constitutionnel",
        "annule et remplace la version 1",
    ):
        assert words in text


def test_another_method_and_a_calculation_are_said_on_paper() -> None:
    text = " ".join(pages(render_pdf(rich_reports()["electrophoresis"])))
    assert "36,0 *" in text
    assert "antériorité mesurée par une autre méthode" in text
    assert "Calculé : albumine" in text
