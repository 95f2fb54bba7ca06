"""Results: all of a message or none, nothing overwritten in silence, every received value kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from eprouvette.lab.accounts.errors import RightMissingError
from eprouvette.lab.orders.errors import UnknownDossierError
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.results import queries, services
from eprouvette.lab.results.errors import (
    FutureResultError,
    NotANumberError,
    NotRequestedError,
    ObservationStateError,
    ReasonMissingError,
    TooLongError,
    UnknownExamError,
)
from eprouvette.lab.results.incoming import IncomingResult
from eprouvette.lab.results.models import Measurement, Observation
from eprouvette.lab.validation import services as validation
from support.lab import (
    check_all,
    demo_biologist,
    demo_secretary,
    demo_technician,
    dossier_ready_to_release,
    incoming,
    open_dossier,
    validate_all,
)

pytestmark = pytest.mark.django_db


def record(dossier: Dossier, *lines: IncomingResult) -> services.Recorded:
    return services.record(dossier.pk, lines, source="tests")


def observation(dossier: Dossier, code: str) -> Observation:
    return dossier.observations.get(exam__code=code)


def test_a_value_becomes_a_result_with_range_reading_and_origin() -> None:
    dossier = open_dossier("GLU")
    assert record(dossier, incoming("GLU", "1.32", unit="g/L")).taken == ["GLU"]
    row = observation(dossier, "GLU")
    assert (row.state, row.interpretation, row.critical) == ("measured", "H", False)
    assert row.reference == {"low": "0.70", "high": "1.10", "text": "", "criteria": ""}
    assert (row.device, row.source) == ("Analyseur A", "tests")
    assert Dossier.objects.get(pk=dossier.pk).state == "started"


def test_an_exam_is_found_by_its_loinc_when_the_code_is_the_analyser_s_own() -> None:
    dossier = open_dossier("GLU")
    line = replace(incoming("99ROC-717", "0.98"), loinc="2345-7")
    assert record(dossier, line).taken == ["GLU"]


def test_one_wrong_value_refuses_the_whole_message() -> None:
    dossier = open_dossier("GLU", "K")
    with pytest.raises(NotANumberError, match=r"Potassium \(OBX\[1\]\) : un nombre est attendu"):
        record(dossier, incoming("GLU", "0.98"), incoming("K", "hémolysé"))
    assert not dossier.observations.exists()
    assert not Measurement.objects.exists()


@pytest.mark.parametrize(
    ("code", "value", "error"),
    [("ABSENT", "1", UnknownExamError), ("", "1", UnknownExamError), ("K", "4.2", NotRequestedError)],
)
def test_a_value_that_nobody_asked_for_is_refused(code: str, value: str, error: type[Exception]) -> None:
    dossier = open_dossier("GLU")
    with pytest.raises(error):
        record(dossier, incoming(code, value))


def test_a_time_ahead_of_ours_or_without_offset_is_refused() -> None:
    dossier = open_dossier("GLU")
    with pytest.raises(FutureResultError):
        record(dossier, incoming("GLU", "1", minutes_ago=-60))
    with pytest.raises(FutureResultError):
        record(dossier, replace(incoming("GLU", "1"), measured_at=timezone.now().replace(tzinfo=None)))
    with pytest.raises(TooLongError):
        record(dossier, replace(incoming("GLU", "1"), comment="x" * 3000))


def test_a_result_for_an_unknown_dossier_is_refused() -> None:
    with pytest.raises(UnknownDossierError):
        services.record(999_999, [incoming("GLU", "1")], source="tests")


def test_the_same_value_twice_changes_nothing() -> None:
    dossier = open_dossier("GLU")
    line = incoming("GLU", "1.32")
    record(dossier, line)
    check_all(dossier)
    assert record(dossier, line).same == ["GLU"]
    assert observation(dossier, "GLU").state == "checked"


def test_a_new_run_replaces_a_checked_value_which_must_be_checked_again() -> None:
    dossier = open_dossier("GLU")
    record(dossier, incoming("GLU", "1.32"))
    check_all(dossier)
    assert record(dossier, incoming("GLU", "1.02", minutes_ago=5)).taken == ["GLU"]
    row = observation(dossier, "GLU")
    assert (row.state, row.checked_by, row.interpretation) == ("measured", None, "N")
    assert [line.raw_value for line in queries.history(row.pk)] == ["1.32", "1.02"]


def test_a_validated_result_is_never_overwritten_and_the_new_value_is_kept_aside() -> None:
    dossier = open_dossier("GLU", "K")
    record(dossier, incoming("GLU", "1.32"))
    validate_all(dossier)
    recorded = record(dossier, incoming("GLU", "0.50", minutes_ago=1), incoming("K", "4.2"))
    assert (recorded.aside, recorded.taken) == (["GLU"], ["K"])
    row = observation(dossier, "GLU")
    assert row.state == "validated"
    assert row.value is not None
    assert row.value["value"] == "1.32"
    assert queries.history(row.pk)[-1].outcome == "mise de côté : résultat déjà validé"


def test_an_older_value_is_kept_aside() -> None:
    dossier = open_dossier("GLU")
    record(dossier, incoming("GLU", "1.32", minutes_ago=10))
    assert record(dossier, incoming("GLU", "0.50", minutes_ago=30)).aside == ["GLU"]


def test_an_exam_reported_as_not_done_says_why_and_may_still_get_a_value() -> None:
    dossier = open_dossier("GLU", "K")
    lines = (replace(incoming("GLU", "", status="X"), comment="Caillot."), incoming("K", "", status="I"))
    recorded = record(dossier, *lines)
    assert (recorded.aborted, recorded.pending) == (["GLU"], ["K"])
    assert (observation(dossier, "GLU").state, observation(dossier, "GLU").comment) == ("aborted", "Caillot.")
    assert record(dossier, incoming("GLU", "", status="X", minutes_ago=1)).same == ["GLU"]
    assert record(dossier, incoming("GLU", "0.98", minutes_ago=2)).taken == ["GLU"]


def test_a_value_for_a_given_up_exam_reopens_the_dossier() -> None:
    dossier = open_dossier("GLU")
    services.abort(dossier.pk, "GLU", "Tube cassé.", user=demo_technician())
    assert Dossier.objects.get(pk=dossier.pk).state == "validated"
    record(dossier, incoming("GLU", "0.98", minutes_ago=-1))
    assert Dossier.objects.get(pk=dossier.pk).state == "started"


def test_a_validated_result_reported_as_not_done_is_kept() -> None:
    dossier = open_dossier("GLU")
    record(dossier, incoming("GLU", "1.32"))
    validate_all(dossier)
    assert record(dossier, incoming("GLU", "", status="X", minutes_ago=1)).aside == ["GLU"]
    assert observation(dossier, "GLU").state == "validated"


def test_giving_up_needs_a_reason_a_request_and_a_right() -> None:
    dossier = open_dossier("GLU")
    with pytest.raises(ReasonMissingError):
        services.abort(dossier.pk, "GLU", "  ", user=demo_technician())
    with pytest.raises(NotRequestedError):
        services.abort(dossier.pk, "K", "Tube cassé.", user=demo_technician())
    with pytest.raises(RightMissingError):
        services.abort(dossier.pk, "GLU", "Tube cassé.", user=demo_secretary())


def test_a_value_is_typed_by_hand_and_commented_by_who_may() -> None:
    dossier = open_dossier("GLU")
    assert services.enter(dossier.pk, "GLU", "0,98", user=demo_technician()).taken == ["GLU"]
    row = observation(dossier, "GLU")
    services.comment(row.pk, " À jeun. ", user=demo_technician())
    assert observation(dossier, "GLU").comment == "À jeun."
    with pytest.raises(RightMissingError):
        services.enter(dossier.pk, "GLU", "0,98", user=demo_secretary())
    with pytest.raises(TooLongError):
        services.comment(row.pk, "x" * 3000, user=demo_technician())
    validate_all(dossier)
    with pytest.raises(ObservationStateError):
        services.comment(row.pk, "trop tard", user=demo_technician())
    with pytest.raises(ObservationStateError):
        services.abort(dossier.pk, "GLU", "trop tard", user=demo_technician())


def test_validating_takes_a_check_first_and_all_rows_or_none() -> None:
    dossier = open_dossier("GLU", "K")
    record(dossier, incoming("GLU", "0.98"), incoming("K", "4.2"))
    ids = list(dossier.observations.values_list("pk", flat=True))
    with pytest.raises(ObservationStateError):
        validation.validate(ids, user=demo_biologist())
    validation.check(ids[:1], user=demo_technician())
    with pytest.raises(ObservationStateError):
        validation.validate(ids, user=demo_biologist())
    assert dossier.observations.filter(state="validated").count() == 0
    with pytest.raises(ObservationStateError):
        validation.check([], user=demo_technician())
    with pytest.raises(ObservationStateError):
        validation.check([999_999], user=demo_technician())


def test_the_database_itself_refuses_a_validated_result_without_a_name() -> None:
    dossier = open_dossier("GLU")
    record(dossier, incoming("GLU", "0.98"))
    with pytest.raises(IntegrityError), transaction.atomic():
        dossier.observations.update(state="validated")


def test_the_table_shows_expected_exams_marks_and_earlier_results() -> None:
    first = dossier_ready_to_release()
    Dossier.objects.filter(pk=first.pk).update(sampled_at=first.sampled_at - timedelta(days=90))
    second = open_dossier("GLU", "K", patient=first.patient.pk)
    record(second, incoming("GLU", "0.40"))
    chapter = queries.lines(second.pk)[0]
    by_code = {line.exam_code: line for group in chapter.groups for line in group.lines}
    glucose = by_code["GLU"]
    shown = (glucose.text, glucose.mark, glucose.critical, glucose.reference_text)
    assert shown == ("0,40", "▼▼", True, "0,70\u00a0– 1,10")
    assert (glucose.prior_text, glucose.state_mark) == ("1,32", "M")
    assert (by_code["K"].id, by_code["K"].state_label) == (None, "attendu")
    progress = queries.progress([first.pk, second.pk])
    assert (progress[second.pk].expected, progress[second.pk].measured) == (1, 1)
    assert progress[first.pk].validated + progress[first.pk].aborted == progress[first.pk].total
