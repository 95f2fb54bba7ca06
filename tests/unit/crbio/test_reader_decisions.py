"""What the reader does where a document leaves a choice: what is kept, what is taken instead, what is left and said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from lxml import etree

from eprouvette.core import oids
from eprouvette.standards.crbio import write_n3
from eprouvette.standards.crbio.reader import ReadReport, read_report
from eprouvette.standards.report import walk
from eprouvette.standards.report.results import Interval, Limit, Numeric, Observation, Text
from support.reports import routine_report
from support.rich_reports import corrected, told, urine_culture

PDF = b"%PDF-1.4 any bytes"
NS = 'xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
RESULT = ".//{*}observation[{*}templateId]"
Change = Callable[[etree._Element], None]


def read(data: bytes, change: Change) -> ReadReport:
    root = etree.fromstring(data)
    change(root)
    return read_report(etree.tostring(root))


def one(root: etree._Element, path: str) -> etree._Element:
    found = root.find(path)
    assert found is not None, path
    return found


def fragment(text: str) -> etree._Element:
    return etree.fromstring(
        text.replace(" ", f" {NS} ", 1) if " " in text.split(">", 1)[0] else text.replace(">", f" {NS}>", 1)
    )


def put(path: str, text: str) -> Change:
    """Replace the first element of that path."""

    def change(root: etree._Element) -> None:
        old = one(root, path)
        old.addprevious(fragment(text))
        parent = old.getparent()
        assert parent is not None
        parent.remove(old)

    return change


def attribute(path: str, name: str, value: str) -> Change:
    return lambda root: one(root, path).set(name, value)


def results(found: ReadReport) -> list[Observation]:
    entries = [e for chapter in found.report.chapters for section in chapter.sections for e in section.entries]
    return [observation for entry in entries for _, observation in walk.observations(entry)]


def messages(found: ReadReport) -> list[str]:
    return [remark.message for remark in found.remarks]


ROUTINE = write_n3(routine_report(), PDF)


@pytest.mark.parametrize(
    ("stamp", "kept", "words"),
    [
        ("20260312095200", "2026-03-12T09:52:00+01:00", "à l'heure de Paris"),
        ("202607120952", "2026-07-12T09:52:00+02:00", "à l'heure de Paris"),
        ("20260312", "2026-03-12T00:00:00+01:00", "à minuit, heure de Paris"),
        ("20260312095200.123+0100", "2026-03-12T09:52:00+01:00", "fractions de seconde"),
        ("20261312095200+0100", None, "n'existe pas"),
        ("20260312095200+9900", None, "n'existe pas"),
        ("hier", None, "forme attendue"),
    ],
)
def test_a_time_in_another_form_is_kept_as_far_as_it_says_and_the_result_with_it(
    stamp: str, kept: str | None, words: str
) -> None:
    found = read(ROUTINE, attribute(f"{RESULT}/{{*}}effectiveTime", "value", stamp))
    first = results(found)[0]
    assert (first.time.isoformat() if first.time else None) == kept
    assert len(results(found)) == len(results(read_report(ROUTINE)))
    assert [words in message for message in messages(found)] == [True]


def test_a_result_without_time_is_kept_and_written_without_one() -> None:
    def change(root: etree._Element) -> None:
        time = one(root, f"{RESULT}/{{*}}effectiveTime")
        parent = time.getparent()
        assert parent is not None
        parent.remove(time)

    found = read(ROUTINE, change)
    assert results(found)[0].time is None
    assert read_report(write_n3(found.report, PDF)).report == found.report


@pytest.mark.parametrize(
    ("value", "read_as", "words"),
    [
        ('<value xsi:type="PQ" value="1e2" unit="g/L"/>', Numeric(Decimal("1e2"), "g/L"), []),
        ('<value xsi:type="PQ" value="1,2" unit="g/L"/>', Text("1,2 g/L"), ["Ce nombre est illisible"]),
        ('<value xsi:type="ED">&lt; 3</value>', Text("< 3"), []),
        ('<value xsi:type="TS" value="2026"/>', Text("2026"), ["Une valeur de type TS"]),
        ('<value xsi:type="BL" value="true"/>', Text("true"), ["Une valeur de type BL"]),
        (
            '<value xsi:type="IVL_PQ"><low value="1" unit="g" inclusive="false"/><high value="2" unit="g"/></value>',
            Interval(Decimal(1), Decimal(2), "g"),
            ["Cette borne est exclue"],
        ),
        (
            '<value xsi:type="IVL_PQ"><low value="1" unit="g"/><high value="2" unit="mg"/></value>',
            Interval(Decimal(1), Decimal(2), "g"),
            ["Les deux bornes n'ont pas la même unité"],
        ),
        (
            '<value xsi:type="IVL_PQ"><low value="5" unit="g"/><high nullFlavor="PINF"/></value>',
            Limit(">=", Decimal(5), "g"),
            [],
        ),
        ('<value xsi:type="PQ" nullFlavor="MSK"/>', None, ["Cette valeur ne dit rien", "(MSK)"]),
    ],
)
def test_a_value_of_another_form_is_read_as_what_it_says(value: str, read_as: object, words: list[str]) -> None:
    found = read(ROUTINE, put(f"{RESULT}/{{*}}value", value))
    read_value = results(found)[0].value
    if isinstance(read_value, Numeric | Limit | Interval):
        # The unit of the column is that of the result before.
        read_value = replace(read_value, printed_unit="")
    assert read_value == read_as
    told_of_value = [message for message in messages(found) if "référence" not in message]
    assert len(told_of_value) == len(words)
    assert all(any(part in message for message in told_of_value) for part in words)


@pytest.mark.parametrize(("name", "value"), [("negationInd", "true"), ("moodCode", "INT"), ("moodCode", "GOL")])
def test_what_is_denied_or_only_wished_for_is_never_read_as_a_result(name: str, value: str) -> None:
    found = read(ROUTINE, attribute(RESULT, name, value))
    assert len(results(found)) == len(results(read_report(ROUTINE))) - 1
    # Nor are the rows of the narrative that told it.
    first, *rows = found.remarks
    assert first.message.startswith("Ce contenu est nié")
    assert all("/text/table/" in row.xpath for row in rows)


def test_a_local_code_beside_a_loinc_code_is_local_whichever_comes_first() -> None:
    code = (
        '<code code="GLY" codeSystem="1.2.3.9" displayName="Glycémie">'
        '<translation code="2345-7" codeSystem="2.16.840.1.113883.6.1" displayName="Glucose"/>'
        '<translation code="G2" codeSystem="1.2.3.8" displayName="Sucre"/></code>'
    )
    read_code = results(read(ROUTINE, put(f"{RESULT}/{{*}}code", code)))[0].code
    assert read_code.loinc is not None
    assert read_code.local is not None
    assert (read_code.loinc.system, read_code.local.code) == (oids.LOINC, "GLY")
    assert [one.code for one in read_code.further] == ["G2"]


@pytest.mark.parametrize(
    ("path", "name", "value", "taken"),
    [
        (".//{*}confidentialityCode", "code", "L", "document.confidentiality=N"),
        (".//{*}confidentialityCode", "code", "XX", "document.confidentiality=V"),
        (".//{*}encompassingEncounter/{*}code", "code", "OBSENC", "encounter.type=AMB"),
        (".//{*}administrativeGenderCode", "code", "X", "patient.sex=UN"),
        (".//{*}versionNumber", "value", "deux", "document.version=1"),
    ],
)
def test_what_has_no_place_is_replaced_and_said(path: str, name: str, value: str, taken: str) -> None:
    found = read(ROUTINE, attribute(path, name, value))
    field, _, expected = taken.partition("=")
    holder, _, member = field.partition(".")
    assert str(getattr(getattr(found.report, holder), member)) == expected
    assert len(found.remarks) == 1


def test_another_document_that_is_not_replaced_is_no_version_before() -> None:
    data = write_n3(corrected(), PDF)
    found = read(data, attribute(".//{*}relatedDocument", "typeCode", "APND"))
    assert found.report.document.replaces is None
    assert "Ce lien à un autre document n'est pas repris." in messages(found)


def test_other_participants_of_an_act_are_left_and_named() -> None:
    found = read(ROUTINE, attribute(".//{*}act/{*}participant", "typeCode", "RESP"))
    assert messages(found) == ["Ce participant de l'acte (RESP) n'est pas repris."]


def test_a_sample_inside_of_a_battery_is_one_of_the_section() -> None:
    data = write_n3(urine_culture(), PDF)

    def change(root: etree._Element) -> None:
        procedure = one(root, ".//{*}procedure")
        link = procedure.getparent()
        component = etree.SubElement(one(root, ".//{*}organizer[@classCode='BATTERY']"), "{urn:hl7-org:v3}component")
        component.append(procedure)
        assert link is not None
        holder = link.getparent()
        assert holder is not None
        holder.remove(link)

    found, before = read(data, change), read_report(data)
    assert found.report == before.report
    assert messages(found) == messages(before)


def test_two_samples_that_bear_one_number_stay_two() -> None:
    def change(root: etree._Element) -> None:
        first, second = root.findall(".//{*}procedure")[:2]
        ids = [one(each, "{*}participant/{*}participantRole/{*}id") for each in (first, second)]
        ids[1].set("root", ids[0].get("root", ""))
        ids[1].set("extension", ids[0].get("extension", ""))

    found = read(ROUTINE, change)
    sections = [section for chapter in found.report.chapters for section in chapter.sections]
    keys = [sample.key for section in sections for sample in section.samples]
    assert {"T1", "T1-2"} <= set(keys)
    assert "Deux prélèvements différents portent ce numéro." in messages(found)
    assert read_report(write_n3(found.report, PDF)).report.chapters


def test_a_result_of_a_sample_that_is_not_described_says_so() -> None:
    found = read(ROUTINE, attribute(".//{*}specimenRole/{*}id", "extension", "INCONNU"))
    assert "Ce prélèvement n'est pas décrit dans le document : le lien n'est pas repris." in messages(found)


def test_an_attached_file_that_is_no_pdf_is_left() -> None:
    data = write_n3(corrected(), PDF)
    before = len(read_report(data).report.attachments)
    found = read(
        data, attribute(".//{*}observationMedia/{*}value[@mediaType='application/pdf']", "mediaType", "text/rtf")
    )
    assert len(found.report.attachments) == before - 1
    assert any("n'est pas un PDF" in message for message in messages(found))


def test_words_that_no_entry_points_at_are_kept_and_rows_are_said() -> None:
    def change(root: etree._Element) -> None:
        text = one(root, ".//{*}section/{*}text[{*}table]")
        text.append(
            fragment(
                '<paragraph ID="x">10<sup>9</sup>/L, voir <linkHtml href="http://a.fr">ce site</linkHtml></paragraph>'
            )
        )
        text.append(fragment('<paragraph ID="y">Examens :</paragraph>'))
        one(text, "{*}table/{*}tbody").append(fragment('<tr ID="z"><td>Sucre</td><td>1,2</td></tr>'))

    found = read(ROUTINE, change)
    sections = [section for chapter in found.report.chapters for section in chapter.sections]
    assert [section.words for section in sections if section.words] == [("10⁹/L, voir ce site (http://a.fr)",)]
    assert [remark.xpath.rpartition("/")[2][:2] for remark in found.remarks] == ["tr"]
    assert read_report(write_n3(found.report, PDF)).report == found.report


def test_an_earlier_result_under_another_code_keeps_it_and_is_named() -> None:
    def change(root: etree._Element) -> None:
        code = one(root, ".//{*}entryRelationship[@typeCode='REFR']/{*}observation/{*}code")
        code.set("code", "1234-4")
        code.set("displayName", "Ancien dosage")
        for inner in list(code):
            code.remove(inner)

    found = read(write_n3(told(), PDF), change)
    prior = next(prior for result in results(found) for prior in result.priors)
    assert prior.code is not None
    assert prior.code.label == "Ancien dosage"
    again = write_n3(found.report, PDF)
    assert read_report(again).report == found.report
    assert "Ancien dosage" in again.decode()


def test_the_offset_that_is_read_is_the_one_of_the_document() -> None:
    found = read(ROUTINE, attribute(f"{RESULT}/{{*}}effectiveTime", "value", "20260312095200-0400"))
    time = results(found)[0].time
    assert time is not None
    assert time.utcoffset() == timedelta(hours=-4)
