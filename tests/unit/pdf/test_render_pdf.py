"""The PDF: valid PDF/A-1b, same bytes for the same report, and every word of the report on paper."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings

from eprouvette.standards.pdf import render, rows, wording
from eprouvette.standards.pdf.content import content
from eprouvette.standards.pdf.errors import MissingGlyphError
from eprouvette.standards.pdf.flow import Json
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report import walk
from eprouvette.standards.report.house import CONTRAST, PLAIN, contrast_with_white
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.results import Battery, Observation
from eprouvette.standards.report.words import PAGE, day_and_hour, person, unit
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
        "critical": report_with_marks(),
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


def printed_rows(section: dict[str, Json]) -> list[dict[str, Json]]:
    """Every row of a section of `content`, in order."""
    blocks = section["blocks"]
    assert isinstance(blocks, list)
    found = []
    for block in blocks:
        assert isinstance(block, dict)
        held = block.get("rows", [])
        assert isinstance(held, list)
        found += [row for row in held if isinstance(row, dict)]
    return found


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
    assert "Matricule INS" not in [trait[0] for trait in _traits(routine_report(patient=PROVISOIRE))]


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
    for count in range(1, 45):
        longer = replace(section, entries=(section.entries * count)[:count])
        last = replace(chapter, sections=(*chapter.sections[:-1], longer))
        text = pages(render_pdf(replace(report, chapters=(*report.chapters[:-1], last), comments=())))[-1]
        if section.samples[-1].id.extension not in text:
            lonely.append(count)
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
    details = [str(row["detail"]) for row in printed_rows(section) if "detail" in row]
    told = [kind for detail in details for kind in ("Sérum", "Plasma") if kind in detail.split(", ")]
    assert len(told) > 1
    assert all(before != after for before, after in pairwise(told))


def test_two_tubes_of_one_kind_are_told_apart_by_their_numbers() -> None:
    report = routine_report()
    section = report.chapters[0].sections[0]
    first, second = section.samples
    alike = replace(section, samples=(first, replace(second, type=first.type)))
    printed = rows.section(alike, "s").finished()
    details = " ".join(str(row["detail"]) for row in printed_rows({"blocks": printed}) if "detail" in row)
    assert f"Prélèvement {first.id.extension}" in details
    assert f"Prélèvement {second.id.extension}" in details


def test_an_antibiogram_is_printed_with_its_words() -> None:
    text = " ".join(pages(render_pdf(urine_culture())))
    for words in (
        "Isolat : Escherichia coli",
        "Résistant",
        "Intermédiaire",
        "Sensible",
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


def report_with_marks() -> LabReport:
    """A critical result, and one of each code that has words of its own."""
    report = routine_report()
    section = report.chapters[1].sections[0]
    battery = section.entries[0]
    assert isinstance(battery, Battery)
    codes = ("HH", "L", "R", "POS", "E", "NEG", "S", "CAR", "U")
    marked = tuple(replace(one, interpretation=code) for one, code in zip(battery.observations, codes, strict=False))
    shown = replace(section, entries=(replace(battery, observations=marked),))
    return replace(report, chapters=(replace(report.chapters[1], sections=(shown,)),))


@pytest.mark.requirement("REQ-CRB-13")
def test_critical_results_are_said_first_and_every_interpretation_has_its_words() -> None:
    text = " ".join(pages(render_pdf(report_with_marks())))
    assert text.index("Valeur critique") < text.index("NFS - Hémogramme")
    assert re.search(r"▲▲ ?Leucocytes : 6,2 G/L", text)
    for words in ("Critique", "Résistant", "Positif", "Équivoque", "Négatif", "Sensible", "Porteur"):
        assert words in text
    assert "▲▲ : très anormalement haut, alerte" in text
    assert "▼ : anormalement bas" in text


@pytest.mark.requirement("REQ-CRB-03")
@pytest.mark.parametrize("name", ["routine", "corrected"])
def test_the_paper_says_every_element_of_the_header(name: str) -> None:
    report = {"routine": routine_report(), "corrected": rich_reports()["corrected"]}[name]
    text = " ".join(pages(render_pdf(report)))
    document, event, encounter = report.document, report.service_event, report.encounter
    people = [report.order.prescriber, report.legal_authenticator.by, event.director, encounter.responsible]
    people += [*report.copies, *(one.by for one in report.validators)]
    wanted = [
        document.id,
        document.set_id,
        event.id.extension,
        report.order.id.extension,
        encounter.facility_type.display,
    ]
    wanted += [person(who.name) for who in people] + [who.id.extension for who in people]
    wanted += [who.specialty.display for who in people if who.specialty]
    wanted += [report.custodian.name, report.custodian.id.extension, "Éprouvette SGL (Éprouvette)", "normale"]
    moments = [encounter.started_at, event.started_at, event.performed_at, document.created_at]
    wanted += [day_and_hour(moment) for moment in moments]
    wanted += [contact for who in people for contact in map(wording.contact, who.telecoms)]
    assert [words for words in wanted if flat(words) not in text] == []


def test_the_file_says_its_title_and_its_language() -> None:
    with pikepdf.open(io.BytesIO(render_pdf(routine_report()))) as document:
        assert str(document.Root.Lang) == "fr"
        assert str(document.docinfo["/Title"]) == "Compte rendu d'examens biologiques"


def test_words_stand_out_enough_from_what_is_under_them() -> None:
    template = (Path(render.__file__).parent / "report.typ").read_text(encoding="utf-8")
    colours = dict(re.findall(r'#let ([a-z]+) = rgb\("(#[0-9a-f]{6})"\)', template))
    assert {"ink", "soft", "pale"} <= colours.keys()
    for name in ("ink", "soft"):
        on_pale = contrast_with_white(colours[name]) / contrast_with_white(colours["pale"])
        assert on_pale >= CONTRAST
