"""Entries hold each kind of value as the profile types it, and the narrative says the same in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.standards.conformance import check
from eprouvette.standards.crbio import write_n3
from eprouvette.standards.report.results import (
    Battery,
    Bounds,
    Chapter,
    CodedResult,
    Entry,
    Interval,
    Limit,
    Method,
    Numeric,
    Observation,
    Prior,
    Quantity,
    Ratio,
    ReferenceRange,
    Section,
    TestCode,
    Text,
    Validation,
    Value,
)
from support.cda import find, texts
from support.report_data import DR_AUBIN
from support.reports import BLOOD, MEASURED, SERUM, VALIDATED, routine_report

PDF = b"%PDF-1.4"
GLUCOSE = Coded("14749-6", oids.LOINC, "Glucose [Moles/Volume] Sérum/Plasma ; Numérique")
CHAPTER = Coded("18719-5", oids.LOINC, "Biochimie")
RESULT = "//h:observation[h:templateId/@root='1.3.6.1.4.1.19376.1.3.1.6']"


def written(*entries: Entry, **changes: object) -> bytes:
    section = replace(Section(entries=entries, samples=(SERUM,)), **changes)  # type: ignore[arg-type]  # fields by name
    return write_n3(routine_report(chapters=(Chapter(CHAPTER, (section,)),)), PDF)


def result(value: Value | None = None, **changes: object) -> Observation:
    base = Observation(TestCode("Glucose", loinc=GLUCOSE), value or Numeric(Decimal("1.950"), "g/L"), MEASURED)
    return replace(base, **changes)  # type: ignore[arg-type]  # fields by name


def narrative(data: bytes) -> str:
    return " ".join(texts(data, "//h:section/h:text//text()"))


@pytest.mark.parametrize(
    ("value", "kind", "printed"),
    [
        (Numeric(Decimal("1.950"), "m[IU]/L", "mUI/L"), "PQ", "1,950"),
        (Numeric(Decimal("1.1")), "PQ", "1,1"),
        (Numeric(Decimal("1E+2"), "g/L"), "PQ", "100"),
        (Limit("<", Decimal("0.01"), "g/L"), "IVL_PQ", "< 0,01"),
        (Limit(">=", Decimal(5), "g/L"), "IVL_PQ", "≥ 5"),
        (Interval(Decimal(2), Decimal(5), "/[HPF]"), "IVL_PQ", "2 – 5"),
        (CodedResult("Détecté", Coded("260373001", oids.SNOMED_CT, "Détecté")), "CD", "Détecté"),
        (CodedResult("Rares"), "CD", "Rares"),
        (Text("Urines limpides"), "ST", "Urines limpides"),
        (Ratio(Decimal(1), Decimal(160)), "RTO", "1/160"),
    ],
)
def test_each_kind_of_value_has_its_type_and_its_words(value: Value, kind: str, printed: str) -> None:
    data = written(result(value))
    assert texts(data, f"{RESULT}/h:value/@xsi:type") == [kind]
    assert printed in narrative(data)


def test_a_number_keeps_its_decimals_and_a_missing_unit_is_absent() -> None:
    data = written(result(Numeric(Decimal("1.950"))))
    assert texts(data, f"{RESULT}/h:value/@value") == ["1.950"]
    assert texts(data, f"{RESULT}/h:value/@unit") == []


def test_an_exclusive_limit_says_so_and_an_inclusive_one_too() -> None:
    assert texts(written(result(Limit("<", Decimal(3), "ng/L"))), f"{RESULT}/h:value/h:high/@inclusive") == ["false"]
    assert texts(written(result(Limit("<=", Decimal(3), "ng/L"))), f"{RESULT}/h:value/h:high/@inclusive") == ["true"]
    assert texts(written(result(Limit(">", Decimal(3), "ng/L"))), f"{RESULT}/h:value/h:low/@inclusive") == ["false"]


def test_an_uncoded_word_has_no_code_and_points_at_the_narrative() -> None:
    value = find(written(result(CodedResult("Rares"))), f"{RESULT}/h:value")[0]
    assert "code" not in value.attrib
    assert "nullFlavor" not in value.attrib
    assert value[0][0].get("value") == "#c1-r1-v"


@pytest.mark.requirement("REQ-CRB-13")
def test_an_abnormal_result_is_marked_by_words_and_weight() -> None:
    data = written(result(interpretation="HH"))
    bold = find(data, "//h:td/h:content[contains(@styleCode, 'Bold')]")
    assert ["".join(str(part) for part in one.itertext()) for one in bold] == [
        "▲▲ 1,950",
        "Très anormalement haut, alerte",
    ]
    # What the entry points at is the words alone.
    assert texts(data, "//h:td/h:content/h:content/text()") == ["1,950"]


def test_a_normal_result_is_said_normal_without_weight() -> None:
    data = written(result(interpretation="N"))
    assert "Normal" in narrative(data)
    assert find(data, "//h:td/h:content[contains(@styleCode, 'Bold')]") == []


@pytest.mark.requirement("REQ-CRB-05")
def test_a_result_without_loinc_has_a_bare_code_and_a_translation() -> None:
    local = Coded("VITK1", "1.2.250.1.213.99.1", "Vitamine K1")
    code = find(written(result(code=TestCode("Vitamine K1", local=local))), f"{RESULT}/h:code")[0]
    assert not code.keys()
    assert [child.tag.split("}")[1] for child in code] == ["originalText", "translation"]
    assert code[1].get("displayName") == "Vitamine K1"


@pytest.mark.requirement("REQ-CRB-13")
def test_bounds_words_and_criteria_of_a_range_are_all_kept() -> None:
    reference = ReferenceRange(Decimal("0.7"), Decimal("1.1"), "g/L", text="à jeun", criteria="Adulte")
    data = written(result(reference=reference))
    assert texts(data, f"{RESULT}/h:referenceRange/h:observationRange/h:text/text()") == ["à jeun ; Adulte"]
    assert texts(data, f"{RESULT}/h:referenceRange//h:interpretationCode/@code") == ["N"]
    assert "0,7 – 1,1 (à jeun ; Adulte)" in narrative(data)


def test_a_range_of_words_is_text() -> None:
    data = written(result(Ratio(Decimal(1), Decimal(160)), reference=ReferenceRange(text="inférieur à 1/80")))
    value = find(data, f"{RESULT}/h:referenceRange//h:value")[0]
    assert value.text == "inférieur à 1/80"


@pytest.mark.requirement("REQ-CRB-12")
def test_an_earlier_result_is_a_reference_with_its_date() -> None:
    prior = Prior(Numeric(Decimal("0.98"), "g/L"), MEASURED - timedelta(days=10), "N", Method("Hexokinase"))
    data = written(result(priors=(prior,)))
    earlier = find(data, f"{RESULT}/h:entryRelationship[@typeCode='REFR']/h:observation")[0]
    assert earlier.find("h:templateId", {"h": "urn:hl7-org:v3"}) is None
    assert "02/03/2026" in narrative(data)
    assert "Hexokinase" in narrative(data)


def test_an_abandoned_test_has_no_value_and_says_why() -> None:
    why = "Échantillon hémolysé."
    abandoned = Observation(TestCode("Potassium", loinc=GLUCOSE), None, MEASURED, status="aborted", comments=(why,))
    data = written(abandoned)
    assert find(data, f"{RESULT}/h:value") == []
    assert texts(data, f"{RESULT}/h:statusCode/@code") == ["aborted"]
    assert why in narrative(data)
    assert "Non réalisé" in narrative(data)


def test_a_battery_holds_its_results_and_comments() -> None:
    battery = Battery("Bilan", (result(), result(interpretation="L")), comments=("Aspect limpide.",))
    data = written(battery)
    assert len(find(data, "//h:organizer[@classCode='BATTERY']/h:component/h:observation")) == 2
    assert len(find(data, "//h:organizer[@classCode='BATTERY']/h:component/h:act")) == 1


def test_a_sample_is_a_procedure_with_its_reception() -> None:
    data = written(result(sample=SERUM.key))
    assert texts(data, "//h:procedure/h:participant/h:participantRole/h:id/@extension") == [SERUM.id.extension]
    # The rules print this root with 1.3.5.
    assert texts(data, "//h:procedure//h:act/h:code/@codeSystem") == ["1.3.5.1.4.1.19376.1.5.3.2"]
    assert texts(data, f"{RESULT}/h:specimen//h:id/@extension") == [SERUM.id.extension]


def test_rows_name_their_sample_only_when_there_is_a_choice() -> None:
    one = written(result(sample=SERUM.key))
    two = written(result(sample=SERUM.key), result(sample=BLOOD.key), samples=(SERUM, BLOOD))
    path = "//h:td/h:content[@styleCode='xDetail']"
    assert find(one, path) == []
    assert len(find(two, path)) == 2


@pytest.mark.requirement("REQ-CRB-13")
def test_the_validator_of_a_section_authenticates_its_act_and_is_named() -> None:
    data = written(result(), validation=Validation(DR_AUBIN, VALIDATED))
    assert texts(data, "//h:act/h:participant/@typeCode") == ["AUTHEN"]
    assert "Validé par Dr Anne AUBIN le 12/03/2026 à 10:42." in narrative(data)


def test_a_partial_section_says_that_more_will_come() -> None:
    data = written(result(), status="active")
    assert texts(data, "//h:entry/h:act/h:statusCode/@code") == ["active"]
    assert "d'autres résultats suivront" in narrative(data)


def test_line_feeds_of_a_text_are_breaks_in_the_narrative() -> None:
    data = written(result(Text("Première\nSeconde")))
    assert len(find(data, "//h:td/h:content[@ID='c1-r1-v']/h:br")) == 1


def test_results_measured_at_different_times_each_say_when() -> None:
    data = written(result(), result(time=MEASURED + timedelta(hours=1)))
    assert narrative(data).count("Mesuré le") == 2
    assert narrative(written(result(), result())).count("Mesuré le") == 1


def test_a_chapter_under_a_provisional_code_speaks_by_its_title() -> None:
    provisional = Coded("600238", oids.TA_ASIP, "Liquide céphalo-rachidien")
    section = Section(entries=(result(),), code=provisional)
    data = write_n3(routine_report(chapters=(Chapter(provisional, (section,)),)), PDF)
    assert texts(data, "//h:section/h:component/h:section/h:title/text()") == [provisional.display]
    assert find(data, "//h:section/h:component/h:section/h:code") == []
    assert texts(data, "//h:act/h:code/h:translation/@code") == ["600238"]


@pytest.mark.requirement("REQ-CRB-05")
def test_a_local_code_stays_beside_the_loinc_one() -> None:
    local = Coded("GLY", "1.2.250.1.213.99.1", "Glycémie")
    code = find(written(result(code=TestCode("Glucose", loinc=GLUCOSE, local=local))), f"{RESULT}/h:code")[0]
    assert code.get("code") == GLUCOSE.code
    assert [child.tag.split("}")[1] for child in code] == ["originalText", "translation"]


def test_a_second_unit_is_in_the_entry_the_range_and_the_words() -> None:
    also = Bounds("g/L", Decimal("0.70"), Decimal("1.10"))
    reference = ReferenceRange(Decimal("3.89"), Decimal("6.11"), "mmol/L", also=also)
    value = Numeric(Decimal("4.88"), "mmol/L", also=Quantity(Decimal("0.88"), "g/L"))
    data = written(result(value, reference=reference))
    assert texts(data, f"{RESULT}/h:value/h:translation/@value") == ["0.88"]
    assert texts(data, f"{RESULT}/h:value/h:translation/@code") == ["g/L"]
    assert texts(data, f"{RESULT}/h:referenceRange//h:translation/@value") == ["0.70", "1.10"]
    assert "soit 0,88 g/L (0,70 – 1,10)" in narrative(data)
    assert check(data) == ()


def test_a_second_unit_that_is_none_is_caught() -> None:
    value = Numeric(Decimal("4.88"), "mmol/L", also=Quantity(Decimal("0.88"), "gramme par litre"))
    assert [finding.rule for finding in check(written(result(value)))] == ["VAL-04"]
