"""Release: frozen once, checked, stored, promised to dispatch; refused in whole otherwise."""

from __future__ import annotations

import hashlib

import pytest
from lxml import etree
from procrastinate.contrib.django.models import ProcrastinateJob

from eprouvette.foundation.audit.models import AuditLine
from eprouvette.foundation.structures import styles
from eprouvette.lab.accounts.errors import RightMissingError
from eprouvette.lab.identity import services as identity
from eprouvette.lab.orders.forms import NewPatient
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.results import services as results
from eprouvette.lab.results.errors import ReleasedDossierError
from eprouvette.lab.validation import queries, rendering, services
from eprouvette.lab.validation.errors import (
    AlreadyReleasedError,
    FindingLine,
    NotReadyError,
    ReleaseRefusedError,
    UnknownReleaseError,
)
from eprouvette.lab.validation.models import Release
from eprouvette.standards.conformance import check
from eprouvette.standards.report.codec import to_json
from eprouvette.standards.report.results import Battery, Limit, Numeric, Observation, Ratio
from support.lab import (
    ACTOR,
    DOMINIQUE_INS,
    PROVISOIRE,
    demo_biologist,
    demo_technician,
    dossier_ready_to_release,
    incoming,
    open_dossier,
)
from support.pdf_damages import printed

pytestmark = pytest.mark.django_db


def test_a_release_keeps_five_forms_a_job_and_an_audit_line() -> None:
    dossier = dossier_ready_to_release()
    row = services.release(dossier.pk, user=demo_biologist())
    assert set(row.documents.values_list("form", flat=True)) == {"n3", "n3_xsl", "n1", "n1_xsl", "pdf"}
    job = ProcrastinateJob.objects.get(task_name="dispatch.plan")
    assert job.args == {"release_id": row.pk}
    assert AuditLine.objects.filter(action="report.released", target=f"release:{row.pk}").count() == 1
    assert Dossier.objects.get(pk=dossier.pk).state == "released"


@pytest.mark.requirement("REQ-CRB-16")
def test_a_stored_form_is_shown_again_byte_for_byte() -> None:
    row = services.release(dossier_ready_to_release().pk, user=demo_biologist())
    stored = queries.document(row.pk, "pdf")
    assert stored.content.startswith(b"%PDF")
    assert hashlib.sha256(stored.content).hexdigest() == stored.digest


def test_the_bytes_can_be_made_again_from_the_frozen_report_alone() -> None:
    row = services.release(dossier_ready_to_release().pk, user=demo_biologist())
    report, rendered = rendering.render(row.report, styles.house_of(row.style))
    assert report is not None
    assert to_json(report) == row.report
    for form, content in rendered.forms.items():
        assert queries.document(row.pk, form).content == content


def test_the_report_says_what_was_measured() -> None:
    row = services.release(dossier_ready_to_release().pk, user=demo_biologist())
    report = queries.release_detail(row.pk).report
    entries = [entry for chapter in report.chapters for section in chapter.sections for entry in section.entries]
    singles = {entry.code.label: entry for entry in entries if isinstance(entry, Observation)}
    batteries = {entry.label: entry for entry in entries if isinstance(entry, Battery)}
    glucose = singles["Glucose"]
    assert isinstance(glucose.value, Numeric)
    assert (str(glucose.value.value), glucose.interpretation) == ("1.32", "H")
    assert glucose.reference is not None
    assert (str(glucose.reference.low), str(glucose.reference.high)) == ("0.70", "1.10")
    assert isinstance(singles["Anticorps antinucléaires"].value, Ratio)
    tsh, _, triiodothyronine = batteries["Bilan thyroïdien"].observations
    assert isinstance(tsh.value, Limit)
    assert tsh.interpretation in {"L", "LL"}
    assert (triiodothyronine.value, triiodothyronine.status) == (None, "aborted")
    assert triiodothyronine.comments
    assert batteries["Bilan lipidique"].observations[0].code.label == "Cholestérol total"


