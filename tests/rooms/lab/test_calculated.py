"""Calculated results: made by the system from their parts, followed, never over what came from elsewhere."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from eprouvette.lab.identity.traits import Traits
from eprouvette.lab.orders.forms import NewPatient
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.results import queries, services
from eprouvette.lab.results.errors import InputsNotValidatedError
from eprouvette.lab.results.models import Measurement, Observation
from eprouvette.lab.validation import corrections
from eprouvette.lab.validation import queries as releases
from eprouvette.lab.validation import services as validation
from eprouvette.standards.conformance import check
from eprouvette.standards.crbio.reader import read_report
from eprouvette.standards.report import walk
from eprouvette.standards.report.results import Observation as Reported
from support.lab import (
    PROVISOIRE,
    check_all,
    demo_biologist,
    demo_technician,
    incoming,
    open_dossier,
    validate_all,
)

pytestmark = pytest.mark.django_db
PARTS = {"CHOL": "1.95", "HDL": "0.52", "TG": "1.10"}


def record(dossier: Dossier, values: dict[str, str], minutes_ago: int = 60) -> services.Recorded:
    lines = [incoming(code, value, minutes_ago=minutes_ago) for code, value in values.items()]
    return services.record(dossier.pk, lines, source="tests")


def row(dossier: Dossier, code: str = "LDL") -> Observation:
    return dossier.observations.select_related("exam").get(exam__code=code)


def number(dossier: Dossier, code: str = "LDL") -> Decimal | None:
    found = row(dossier, code).value
    return None if found is None else Decimal(str(found["value"]))


def ids(dossier: Dossier, *codes: str) -> list[int]:
    return list(dossier.observations.filter(exam__code__in=codes).values_list("pk", flat=True))


@pytest.fixture
def lipids() -> Dossier:
    return open_dossier(panels=("LIPID",))


def test_the_last_part_makes_the_result_with_its_trace(lipids: Dossier) -> None:
    assert record(lipids, {"CHOL": "1.95", "HDL": "0.52"}).calculated == []
    assert not lipids.observations.filter(exam__code="LDL").exists()
    assert record(lipids, {"TG": "1.10"}, minutes_ago=30).calculated == ["LDL"]
    made = row(lipids)
    assert number(lipids) == Decimal("1.21")
    assert (made.state, made.source, made.interpretation) == ("measured", "calcul", "N")
    assert (made.method, made.technique_code) == ("Calcul mathématique", "ZC")
    assert made.derivation.startswith("formule de Friedewald")
    assert made.measured_at == row(lipids, "TG").measured_at
    assert [(line.raw_value, line.source) for line in queries.history(made.pk)] == [("1.21", "calcul")]
    assert Dossier.objects.get(pk=lipids.pk).state == "started"


def test_the_same_parts_again_change_nothing(lipids: Dossier) -> None:
    lines = [incoming(code, value) for code, value in PARTS.items()]
    services.record(lipids.pk, lines, source="tests")
    check_all(lipids)
    assert services.record(lipids.pk, lines, source="tests").calculated == []
    assert row(lipids).state == "checked"
    assert Measurement.objects.filter(observation__exam__code="LDL").count() == 1


def test_a_part_that_changes_makes_it_again_to_be_checked_again(lipids: Dossier) -> None:
    record(lipids, PARTS)
    check_all(lipids)
    assert record(lipids, {"CHOL": "2.15"}, minutes_ago=10).calculated == ["LDL"]
    assert (number(lipids), row(lipids).state, row(lipids).checked_by) == (Decimal("1.41"), "measured", None)


def test_beyond_the_limit_of_the_formula_it_is_given_up_with_the_reason_and_comes_back(lipids: Dossier) -> None:
    record(lipids, {"CHOL": "2.40", "HDL": "0.40", "TG": "5.20"})
    assert row(lipids).state == "aborted"
    assert "3,40 g/L" in row(lipids).comment
    record(lipids, {"TG": "3.00"}, minutes_ago=5)
    assert (row(lipids).state, number(lipids), row(lipids).comment) == ("measured", Decimal("1.40"), "")


def test_a_part_given_up_or_censored_gives_the_result_up(lipids: Dossier) -> None:
    record(lipids, {"CHOL": "1.95", "HDL": "0.52"})
    services.abort(lipids.pk, "TG", "Sérum lactescent.", user=demo_technician())
    assert row(lipids).comment == "Calcul impossible, composante non réalisée : Triglycérides."
    record(lipids, {"TG": "<0.10"}, minutes_ago=0)
    assert "nombre exact : Triglycérides" in row(lipids).comment
    record(lipids, {"TG": "0.90"}, minutes_ago=-1)
    assert number(lipids) == Decimal("1.25")


def test_a_value_of_an_analyser_is_never_replaced(lipids: Dossier) -> None:
    record(lipids, {"LDL": "1.30", **PARTS})
    assert (number(lipids), row(lipids).source) == (Decimal("1.30"), "tests")
    assert record(lipids, {"CHOL": "2.50"}, minutes_ago=5).calculated == []
    assert number(lipids) == Decimal("1.30")


def test_an_analyser_s_value_stands_before_ours_though_it_was_measured_earlier(lipids: Dossier) -> None:
    record(lipids, PARTS)
    assert record(lipids, {"LDL": "1.28"}, minutes_ago=70).taken == ["LDL"]
    assert (number(lipids), row(lipids).source) == (Decimal("1.28"), "tests")


def test_what_a_person_decided_is_never_replaced(lipids: Dossier) -> None:
    record(lipids, PARTS)
    services.enter(lipids.pk, "LDL", "1.19", user=demo_technician())
    record(lipids, {"TG": "1.20"}, minutes_ago=5)
    assert (number(lipids), row(lipids).source) == (Decimal("1.19"), "saisie")
    services.abort(lipids.pk, "LDL", "Sérum lactescent.", user=demo_technician())
    record(lipids, {"TG": "1.30"}, minutes_ago=4)
    assert (row(lipids).state, row(lipids).comment) == ("aborted", "Sérum lactescent.")


def test_a_part_that_nobody_asked_for_leaves_the_exam_to_the_bench() -> None:
    dossier = open_dossier("LDL", "CHOL", "HDL")
    record(dossier, {"CHOL": "1.95", "HDL": "0.52"})
    assert not dossier.observations.filter(exam__code="LDL").exists()


def test_it_is_validated_with_its_parts_or_after_them(lipids: Dossier) -> None:
    record(lipids, PARTS)
    check_all(lipids)
    with pytest.raises(InputsNotValidatedError, match=r"Cholestérol LDL \(calculé\) est calculé : valider d'abord"):
        validation.validate(ids(lipids, "LDL", "CHOL", "HDL"), user=demo_biologist())
    assert set(lipids.observations.values_list("state", flat=True)) == {"checked"}
    validation.validate(ids(lipids, "CHOL", "HDL", "TG"), user=demo_biologist())
    validation.validate(ids(lipids, "LDL"), user=demo_biologist())
    assert set(lipids.observations.values_list("state", flat=True)) == {"validated"}


def test_an_analyser_s_value_of_the_same_exam_is_validated_alone(lipids: Dossier) -> None:
    record(lipids, {"LDL": "1.30"})
    check_all(lipids)
    assert validation.validate(ids(lipids, "LDL"), user=demo_biologist()) == 1


def test_correcting_a_part_opens_and_makes_again_what_follows_from_it(lipids: Dossier) -> None:
    record(lipids, PARTS)
    validate_all(lipids)
    validation.release(lipids.pk, user=demo_biologist())
    corrections.correct(lipids.pk, "Dilution oubliée.", user=demo_biologist(), exam_code="CHOL", value="2.25")
    assert (number(lipids), row(lipids).state) == (Decimal("1.51"), "measured")
    assert row(lipids, "HDL").state == "validated"
    validate_all(lipids)
    second = validation.release(lipids.pk, user=demo_biologist())
    report = releases.release_detail(second.pk).report
    assert report.revision is not None
    assert "Cholestérol LDL (calculé) : 1,51 g/L au lieu de 1,21 g/L." in report.revision.changes


def test_correcting_a_part_beyond_the_limit_gives_the_calculated_result_up(lipids: Dossier) -> None:
    record(lipids, PARTS)
    validate_all(lipids)
    validation.release(lipids.pk, user=demo_biologist())
    corrections.correct(lipids.pk, "Dilution oubliée.", user=demo_biologist(), exam_code="TG", value="11.0")
    assert (row(lipids).state, row(lipids).validated_by) == ("aborted", None)


def test_a_calculated_result_leaves_with_the_words_of_its_calculation(lipids: Dossier) -> None:
    record(lipids, PARTS)
    validate_all(lipids)
    release = validation.release(lipids.pk, user=demo_biologist())
    content = releases.document(release.pk, "n3").content
    assert [finding for finding in check(content) if finding.severity == "error"] == []
    entries = [entry for part in read_report(content).report.chapters[0].sections for entry in part.entries]
    results: list[Reported] = [found for entry in entries for _, found in walk.observations(entry)]
    said = {one.code.label: one.derivation for one in results}
    assert said["Cholestérol LDL (calculé)"] == "formule de Friedewald : cholestérol total - HDL - triglycérides / 5"
    assert said["Cholestérol total"] == ""


def test_a_measured_ratio_says_no_calculation_and_a_calculated_one_does() -> None:
    measured, made = open_dossier("RAC"), open_dossier("RAC", "UALB", "UCREA", patient=NewPatient(PROVISOIRE))
    record(measured, {"RAC": "2.1"})
    record(made, {"UALB": "30.0", "UCREA": "10.0"})
    assert (row(measured, "RAC").derivation, row(measured, "RAC").method) == ("", "Immunodosages - Turbidimétrie")
    assert number(made, "RAC") == Decimal("3.0")
    assert (row(made, "RAC").derivation, row(made, "RAC").technique_code) == (
        "albumine urinaire / créatinine urinaire",
        "ZC",
    )


def test_filtration_follows_the_age_and_the_sex_of_the_patient() -> None:
    woman, child = open_dossier("CREA", "DFG"), open_dossier("CREA", "DFG", patient=NewPatient(_child()))
    record(woman, {"CREA": "70"})
    record(child, {"CREA": "70"})
    assert row(woman, "DFG").source == "calcul"
    assert 70 < (number(woman, "DFG") or 0) < 110
    assert (row(child, "DFG").state, "adulte" in row(child, "DFG").comment) == ("aborted", True)


def _child() -> Traits:
    return replace(PROVISOIRE, birth_date="20250601", sex="F")
