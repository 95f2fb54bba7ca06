"""Isolates and pictures in a message: what OBX-4 groups, what is refused at which place."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from eprouvette.exchange.intake.growth import Growth
from eprouvette.exchange.intake.reading import Content, content_of
from eprouvette.lab.catalogue.growth import AntibioticName, MarkerName, OrganismName, book
from eprouvette.lab.results.microbiology import read_quantity
from eprouvette.standards.hl7v2 import er7
from eprouvette.standards.hl7v2.errors import Hl7Error
from eprouvette.standards.hl7v2.oru import read_results

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
GROWTH = Growth(
    book(
        (OrganismName(1, "ECOL", "Escherichia coli", "112283007"),),
        (
            AntibioticName(1, "AMP", "Ampicilline", mic="28-1", disk="29-9", loinc="18864-9"),
            AntibioticName(2, "CTX", "Céfotaxime", mic="108-1", disk="109-9", loinc="18886-2"),
        ),
        (MarkerName(1, "BLSE", "BLSE", "6984-9"),),
    ),
    frozenset({"ECBUC", "630-4"}),
    frozenset({"Absence de germe", "Culture positive"}),
)
HEAD = (
    "MSH|^~\\&|MW|LAB|SGL|LABO|20261125094000+0100||ORU^R01^ORU_R01|42|P|2.5|||||FRA|UNICODE UTF-8",
    "OBR|1|P-1|D26-0001|ECBU",
)
CULTURE = "OBX|1|CE|ECBUC^Culture^99LABO||POS^Culture positive^99LABO||||||F"
COLI = "OBX|2|CE|6463-4^Bactérie^LN|1|ECOL^Escherichia coli^99LABO^112283007^Escherichia coli^SCT||||||F"


def content(*lines: str) -> Content:
    message = er7.parse("\r".join((*HEAD, *lines)))
    return content_of(read_results(message), NOW, GROWTH)


def test_the_lines_of_one_sub_id_are_one_isolate_and_the_others_ordinary_results() -> None:
    said = content(
        CULTURE,
        COLI,
        "NTE|1||Souche à conserver.",
        "OBX|3|SN|AMP^Ampicilline^99LABO|1|>^16|mg/L||R|||F|||20261125083000+0100|||^Vitek",
        "OBX|4|NM|X^Céfotaxime^99LABO^108-1^CTX^LN|1|0.25|ug/mL||S|||F",
        "OBX|5|NM|109-9^CTX disque^LN|1|28|mm||S|||F",
        "OBX|6|CE|BLSE^BLSE^99LABO|1|NEG^Absence^99LABO||||||F",
        "OBX|7|SN|51480-2^Numération^LN|1|>=^100000|/mL|||||F",
        "OBX|8|CE|ECBUC^Culture^99LABO|2|^Flore polymicrobienne||||||F",
    )
    assert [line.exam_code for line in said.results] == ["ECBUC"]
    coli, flora = said.isolates
    assert (coli.exam_codes, coli.rank, coli.organism, coli.words) == ((), 1, "ECOL", "Escherichia coli")
    assert (coli.comment, coli.quantity, coli.quantity_place) == ("Souche à conserver.", ">=100000", "OBX^7")
    assert [(test.antibiotic, test.mic, test.diameter, test.category, test.unit) for test in coli.tests] == [
        ("AMP", ">16", "", "R", "mg/L"),
        ("CTX", "0.25", "28", "S", "ug/mL"),
    ]
    assert coli.tests[0].method == "Vitek"
    assert [(mark.marker, mark.found) for mark in coli.marks] == [("BLSE", "Absence")]
    assert coli.measured_at == NOW
    assert (flora.exam_codes, flora.rank, flora.organism, flora.words) == (
        ("ECBUC",),
        2,
        "",
        "Flore polymicrobienne",
    )
    assert (coli.whole, flora.whole) == (False, False)


def test_a_category_alone_is_in_obx_5_or_in_obx_8() -> None:
    said = content(COLI, "OBX|3|ST|AMP|1|R||||||F", "OBX|4|ST|CTX|1|||S|S|||F", "OBX|5|ST|18864-9^^LN|2|S|||S|||F")
    assert [(test.antibiotic, test.category, test.mic) for test in said.isolates[0].tests] == [
        ("AMP", "R", ""),
        ("CTX", "S", ""),
    ]
    assert [(test.antibiotic, test.category) for test in said.isolates[1].tests] == [("AMP", "S")]


def test_an_antibiogram_without_identification_completes_an_isolate() -> None:
    said = content("OBX|1|SN|AMP^^99LABO|3|<=^2|mg/L||S|||F")
    assert [(isolate.rank, isolate.organism, isolate.words) for isolate in said.isolates] == [(3, "", "")]


def test_the_culture_is_the_one_named_else_the_one_that_obr_4_asks_for() -> None:
    message = er7.parse("\r".join((HEAD[0], HEAD[1].replace("|ECBU", "|X^^99LABO^630-4^^LN"), COLI)))
    assert content_of(read_results(message), NOW, GROWTH).isolates[0].exam_codes == ("630-4",)
    assert content(COLI).isolates[0].exam_codes == ()


def test_a_count_in_a_unit_that_is_not_ours_is_given_with_it_to_be_refused() -> None:
    said = content(COLI, "OBX|3|NM|51480-2^^LN|1|1000|/L|||||F").isolates[0]
    assert said.quantity == "1000 /L"
    assert read_quantity(said.quantity) is None


def test_a_run_number_makes_no_isolate_of_an_ordinary_result() -> None:
    said = content("OBX|1|NM|GLU^Glucose^99LABO|1|0.98|g/L|||||F", "OBX|2|NM|GLU^Glucose^99LABO|2|0.99|g/L|||||F")
    assert (len(said.results), said.isolates) == (2, ())


def test_a_line_that_nobody_knows_stays_an_ordinary_result_to_be_refused_at_its_place() -> None:
    said = content(COLI, "OBX|3|SN|ZZZ^Inconnu^99LABO|1|<=^2|mg/L||S|||F")
    assert [(line.exam_code, line.place) for line in said.results] == [("ZZZ", "OBX^2")]


def test_lines_withdrawn_or_to_come_are_not_tested() -> None:
    said = content(COLI, "OBX|3|SN|AMP|1|<=^2|mg/L||S|||X", "OBX|4|SN|CTX|1|||||||I")
    assert said.isolates[0].tests == ()


@pytest.mark.parametrize(
    ("lines", "location"),
    [
        ((COLI.replace("|1|ECOL", "|A|ECOL"),), "OBX^1^4"),
        ((COLI.replace("|1|ECOL", "|0|ECOL"),), "OBX^1^4"),
        ((COLI.replace("|1|ECOL", "|100|ECOL"),), "OBX^1^4"),
        ((COLI, COLI.replace("OBX|2", "OBX|3")), "OBX^2^4"),
        ((COLI.replace("||||||F", "||||||D"),), "OBX^1^11"),
        ((COLI, "OBX|3|ST|AMP|1|R|||S|||F"), "OBX^2^8"),
        (("OBX|1|ED|GLU^Courbe||^image^png^Base64^%%%||||||F",), "OBX^1^5"),
        (("OBX|1|ED|GLU^Courbe||^application^pdf^Base64^AAAA||||||F",), "OBX^1^2"),
        (("OBX|1|ED|GLU^Courbe||^image^png^A^AAAA||||||F",), "OBX^1^2"),
    ],
)
def test_each_fault_names_its_place(lines: tuple[str, ...], location: str) -> None:
    with pytest.raises(Hl7Error) as caught:
        content(*lines)
    assert caught.value.location == location


def test_a_picture_comes_with_its_type_its_bytes_and_its_exam() -> None:
    data = base64.b64encode(b"\xff\xd8 not yet judged").decode()
    said = content(f"OBX|1|ED|ELP^Courbe^99LABO^2862-1^Albumine^LN||^image^JPG^Base64^{data}||||||F")
    picture = said.pictures[0]
    assert (picture.exam_codes, picture.label, picture.media_type) == (("ELP", "2862-1"), "Courbe", "image/jpeg")
    assert (picture.content, picture.place) == (b"\xff\xd8 not yet judged", "OBX^1")
    assert said.results == ()
