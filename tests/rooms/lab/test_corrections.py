"""A report that left is corrected by a new version that says what changed; the first one is never touched."""

from __future__ import annotations

import pytest

from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.accounts.errors import RightMissingError
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.results import services as results
from eprouvette.lab.results.errors import NotANumberError, NotRequestedError
from eprouvette.lab.validation import corrections, queries, services
from eprouvette.lab.validation.errors import (
    AlreadyReleasedError,
    NeverReleasedError,
    NotReadyError,
    NotUnchangedError,
    ReasonRequiredError,
)
from eprouvette.lab.validation.models import Correction, Release
from eprouvette.standards.conformance import check
from support.lab import demo_biologist, demo_technician, dossier_ready_to_release, incoming, validate_all

pytestmark = pytest.mark.django_db
REASON = "Erreur de saisie."


@pytest.fixture
def dossier() -> Dossier:
    found = dossier_ready_to_release()
    services.release(found.pk, user=demo_biologist())
    return Dossier.objects.get(pk=found.pk)


def corrected(dossier: Dossier, value: str = "1.10") -> Release:
    corrections.correct(dossier.pk, REASON, user=demo_biologist(), exam_code="GLU", value=value)
    validate_all(dossier)
    return services.release(dossier.pk, user=demo_biologist())


@pytest.mark.requirement("REQ-CRB-16")
def test_a_new_version_replaces_the_first_and_says_what_changed(dossier: Dossier) -> None:
    first = Release.objects.get(dossier=dossier)
    second = corrected(dossier)
    report = queries.release_detail(second.pk).report
    assert (second.version, second.set_id) == (2, first.set_id)
    assert (report.document.version, report.document.replaces) == (2, first.document_id)
    assert report.revision is not None
    assert report.revision.changes[0] == REASON
    assert "Glucose : 1,10 g/L au lieu de 1,32 g/L." in report.revision.changes
    assert report.revision.by.name.family == "AUBIN"
    assert Dossier.objects.get(pk=dossier.pk).state == "released"


def test_the_first_version_stays_byte_for_byte(dossier: Dossier) -> None:
    first = Release.objects.get(dossier=dossier)
    before = {form: queries.document(first.pk, form).digest for form in ("n3", "n1", "pdf")}
    corrected(dossier)
    first.refresh_from_db()
    assert {form: queries.document(first.pk, form).digest for form in before} == before


def test_the_forms_of_the_new_version_have_no_finding(dossier: Dossier) -> None:
    second = corrected(dossier)
    for form in ("n3", "n1"):
        assert [one for one in check(queries.document(second.pk, form).content) if one.severity == "error"] == []


def test_the_biologist_sees_the_difference_before_releasing(dossier: Dossier) -> None:
    corrections.correct(dossier.pk, REASON, user=demo_biologist(), exam_code="GLU", value="1.10")
    assert services.preview_release(dossier.pk).report is None
    validate_all(dossier)
    preview = services.preview_release(dossier.pk)
    assert preview.ready
    assert preview.version == 2
    assert "Glucose : 1,10 g/L au lieu de 1,32 g/L." in preview.changes


def test_a_corrected_result_is_checked_and_validated_again(dossier: Dossier) -> None:
    corrections.correct(dossier.pk, REASON, user=demo_biologist(), exam_code="GLU", value="1.10")
    row = dossier.observations.get(exam__code="GLU")
    assert (row.state, row.validated_by, row.checked_by) == ("measured", None, None)
    assert [one.raw_value for one in row.measurements.all()] == ["1.32", "1.10"]
    with pytest.raises(NotReadyError):
        services.release(dossier.pk, user=demo_biologist())


def test_an_empty_value_gives_the_exam_up_with_the_reason(dossier: Dossier) -> None:
    corrections.correct(dossier.pk, "Tube d'un autre patient.", user=demo_biologist(), exam_code="GLU")
    row = dossier.observations.get(exam__code="GLU")
    assert (row.state, row.value, row.comment) == ("aborted", None, "Tube d'un autre patient.")
    second = services.release(dossier.pk, user=demo_biologist())
    assert second.version == 2


