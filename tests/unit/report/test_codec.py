"""The JSON form: what is written is read back equal, what is wrong is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings

from eprouvette.core.errors import EprouvetteError
from eprouvette.standards.report.codec import from_json, json_schema, to_json
from eprouvette.standards.report.errors import ReportFormatError
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.rules import is_loinc, violations
from support.reports import forty_results, reports, routine_report

ROOT = Path(__file__).resolve().parents[3]
Damage = Callable[[dict[str, Any]], object]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(reports())
def test_any_report_is_read_back_equal_and_fits_the_schema(report: LabReport) -> None:
    text = to_json(report)
    # Compared as text: two equal moments of the hour that a clock change repeats never compare equal (PEP 495).
    assert to_json(from_json(text)) == text
    jsonschema.Draft202012Validator(json_schema()).validate(json.loads(text))


@pytest.mark.parametrize("make", [routine_report, forty_results])
def test_the_reports_of_the_tests_contradict_nothing(make: Callable[[], LabReport]) -> None:
    assert violations(make()) == ()


def test_the_published_schema_is_up_to_date() -> None:
    published = json.loads((ROOT / "docs/reference/lab-report.schema.json").read_text(encoding="utf-8"))
    assert published == json_schema()


def test_the_example_is_the_routine_report() -> None:
    assert (ROOT / "examples/report.json").read_text(encoding="utf-8") == to_json(routine_report(), indent=2) + "\n"


def test_decimals_are_kept_as_measured() -> None:
    assert '"value":"1.950"' in to_json(routine_report())


def test_a_loinc_code_needs_its_check_digit() -> None:
    assert is_loinc("3016-3")
    assert not is_loinc("3016-4")
    assert not is_loinc("30163")


def _entry(report: dict[str, Any], rank: int = 0) -> dict[str, Any]:
    entry: dict[str, Any] = report["chapters"][0]["sections"][0]["entries"][rank]
    return entry


FIRST = "chapters[0].sections[0].entries[0]"
BAD: dict[str, tuple[Damage, str]] = {
    "wrong LOINC check digit": (lambda r: _entry(r)["code"]["loinc"].update(code="2345-8"), f"{FIRST}.code.loinc.code"),
    "wrong LOINC form": (lambda r: _entry(r)["code"]["loinc"].update(code="GLU"), f"{FIRST}.code.loinc.code"),
    "no code at all": (lambda r: _entry(r)["code"].pop("loinc"), f"{FIRST}.code"),
    "missing trait": (lambda r: r["patient"].pop("birth_family_name"), "patient.birth_family_name"),
    "empty trait": (lambda r: r["patient"].update(birth_family_name=" "), "patient.birth_family_name"),
    "missing birth place with an INS": (lambda r: r["patient"].pop("birth_place"), "patient.birth_place"),
    "impossible birth date": (lambda r: r["patient"].update(birth_date="19790230"), "patient.birth_date"),
    "impossible time": (lambda r: r["document"].update(created_at="2026-02-30T10:00:00+01:00"), "document.created_at"),
    "time without offset": (lambda r: r["document"].update(created_at="2026-02-20T10:00:00"), "document.created_at"),
    "offset out of range": (
        lambda r: r["document"].update(created_at="2026-02-20T10:00:00+99:00"),
        "document.created_at",
    ),
    "born after the report": (lambda r: r["patient"].update(birth_date="2027"), "patient.birth_date"),
    "unknown field": (lambda r: r["patient"].update(nickname="Do"), "patient.nickname"),
    "number without quotes": (lambda r: _entry(r)["value"].update(value=1.32), f"{FIRST}.value.value"),
    "number with a comma": (lambda r: _entry(r)["value"].update(value="1,32"), f"{FIRST}.value.value"),
    "endless number": (lambda r: _entry(r)["value"].update(value="1" * 400), f"{FIRST}.value.value"),
    "unknown kind of value": (lambda r: _entry(r)["value"].update(kind="image"), f"{FIRST}.value"),
    "value that is a word": (lambda r: _entry(r).update(value="haut"), f"{FIRST}.value"),
    "value missing": (lambda r: _entry(r).update(value=None), f"{FIRST}.value"),
    "abandoned test with a value": (lambda r: _entry(r).update(status="aborted"), f"{FIRST}.value"),
    "abandoned test without reason": (
        lambda r: _entry(r, 2).pop("comments"),
        "chapters[0].sections[0].entries[2].comments",
    ),
    "sample that is nowhere": (lambda r: _entry(r).update(sample="T99"), f"{FIRST}.sample"),
    "unknown interpretation": (lambda r: _entry(r).update(interpretation="HAUT"), f"{FIRST}.interpretation"),
    "version 2 that replaces nothing": (lambda r: r["document"].update(version=2), "document.replaces"),
    "version 1 that replaces": (lambda r: r["document"].update(replaces="1.2.3"), "document.replaces"),
    "version as text": (lambda r: r["document"].update(version="1"), "document.version"),
    "version as true": (lambda r: r["document"].update(version=True), "document.version"),
    "document id that is no OID": (lambda r: r["document"].update(id="CR-12"), "document.id"),
    "first given name not in the list": (
        lambda r: r["patient"].update(first_given_name="ANNE"),
        "patient.first_given_name",
    ),
    "mixed chapter": (lambda r: r["chapters"][0]["sections"][0].pop("code"), "chapters[0].sections"),
    "no chapter": (lambda r: r.update(chapters=[]), "chapters"),
    "chapters that are no list": (lambda r: r.update(chapters={}), "chapters"),
    "no author": (lambda r: r.update(authors=[]), "authors"),
    "INS of 14 characters": (lambda r: r["patient"]["ins"].update(value="27903512151898"), "patient.ins"),
    "unknown sex": (lambda r: r["patient"].update(sex="X"), "patient.sex"),
    "telephone without scheme": (
        lambda r: r["patient"]["telecoms"][0].update(value="0647"),
        "patient.telecoms[0].value",
    ),
    "command character": (lambda r: r["comments"].append("\x07"), "comments[1]"),
    "responsible without RPPS": (
        lambda r: r["encounter"]["responsible"]["id"].update(root="1.2.3"),
        "encounter.responsible.id.root",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_report_is_refused_with_its_place(name: str) -> None:
    damage, place = BAD[name]
    report = json.loads(to_json(routine_report()))
    damage(report)
    with pytest.raises(ReportFormatError) as caught:
        from_json(json.dumps(report))
    assert place in [found.path for found in caught.value.places]
    assert caught.value.hint
    assert all(found.message.endswith(".") for found in caught.value.places)


def test_every_error_of_form_is_found_in_one_reading() -> None:
    report = json.loads(to_json(routine_report()))
    report["patient"]["sex"] = "X"
    report["document"]["version"] = "1"
    with pytest.raises(ReportFormatError) as caught:
        from_json(json.dumps(report))
    assert {place.path for place in caught.value.places} == {"patient.sex", "document.version"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        '{"document":1,"document":2}',
        "NaN",
        "9" * 5000,
        b"\xff\xfe{",
        " " * 5_000_001,
    ],
)
def test_a_text_that_is_no_report_is_refused(text: str | bytes) -> None:
    with pytest.raises(EprouvetteError):
        from_json(text)


def test_an_error_never_quotes_the_patient() -> None:
    report = json.loads(to_json(routine_report()))
    report["patient"]["birth_date"] = "PAT-TROIS"
    report["patient"]["sex"] = "PAT-TROIS"
    with pytest.raises(ReportFormatError) as caught:
        from_json(json.dumps(report))
    assert "PAT-TROIS" not in str(caught.value) + "".join(map(str, caught.value.places))
