"""The laboratory's dress: what is refused, and that both media wear it."""

from __future__ import annotations

import io

import pytest
from lxml import etree
from PIL import Image

from eprouvette.standards.conformance import check
from eprouvette.standards.crbio import sheet, to_html, write_n3
from eprouvette.standards.pdf.content import content
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report.house import MAX_LOGO, PLAIN, House, Logo, contrast_with_white, faults
from support.reports import routine_report


def picture(width: int = 300, height: int = 100) -> bytes:
    output = io.BytesIO()
    Image.new("RGBA", (width, height), (120, 30, 60, 128)).save(output, "PNG")
    return output.getvalue()


DRESSED = House(
    accent="#7a1f3d",
    logo=Logo(picture(), "image/png", 'Trois "épis" {dorés}'),
    header=("Ouvert du lundi au samedi <8 h - 18 h>", "Urgences : 03 84 00 00 99"),
    footer="SELAS des Trois Épis, RCS Lons-le-Saunier",
    mentions=(
        "Les examens marqués d'un rond ne sont pas couverts par l'accréditation.",
        "Sous-traitance : & compagnie.",
    ),
)


def test_the_plain_dress_and_a_whole_one_are_good() -> None:
    assert faults(PLAIN) == ()
    assert faults(DRESSED) == ()


@pytest.mark.parametrize(
    ("house", "field", "words"),
    [
        (House(accent="bleu"), "accent", "#rrvvbb"),
        (House(accent="#ffe08a"), "accent", "trop claire"),
        (House(logo=Logo(b"<svg onload='x'/>", "image/png", "logo")), "logo", "pas une image PNG"),
        (House(logo=Logo(picture()[:60], "image/png", "logo")), "logo", "abîmée"),
        (House(logo=Logo(b"x" * (MAX_LOGO + 1), "image/png", "logo")), "logo", "dépasse 60 ko"),
        (House(logo=Logo(picture(), "image/png", " ")), "logo", "ce que montre le logo"),
        (House(header=("a",) * 5), "header", "au plus 4 lignes"),
        (House(footer="a" * 161), "footer", "160 caractères"),
        (House(mentions=("a" * 601,)), "mentions", "600 caractères"),
        (House(mentions=("a\x00b",)), "mentions", "caractère invisible"),
    ],
)
def test_what_cannot_be_used_is_said(house: House, field: str, words: str) -> None:
    found = faults(house)
    assert [name for name, _ in found] == [field]
    assert words in found[0][1]


def test_the_contrast_is_that_of_wcag() -> None:
    assert contrast_with_white("#000000") == pytest.approx(21)
    assert contrast_with_white("#ffffff") == pytest.approx(1)
    assert contrast_with_white("#767676") == pytest.approx(4.54, abs=0.01)


def test_the_sheet_wears_it_and_stays_a_sheet() -> None:
    worn = sheet(DRESSED)
    etree.fromstring(worn)
    assert b"--accent:#7a1f3d" in worn
    page = to_html(write_n3(routine_report(), b"%PDF-1.4 x"), house=DRESSED)
    for words in ("&lt;8 h - 18 h&gt;", "Urgences : 03 84 00 00 99", "Sous-traitance : &amp; compagnie.", "RCS Lons"):
        assert words in page
    assert 'src="data:image/png;base64,' in page
    assert etree.HTML(page).xpath("string(//img/@alt)") == 'Trois "épis" {dorés}'


def test_the_plain_sheet_has_no_trace_of_a_dress() -> None:
    for mark in (b"<!--LOGO-->", b"<!--ENTETE-->", b"<!--MENTIONS-->"):
        assert mark not in sheet()
    assert b'class="mentions"' not in sheet()


def test_the_self_presentable_document_carries_it_and_our_rules_agree() -> None:
    data = write_n3(routine_report(), b"%PDF-1.4 x", stylesheet=True, house=DRESSED)
    assert check(data) == ()
    assert b"#7a1f3d" in data
    assert data != write_n3(routine_report(), b"%PDF-1.4 x", stylesheet=True)


def test_the_paper_wears_it() -> None:
    printed = content(routine_report(), DRESSED)["house"]
    assert isinstance(printed, dict)
    assert printed["accent"] == "#7a1f3d"
    assert printed["mentions"] == list(DRESSED.mentions)
    assert render_pdf(routine_report(), DRESSED) != render_pdf(routine_report())
