"""The self-presentable file is the same document inside our sheet, and pages made of documents are harmless."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Protocol

import pytest
from lxml import etree

from eprouvette.standards.crbio import UnreadableCdaError, extract, sheet, to_html, write_n1, write_n3
from eprouvette.standards.report.model import LabReport
from support.cda import find, infoset
from support.reports import routine_report

PDF = b"%PDF-1.4 any bytes"
REPORT = routine_report()


class Writer(Protocol):
    def __call__(self, report: LabReport, pdf: bytes, *, stylesheet: bool = False) -> bytes: ...


XSL = "{http://www.w3.org/1999/XSL/Transform}"
HL7 = "{urn:hl7-org:v3}"


@pytest.mark.parametrize("write", [write_n3, write_n1])
def test_what_is_extracted_says_what_the_plain_document_says(write: Writer) -> None:
    plain = write(REPORT, PDF)
    assert infoset(extract(write(REPORT, PDF, stylesheet=True))) == infoset(plain)
    assert infoset(extract(plain)) == infoset(plain)


def test_texts_that_look_like_markup_survive_the_change_of_prefix() -> None:
    report = routine_report(comments=(' xsi:type="PQ" <c:a> </lab:b> xmlns="urn:hl7-org:v3"', "<", ">"))
    assert infoset(extract(write_n3(report, PDF, stylesheet=True))) == infoset(write_n3(report, PDF))


@pytest.mark.requirement("REQ-CRB-01")
def test_the_file_is_a_stylesheet_whose_first_child_holds_the_prefixed_document() -> None:
    root = etree.fromstring(write_n3(REPORT, PDF, stylesheet=True))
    assert root.tag == f"{XSL}stylesheet"
    first = root[0]
    assert first.tag == "{urn:asip-sante:ci-sis}Contenu"
    document = first[0]
    assert (document.tag, document.prefix) == (f"{HL7}ClinicalDocument", "c")
    types = {found.get("{http://www.w3.org/2001/XMLSchema-instance}type") for found in document.iter()} - {None}
    assert types
    assert all(kind is not None and kind.startswith("c:") for kind in types)


def test_each_form_names_its_sheet() -> None:
    assert b'<?xml-stylesheet type="text/xsl" href="cr-bio.xsl"?>' in write_n3(REPORT, PDF)[:200]
    assert b'<?xml-stylesheet type="text/xsl" href="#feuille"?>' in write_n3(REPORT, PDF, stylesheet=True)[:200]


def test_the_sheet_fetches_nothing_and_runs_nothing() -> None:
    root = etree.fromstring(sheet())
    assert root.get("version") == "1.0"
    names = {etree.QName(element).localname for element in root.iter() if isinstance(element.tag, str)}
    assert not names & {"import", "include", "script", "link", "iframe"}
    assert b"document(" not in sheet()
    assert b"url(" not in sheet()


@pytest.mark.requirement("REQ-CRB-17")
def test_the_page_is_the_same_for_both_forms_and_begins_with_the_patient() -> None:
    page = to_html(write_n3(REPORT, PDF))
    assert page == to_html(write_n3(REPORT, PDF, stylesheet=True))
    assert REPORT.patient.ins is not None
    shown = " ".join(re.sub(r"<[^>]+>", "", page).split())
    for words in ("PAT-TROIS", REPORT.patient.ins.value, "Dr Paul LEVESQUE", "Dr Anne AUBIN", "▲ 1,32", "COFRAC"):
        assert words in shown
    assert page.index('class="patient"') < page.index("<h2>")


def test_the_page_of_an_n1_shows_its_file_and_may_leave_it_out() -> None:
    data = write_n1(REPORT, PDF)
    assert 'data="data:application/pdf;base64,' in to_html(data)
    assert "data:application/pdf" not in to_html(data, attachments=False)


def test_names_with_markup_are_text_in_the_page() -> None:
    report = routine_report(patient=replace(REPORT.patient, birth_family_name="<script>alert(1)</script>"))
    page = to_html(write_n3(report, PDF))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.requirement("REQ-CRB-17")
def test_hostile_narrative_loses_its_tags_and_its_attributes() -> None:
    hostile = (
        b'<text><script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script><img src="http://x.test/a.png"/>'
        b'<content ID="a" styleCode="Bold&quot; onclick=&quot;alert(1)" onclick="alert(2)">mots</content>'
        b'<linkHtml href="javascript:alert(3)">ici</linkHtml><iframe src="http://x.test"/>'
        b'<table onload="x()"><tbody><tr><td colspan="2" style="x">a</td></tr></tbody></table></text>'
    )
    plain = write_n3(REPORT, PDF)
    start = plain.index(b"<text><table>")
    end = plain.index(b"</text>", start) + len(b"</text>")
    page = to_html(plain[:start] + hostile + plain[end:])
    body = page[page.index("<body") :]
    for forbidden in ("<script", "<img", "<iframe", "onclick=", "onload=", 'href="javascript', "style=", 'src="http'):
        assert forbidden not in body
    assert 'colspan="2"' in body
    assert "alert(1)" in body, "its words are kept, as words"


def test_only_our_sheet_is_run_never_the_one_of_the_file() -> None:
    data = write_n3(REPORT, PDF, stylesheet=True).replace(b"<h1>", b"<h1>Feuille \xc3\xa9trang\xc3\xa8re ")
    assert "Feuille étrangère" not in to_html(data)


BOMB = (
    b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    b'<ClinicalDocument xmlns="urn:hl7-org:v3">&b;</ClinicalDocument>'
)
OUTSIDE = (
    b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b'<ClinicalDocument xmlns="urn:hl7-org:v3">&a;</ClinicalDocument>'
)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"pas du XML",
        b"<a/>",
        b"<ClinicalDocument/>",
        write_n3(REPORT, PDF)[:-30],
        BOMB,
        OUTSIDE,
        b"<a>" * 5000 + b"</a>" * 5000,
        write_n3(REPORT, PDF, stylesheet=True).replace(b"ClinicalDocument", b"AutreDocument"),
        "é".encode("utf-16"),
    ],
    ids=["empty", "words", "other", "no-namespace", "truncated", "bomb", "outside", "deep", "no-document", "utf16"],
)
def test_what_is_not_a_cda_is_refused_by_both_readers(data: bytes) -> None:
    for read in (extract, to_html):
        with pytest.raises(UnreadableCdaError) as caught:
            read(data)
        assert caught.value.message


def test_two_documents_in_one_file_are_refused() -> None:
    data = write_n3(REPORT, PDF, stylesheet=True)
    start, end = data.index(b"<c:ClinicalDocument"), data.index(b"</data:Contenu>")
    doubled = data[:end] + data[start:end] + data[end:]
    with pytest.raises(UnreadableCdaError):
        extract(doubled)


def test_the_narrative_of_the_pdf_copy_points_at_its_media() -> None:
    plain = write_n3(REPORT, PDF)
    media = find(plain, "//h:observationMedia")[0]
    shown = find(plain, "//h:renderMultiMedia")[0]
    assert media.get("ID") == shown.get("referencedObject")