@pytest.mark.requirement("REQ-CRB-14")
def test_the_legal_authenticator_is_the_biologist_with_her_rpps() -> None:
    row = services.release(dossier_ready_to_release().pk, user=demo_biologist())
    report = queries.release_detail(row.pk).report
    assert report.legal_authenticator.by.id.extension == "810000000015"
    assert report.custodian.id.extension == "1390999999"


@pytest.mark.requirement("REQ-DEF-05")
def test_the_forms_pass_our_own_rules() -> None:
    row = services.release(dossier_ready_to_release().pk, user=demo_biologist())
    for form in ("n3", "n1"):
        content = queries.document(row.pk, form).content
        assert etree.fromstring(content).tag.endswith("ClinicalDocument")
        assert [finding for finding in check(content) if finding.severity == "error"] == []


@pytest.mark.requirement("REQ-CRB-02")
def test_a_pdf_of_another_report_refuses_the_release_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "render_pdf", lambda *_: printed(1))
    with pytest.raises(ReleaseRefusedError) as refused:
        services.release(dossier_ready_to_release().pk, user=demo_biologist())
    assert "PDF-07" in {finding.rule for finding in refused.value.findings}
    assert not Release.objects.exists()


def test_a_provisional_patient_gets_a_report_without_ins() -> None:
    dossier = dossier_ready_to_release(NewPatient(PROVISOIRE))
    row = services.release(dossier.pk, user=demo_biologist())
    assert queries.release_detail(row.pk).report.patient.ins is None


@pytest.mark.requirement("REQ-INS-09")
def test_the_ins_leaves_when_qualified_and_only_then() -> None:
    dossier = dossier_ready_to_release()
    preview = services.preview_release(dossier.pk)
    assert preview.report is not None
    assert preview.report.patient.ins is not None
    identity.downgrade(dossier.patient.pk, actor=ACTOR)
    again = services.preview_release(dossier.pk)
    assert again.report is not None
    assert again.report.patient.ins is None
    assert DOMINIQUE_INS.value not in to_json(again.report)


def test_the_preview_keeps_nothing() -> None:
    dossier = dossier_ready_to_release()
    preview = services.preview_release(dossier.pk)
    assert preview.ready
    assert preview.problems == ()
    assert not Release.objects.exists()
    assert not ProcrastinateJob.objects.filter(task_name="dispatch.plan").exists()


def test_a_dossier_that_is_not_wholly_validated_is_refused_with_the_names_of_the_exams() -> None:
    dossier = open_dossier("GLU", "K", "NA")
    results.record(dossier.pk, [incoming("GLU", "0.95"), incoming("K", "4.0")], source="tests")
    first = dossier.observations.get(exam__code="GLU")
    services.check([first.pk], user=demo_technician())
    with pytest.raises(NotReadyError) as refused:
        services.release(dossier.pk, user=demo_biologist())
    assert refused.value.problems == ("Résultat attendu : Sodium.", "À vérifier : Potassium.", "À valider : Glucose.")
    assert services.preview_release(dossier.pk).problems == refused.value.problems


def test_a_dossier_with_nothing_but_abandoned_exams_is_refused() -> None:
    dossier = open_dossier("GLU")
    results.abort(dossier.pk, "GLU", "Tube cassé.", user=demo_biologist())
    with pytest.raises(NotReadyError, match="Aucun résultat"):
        services.release(dossier.pk, user=demo_biologist())


def test_a_second_release_of_an_unchanged_dossier_is_refused() -> None:
    dossier = dossier_ready_to_release()
    services.release(dossier.pk, user=demo_biologist())
    with pytest.raises(AlreadyReleasedError):
        services.release(dossier.pk, user=demo_biologist())
    assert Release.objects.count() == 1


def test_a_result_for_a_released_dossier_is_refused() -> None:
    dossier = dossier_ready_to_release()
    services.release(dossier.pk, user=demo_biologist())
    with pytest.raises(ReleasedDossierError):
        results.record(dossier.pk, [incoming("GLU", "2.00", minutes_ago=1)], source="tests")


