"""Microbiology, pictures, other laboratories, corrections: written, shown, and nothing to say against them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from eprouvette.core.coded import Coded
from eprouvette.standards.conformance import check
from eprouvette.standards.crbio import to_html, write_n1, write_n3
from eprouvette.standards.report.codec import from_json, to_json
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.results import Battery, Entry, Image, Isolate
from eprouvette.standards.report.rules import violations
from support.rich_reports import corrected, curve, electrophoresis, rich_reports, urine_culture

PDF = b"%PDF-1.4 any bytes"
NS = {"h": "urn:hl7-org:v3"}


def found(report: LabReport, path: str) -> list[str]:
    """The values that ``path`` selects in the N3."""
    selected = etree.fromstring(write_n3(report, PDF)).xpath(path, namespaces=NS)
    assert isinstance(selected, list)
    return [str(one) for one in selected]


@pytest.mark.parametrize("name", list(rich_reports()))
def test_our_rules_have_nothing_to_say(name: str) -> None:
    report = rich_reports()[name]
    assert check(write_n3(report, PDF)) == ()
    assert check(write_n3(report, PDF, stylesheet=True)) == ()
    assert check(write_n1(report, PDF)) == ()


@pytest.mark.parametrize("name", list(rich_reports()))
def test_the_json_form_comes_back_equal(name: str) -> None:
    report = rich_reports()[name]
    assert from_json(to_json(report)) == report


def test_an_isolate_holds_its_organism_its_results_and_its_antibiogram() -> None:
    isolate = "//h:organizer[@classCode='CLUSTER'][h:specimen][1]"
    assert found(urine_culture(), f"{isolate}//h:specimenPlayingEntity/h:code/@code") == ["112283007"]
    assert found(urine_culture(), f"{isolate}//h:specimenPlayingEntity/h:code/h:translation/@code") == ["562"]
    batteries = f"{isolate}/h:component/h:organizer[@classCode='BATTERY']"
    assert found(urine_culture(), f"{batteries}/h:code/@code") == ["18769-0"]
    assert found(urine_culture(), f"{batteries}//h:interpretationCode/@code") == ["R", "I", "S", "S"]


def test_an_organism_without_code_is_named_by_its_words() -> None:
    second = "(//h:specimenPlayingEntity)[2]/h:code"
    assert found(urine_culture(), f"{second}/@code") == []
    assert len(found(urine_culture(), f"{second}/h:originalText/h:reference/@value")) == 1


def test_the_page_shows_microbiology_in_words() -> None:
    page = to_html(write_n3(urine_culture(), PDF))
    for words in ("Escherichia coli", "Résistant", "Intermédiaire", "Sensible", "avis spécialisé", "Fièvre, brûlures"):
        assert words in page


def test_the_page_shows_each_picture_once_and_names_the_other_method() -> None:
    page = to_html(write_n3(electrophoresis(), PDF))
    assert page.count("data:image/png;base64,") == 2
    assert "Tracé agrandi" in page
    assert "autre méthode : " in page
    assert "Calculé : albumine / (protéines totales - albumine)" in page


def test_another_laboratory_is_said_at_each_level() -> None:
    performers = found(corrected(), "//h:structuredBody//h:performer/parent::*/@classCode")
    assert sorted(performers) == ["ACT", "BATTERY", "OBS", "OBS"]
    assert "Réalisé par LABORATOIRE DE BIOLOGIE SPÉCIALISÉE (Dr Claire LOIN)" in to_html(write_n3(corrected(), PDF))


def test_second_intention_has_its_own_act_and_its_joined_pdf() -> None:
    act = "//h:documentationOf/h:serviceEvent[h:code/@code='1443252']"
    assert len(found(corrected(), f"{act}/h:effectiveTime/h:low/@value")) == 1
    sections = "//h:section[h:templateId/@root='1.2.250.1.213.1.1.2.60']"
    assert found(corrected(), f"{sections}/h:title/text()") == ["Caryotype constitutionnel", "Annexe"]
    assert len(found(corrected(), f"{sections}//h:value[@mediaType='application/pdf']/text()")) == 2


def test_a_corrected_report_says_what_it_replaces_and_what_changed() -> None:
    assert found(corrected(), "//h:relatedDocument[@typeCode='RPLC']//h:id/@root") == [corrected().document.replaces]
    page = to_html(write_n3(corrected(), PDF))
    assert "Modifications depuis la version précédente" in page
    assert "1,32 g/L au lieu de 13,2 g/L" in page


def entry(report: LabReport, kind: type) -> Entry:
    return next(one for one in report.chapters[0].sections[0].entries if isinstance(one, kind))


def with_entry(report: LabReport, before: Entry, after: Entry) -> LabReport:
    section = report.chapters[0].sections[0]
    entries = tuple(after if one is before else one for one in section.entries)
    chapter = replace(report.chapters[0], sections=(replace(section, entries=entries),))
    return replace(report, chapters=(chapter, *report.chapters[1:]))


def test_an_isolate_that_contradicts_itself_is_refused_with_its_place() -> None:
    report = urine_culture()
    isolate = entry(report, Isolate)
    assert isinstance(isolate, Isolate)
    organism = isolate.organism
    local = Coded("ECOLI", "1.2.3", "E. coli")
    wrong = {
        "organism.text": replace(isolate, organism=replace(organism, text=" ")),
        "organism.coded.system": replace(isolate, organism=replace(organism, coded=local)),
        "organism.taxonomy.system": replace(isolate, organism=replace(organism, taxonomy=local)),
        "organism.coded": replace(isolate, organism=replace(organism, coded=None)),
        "observations": replace(isolate, observations=(), batteries=()),
        "status": replace(isolate, status="active"),
        "batteries[0].observations": replace(isolate, batteries=(Battery("Antibiogramme", ()),)),
    }
    for place, changed in wrong.items():
        paths = [one.path for one in violations(with_entry(report, isolate, changed))]
        assert f"chapters[0].sections[0].entries[2].{place}" in paths, place


def test_a_picture_and_a_joined_document_are_judged() -> None:
    report = electrophoresis()
    whole = entry(report, Image)
    assert isinstance(whole, Image)
    cut = with_entry(report, whole, replace(whole, content=curve()[:-300]))
    assert [one.path for one in violations(cut)] == ["chapters[0].sections[0].entries[1].content"]
    joined = corrected()
    attachment = replace(joined.attachments[0], content=b"hello", title="")
    paths = [one.path for one in violations(replace(joined, attachments=(attachment,)))]
    assert paths == ["attachments[0].title", "attachments[0].content"]


def test_a_correction_says_what_changed_and_is_never_a_first_version() -> None:
    report = corrected()
    assert report.revision is not None
    silent = replace(report, revision=replace(report.revision, changes=("",)))
    assert [one.path for one in violations(silent)] == ["revision.changes"]
    first = replace(report, document=replace(report.document, version=1, replaces=None))
    assert [one.path for one in violations(first)] == ["revision"]
