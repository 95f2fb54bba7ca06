"""Where pages are cut: nothing is parted from what it belongs to, and a reader of any page knows what it reads."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report.results import Battery, Entry, Isolate, Observation
from support.report_data import DOMINIQUE, LONGEST
from support.reports import routine_report
from support.rich_reports import antibiogram, urine_culture

if TYPE_CHECKING:
    from eprouvette.standards.report.model import LabReport
    from eprouvette.standards.report.people import Patient

HEAD = "Examen Résultat Unité Interprétation Valeurs de référence Antériorités"
COMMENT = "Prélèvement à jeun déclaré par la patiente."


@cache
def one() -> Observation:
    """The first result of the routine report, without its comment."""
    found = routine_report().chapters[0].sections[0].entries[0]
    assert isinstance(found, Observation)
    return replace(found, comments=(), priors=(), method=None)


def results(number: int) -> tuple[Observation, ...]:
    return tuple(replace(one(), code=replace(one().code, label=f"Examen n° {rank}")) for rank in range(1, number + 1))


def report_of(*entries: Entry) -> LabReport:
    """The routine report with one section, which holds ``entries``."""
    report = routine_report()
    section = replace(report.chapters[0].sections[0], entries=entries, code=None)
    return replace(report, chapters=(replace(report.chapters[0], sections=(section,)),))


def lines(report: LabReport) -> list[list[str]]:
    """The lines of each page, blanks joined, without the foot, which numbers them."""
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext is absent (Debian package poppler-utils)")
    given = render_pdf(report)
    found = subprocess.run([tool, "-layout", "-", "-"], input=given, capture_output=True, check=True, timeout=60)
    pages = found.stdout.decode().split("\f")[:-1]
    written = [[" ".join(line.split()) for line in page.splitlines() if line.strip()] for page in pages]
    for number, page in enumerate(written, 1):
        foot = page.pop()
        assert foot.startswith(f"Document {report.document.id}, version 1")
        assert foot.endswith(f"Page {number} / {len(written)}")
    return written


@pytest.mark.parametrize("before", range(14, 44))
def test_a_name_never_ends_a_page_and_is_said_again_on_the_next(before: int) -> None:
    report = report_of(*results(before), Battery("Bilan coupé", results(60)), *results(3))
    pages = lines(report)
    assert len(pages) > 1
    for page in pages:
        assert not page[-1].startswith("Bilan coupé")
        assert page[-1] != HEAD
    for page in pages[1:]:
        opening = next(line for line in page if "(suite)" in line)
        assert opening.startswith("Biochimie (suite)")
        assert page[page.index(opening) + 1] == HEAD
    starts = next(rank for rank, page in enumerate(pages) if "Bilan coupé" in page)
    assert "Bilan coupé (suite)" not in " ".join(pages[starts])
    assert "Biochimie (suite) · Bilan coupé (suite)" in pages[starts + 1]


@pytest.mark.parametrize("before", range(14, 40, 5))
def test_a_battery_that_ended_is_not_said_again(before: int) -> None:
    pages = lines(report_of(*results(before), Battery("Bilan court", results(2)), *results(60)))
    assert "Bilan court (suite)" not in " ".join(pages[-1])
    assert any(line.startswith("Biochimie (suite)") for line in pages[-1])


def test_an_antibiogram_on_two_pages_says_again_its_isolate() -> None:
    isolate = next(entry for entry in urine_culture().chapters[0].sections[0].entries if isinstance(entry, Isolate))
    stock = antibiogram()
    many = tuple(
        replace(stock.observations[rank % 4], code=replace(one().code, label=f"Antibiotique n° {rank}"))
        for rank in range(20)
    )
    cut = replace(isolate, batteries=(replace(stock, observations=many),))
    again = f"Biochimie (suite) · Isolat : {isolate.organism.text} (suite) · {stock.label} (suite)"
    pages = lines(report_of(*results(38), cut))
    opening = next(page for page in pages if again in page)
    assert opening[opening.index(again) + 1] == HEAD
    assert "Antibiotique n° 19" in " ".join(opening)


@pytest.mark.parametrize("before", range(14, 44))
def test_a_comment_never_begins_a_page(before: int) -> None:
    told = replace(one(), comments=(COMMENT,))
    noted = Battery("Bilan", results(1), comments=("Aspect du sérum : limpide.",))
    for report in (report_of(*results(before), told, *results(30)), report_of(*results(before), noted, *results(30))):
        for page in lines(report)[1:]:
            body = page[page.index(HEAD) + 1 :]
            assert not body[0].startswith((COMMENT, "Aspect du sérum"))


def test_a_long_comment_begins_under_its_result_and_loses_no_word() -> None:
    long = " ".join(f"Phrase {rank} du commentaire, assez longue pour remplir une ligne entière." for rank in range(80))
    for before in range(10, 40, 6):
        pages = lines(report_of(*results(before), replace(one(), comments=(long,))))
        place = next(page for page in pages if any("Phrase 0 du" in line for line in page))
        named = [line for line in place if line.startswith("Glucose")]
        assert named
        assert place.index(named[-1]) < next(rank for rank, line in enumerate(place) if "Phrase 0 du" in line)
        text = " ".join(" ".join(page) for page in pages)
        assert all(f"Phrase {rank} du" in text for rank in range(80))


@pytest.mark.parametrize("count", range(20, 44))
def test_what_ends_a_section_stays_with_its_last_result(count: int) -> None:
    pages = lines(report_of(*results(count)))
    last = pages[-1]
    assert any(line.startswith(f"Examen n° {count} ") for line in last)
    assert any("signé électroniquement" in line for line in last)


def test_an_ending_longer_than_a_page_is_printed_whole() -> None:
    comments = tuple(f"Commentaire {rank} : " + "mots " * 150 for rank in range(20))
    pages = lines(replace(report_of(*results(3)), comments=comments))
    text = " ".join(" ".join(page) for page in pages)
    assert all(f"Commentaire {rank} :" in text for rank in range(20))
    assert any("Commentaire 19" in line or "mots mots" in line for line in pages[-1]), "the signature stands alone"


@pytest.mark.requirement("REQ-INS-19")
@pytest.mark.parametrize("patient", [DOMINIQUE, LONGEST], ids=["routine", "longest"])
def test_every_page_after_the_first_has_the_short_set(patient: Patient) -> None:
    pages = lines(replace(report_of(*results(120)), patient=patient))
    assert len(pages) > 2
    for page in pages[1:]:
        text = " ".join(page)
        assert f"{patient.birth_family_name} {patient.first_given_name}" in text
        born = patient.birth_date.french()
        assert "sexe féminin" in text
        assert f"née le {born}" in text
        assert f"nom utilisé {patient.used_family_name}" in text.replace("Compte rendu n° 26071-0127 ", "")