@pytest.mark.requirement("REQ-DEF-04")
def test_a_technician_neither_validates_nor_releases() -> None:
    dossier = dossier_ready_to_release()
    with pytest.raises(RightMissingError):
        services.release(dossier.pk, user=demo_technician())
    with pytest.raises(RightMissingError):
        services.validate([1], user=demo_technician())


def test_an_error_of_our_rules_refuses_the_release_and_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = dossier_ready_to_release()
    finding = FindingLine("X-01", "error", "/ClinicalDocument", "Un trait manque.", "essai")
    monkeypatch.setattr(rendering, "check", lambda _, version="2024.01": (finding,))
    with pytest.raises(ReleaseRefusedError) as refused:
        services.release(dossier.pk, user=demo_biologist())
    assert refused.value.findings == (finding,)
    assert not Release.objects.exists()
    assert Dossier.objects.get(pk=dossier.pk).state == "validated"
    assert not ProcrastinateJob.objects.filter(task_name="dispatch.plan").exists()


def test_a_sign_that_the_font_lacks_refuses_the_release_with_a_sentence() -> None:
    dossier = open_dossier("FROT")
    results.record(dossier.pk, [incoming("FROT", "Cellules 🜁 rares")], source="tests")
    ids = list(dossier.observations.values_list("pk", flat=True))
    services.check(ids, user=demo_technician())
    services.validate(ids, user=demo_biologist())
    preview = services.preview_release(dossier.pk)
    assert not preview.ready
    assert preview.problems
    with pytest.raises(ReleaseRefusedError):
        services.release(dossier.pk, user=demo_biologist())


def test_an_earlier_result_of_the_same_patient_is_recalled() -> None:
    first = dossier_ready_to_release()
    second = open_dossier("GLU", patient=first.patient.pk)
    second.sampled_at = first.sampled_at.replace(year=first.sampled_at.year + 1)
    Dossier.objects.filter(pk=first.pk).update(sampled_at=first.sampled_at.replace(year=first.sampled_at.year - 1))
    results.record(second.pk, [incoming("GLU", "0.98")], source="tests")
    ids = list(second.observations.values_list("pk", flat=True))
    services.check(ids, user=demo_technician())
    services.validate(ids, user=demo_biologist())
    row = services.release(second.pk, user=demo_biologist())
    section = queries.release_detail(row.pk).report.chapters[0].sections[0]
    entry = section.entries[0]
    assert not isinstance(entry, Battery)
    assert [prior.value for prior in entry.priors] == [Numeric(entry.priors[0].value.value, "g/L", "g/L")]  # type: ignore[union-attr]  # a number
    assert str(entry.priors[0].value.value) == "1.32"  # type: ignore[union-attr]  # a number


def test_normal_results_are_proposed_and_the_others_say_why_not() -> None:
    dossier = open_dossier("GLU", "K", "NA")
    lines = [incoming("GLU", "1.32"), incoming("K", "7.0"), incoming("NA", "140")]
    results.record(dossier.pk, lines, source="tests")
    choices = {choice.label: choice for choice in queries.validation_choice(dossier.pk)}
    assert (choices["Sodium"].proposed, choices["Sodium"].reason) == (True, "")
    assert choices["Glucose"].reason == "hors des valeurs usuelles"
    assert choices["Potassium"].reason == "valeur critique"


def test_an_unknown_release_or_form_is_said() -> None:
    with pytest.raises(UnknownReleaseError):
        queries.release_detail(999_999)
    with pytest.raises(UnknownReleaseError):
        queries.document(999_999, "n3")


def test_an_identity_qualified_after_registration_is_the_one_that_leaves() -> None:
    dossier = dossier_ready_to_release(NewPatient(PROVISOIRE))
    identity.validate_identity(dossier.patient.pk, document_type="passeport", actor="system:tests")
    assert services.preview_release(dossier.pk).ready
