"""A report that must not be used at all is cancelled by one more version, and its dossier is closed for good."""

from __future__ import annotations

import pytest

from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.accounts.errors import RightMissingError
from eprouvette.lab.orders import queries as orders
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.partners import services as partners
from eprouvette.lab.results import services as results
from eprouvette.lab.results.errors import CancelledDossierError
from eprouvette.lab.validation import cancellation, corrections, queries, services
from eprouvette.lab.validation.errors import (
    AlreadyCancelledError,
    NeverReleasedError,
    ReasonRequiredError,
    ReleaseRefusedError,
)
from eprouvette.lab.validation.models import Release
from eprouvette.standards.conformance import check
from support.lab import demo_biologist, demo_technician, dossier_ready_to_release, incoming, open_dossier, validate_all

pytestmark = pytest.mark.django_db
REASON = "Tube d'un autre patient."


@pytest.fixture
def dossier() -> Dossier:
    found = dossier_ready_to_release()
    services.release(found.pk, user=demo_biologist())
    return Dossier.objects.get(pk=found.pk)


def cancelled(dossier: Dossier) -> Release:
    return cancellation.cancel(dossier.pk, REASON, user=demo_biologist())


def test_the_cancelling_version_follows_the_one_before_and_says_who_when_and_why(dossier: Dossier) -> None:
    first = Release.objects.get(dossier=dossier)
    second = cancelled(dossier)
    assert (second.set_id, second.version, second.cancelled) == (first.set_id, 2, True)
    report = queries.release_detail(second.pk).report
    assert (report.document.replaces, report.document.status) == (first.document_id, "aborted")
    assert report.revision is not None
    assert report.revision.changes == (f"Compte rendu annulé : {REASON}",)
    assert (report.revision.by.name.family, report.revision.at) == ("AUBIN", second.released_at)
    assert Dossier.objects.get(pk=dossier.pk).state == "cancelled"


def test_its_forms_have_no_finding_and_no_value_of_the_report(dossier: Dossier) -> None:
    second = cancelled(dossier)
    for form in ("n3", "n1"):
        content = queries.document(second.pk, form).content
        assert [one for one in check(content) if one.severity == "error"] == []
    n3 = queries.document(second.pk, "n3").content.decode()
    assert "Ne pas utiliser la version précédente" in n3
    assert not any(value in n3 for value in ("1.32", "1,32", "Quelques microcytes"))


def test_what_left_before_stays_byte_for_byte(dossier: Dossier) -> None:
    first = Release.objects.get(dossier=dossier)
    before = (first.report, {form: queries.document(first.pk, form).digest for form in ("n3", "n1", "pdf")})
    cancelled(dossier)
    first.refresh_from_db()
    assert (first.report, {form: queries.document(first.pk, form).digest for form in before[1]}) == before


def test_it_is_cancelled_under_the_identity_that_was_sent(dossier: Dossier) -> None:
    patient = dossier.patient
    patient.birth_family_name = "AUTRE"
    patient.save()
    report = queries.release_detail(cancelled(dossier).pk).report
    assert report.patient.birth_family_name == "PAT-TROIS"


def test_a_cancelled_dossier_takes_nothing_any_more(dossier: Dossier) -> None:
    cancelled(dossier)
    row = dossier.observations.get(exam__code="GLU")
    with pytest.raises(CancelledDossierError):
        results.record(dossier.pk, [incoming("GLU", "9.99")], source="hl7:1")
    with pytest.raises(CancelledDossierError):
        partners.receive(dossier.pk, b"%PDF-1.4", user=demo_technician())
    with pytest.raises(CancelledDossierError):
        services.check([row.pk], user=demo_technician())
    with pytest.raises(AlreadyCancelledError):
        corrections.correct(dossier.pk, REASON, user=demo_biologist(), exam_code="GLU", value="1.10")
    with pytest.raises(AlreadyCancelledError):
        services.release(dossier.pk, user=demo_biologist())
    with pytest.raises(AlreadyCancelledError):
        cancelled(dossier)
    with pytest.raises(AlreadyCancelledError):
        cancellation.preview(dossier.pk, user=demo_biologist())
    assert Release.objects.filter(dossier=dossier).count() == 2


def test_a_result_for_an_order_number_goes_to_the_new_request_and_not_to_the_cancelled_one(dossier: Dossier) -> None:
    cancelled(dossier)
    again = open_dossier("GLU", patient=dossier.patient_id, order_number=dossier.order_number)
    assert orders.find_for_result("", dossier.order_number) == again.pk


def test_a_partial_report_and_one_in_correction_are_cancelled_too() -> None:
    partial = open_dossier("GLU", "K")
    results.record(partial.pk, [incoming("GLU", "1.32")], source="tests")
    validate_all(partial)
    services.release(partial.pk, user=demo_biologist(), partial=True)
    cancelled(partial)
    assert Dossier.objects.get(pk=partial.pk).state == "cancelled"
    correcting = dossier_ready_to_release(patient=partial.patient_id)
    services.release(correcting.pk, user=demo_biologist())
    corrections.correct(correcting.pk, REASON, user=demo_biologist(), exam_code="GLU", value="1.10")
    assert cancelled(correcting).version == 2
    assert Dossier.objects.get(pk=correcting.pk).state == "cancelled"


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 501])
def test_a_cancellation_says_why(dossier: Dossier, reason: str) -> None:
    with pytest.raises(ReasonRequiredError, match="annulation demande un motif"):
        cancellation.cancel(dossier.pk, reason, user=demo_biologist())
    assert Dossier.objects.get(pk=dossier.pk).state == "released"


def test_a_reason_that_no_document_can_hold_is_refused_and_nothing_is_kept(dossier: Dossier) -> None:
    with pytest.raises(ReleaseRefusedError):
        cancellation.cancel(dossier.pk, "Tube\x01 faux", user=demo_biologist())
    assert Release.objects.filter(dossier=dossier).count() == 1
    assert Dossier.objects.get(pk=dossier.pk).state == "released"


def test_only_a_biologist_cancels_and_only_what_left(dossier: Dossier) -> None:
    with pytest.raises(RightMissingError):
        cancellation.cancel(dossier.pk, REASON, user=demo_technician())
    other = dossier_ready_to_release(patient=dossier.patient_id)
    with pytest.raises(NeverReleasedError, match="rien à annuler"):
        cancelled(other)


def test_a_preview_keeps_nothing(dossier: Dossier) -> None:
    preview = cancellation.preview(dossier.pk, user=demo_biologist())
    assert preview.report.cancelled
    assert Release.objects.filter(dossier=dossier).count() == 1
    assert Dossier.objects.get(pk=dossier.pk).state == "released"


def test_the_journal_tells_the_cancellation_without_its_reason(dossier: Dossier) -> None:
    row = cancelled(dossier)
    line = AuditLine.objects.get(action="report.cancelled")
    assert (line.actor, line.target) == (demo_biologist().actor, f"release:{row.pk}")
    assert REASON not in str(line.details)