def test_three_versions_follow_one_another(dossier: Dossier) -> None:
    second = corrected(dossier)
    third = corrected(dossier, "1.20")
    report = queries.release_detail(third.pk).report
    assert (third.version, report.document.replaces) == (3, second.document_id)
    assert report.revision is not None
    assert report.revision.changes.count(REASON) == 1


def test_a_correction_that_changes_nothing_is_closed_and_never_released(dossier: Dossier) -> None:
    corrections.correct(dossier.pk, REASON, user=demo_biologist())
    with pytest.raises(NotReadyError, match="Rien n'a changé depuis la version 1"):
        services.release(dossier.pk, user=demo_biologist())
    corrections.close(dossier.pk, changed=False, user=demo_biologist())
    assert Dossier.objects.get(pk=dossier.pk).state == "released"
    assert Correction.objects.get().closed
    with pytest.raises(AlreadyReleasedError):
        services.release(dossier.pk, user=demo_biologist())


def test_a_correction_that_changes_something_is_not_closed(dossier: Dossier) -> None:
    corrections.correct(dossier.pk, REASON, user=demo_biologist(), exam_code="GLU", value="1.10")
    with pytest.raises(NotUnchangedError):
        corrections.close(dossier.pk, changed=False, user=demo_biologist())
    validate_all(dossier)
    with pytest.raises(NotUnchangedError):
        corrections.close(dossier.pk, changed=True, user=demo_biologist())


def test_a_message_never_changes_a_validated_result_of_an_open_correction(dossier: Dossier) -> None:
    corrections.correct(dossier.pk, REASON, user=demo_biologist())
    recorded = results.record(dossier.pk, [incoming("GLU", "9.99", minutes_ago=1)], source="hl7:1")
    assert recorded.aside == ["GLU"]


def test_a_wrong_value_or_exam_leaves_the_dossier_as_it_was(dossier: Dossier) -> None:
    for exam, value, error in (("GLU", "beaucoup", NotANumberError), ("CRP", "1.0", NotRequestedError)):
        with pytest.raises(error):
            corrections.correct(dossier.pk, REASON, user=demo_biologist(), exam_code=exam, value=value)
    assert Dossier.objects.get(pk=dossier.pk).state == "released"
    assert not Correction.objects.exists()


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_correction_says_why(dossier: Dossier, reason: str) -> None:
    with pytest.raises(ReasonRequiredError):
        corrections.correct(dossier.pk, reason, user=demo_biologist())


def test_only_a_biologist_corrects_and_only_what_left(dossier: Dossier) -> None:
    with pytest.raises(RightMissingError):
        corrections.correct(dossier.pk, REASON, user=demo_technician())
    with pytest.raises(RightMissingError):
        corrections.close(dossier.pk, changed=False, user=demo_technician())
    other = dossier_ready_to_release(patient=dossier.patient_id)
    with pytest.raises(NeverReleasedError):
        corrections.correct(other.pk, REASON, user=demo_biologist())


def test_a_correction_is_in_the_journal_without_its_reason(dossier: Dossier) -> None:
    corrections.correct(dossier.pk, REASON, user=demo_biologist())
    line = AuditLine.objects.get(action="report.correction")
    assert line.actor == demo_biologist().actor
    assert REASON not in str(line.details)


def test_the_clinical_data_of_the_request_reach_the_report() -> None:
    found = dossier_ready_to_release()
    Dossier.objects.filter(pk=found.pk).update(clinical_data="Fièvre depuis 48 heures.")
    row = services.release(found.pk, user=demo_biologist())
    assert queries.release_detail(row.pk).report.order.clinical_data == "Fièvre depuis 48 heures."
    assert "Fièvre depuis 48 heures.".encode() in queries.document(row.pk, "n3").content
