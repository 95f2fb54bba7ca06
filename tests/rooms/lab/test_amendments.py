"""Amending the request of an open dossier: samples, screening, confidentiality; and what the report then says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from eprouvette.core.dates import PARIS
from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.accounts.errors import RightMissingError
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Role
from eprouvette.lab.catalogue.models import Exam
from eprouvette.lab.directory.models import Practitioner
from eprouvette.lab.directory.services import NewPractitioner, save_practitioner
from eprouvette.lab.orders import amendments
from eprouvette.lab.orders.changes import SampleChange, ScreeningChange, Shot
from eprouvette.lab.orders.errors import (
    ClosedDossierError,
    InvalidAmendmentError,
    UnknownDossierError,
    UnknownSampleError,
)
from eprouvette.lab.orders.models import Dossier, Sample, ScreeningContext
from eprouvette.lab.results.services import record
from eprouvette.lab.validation import corrections, queries
from eprouvette.lab.validation import services as validation
from eprouvette.standards.conformance import check
from eprouvette.standards.conformance.official import OfficialRunner
from eprouvette.standards.crbio.reader import read_report
from eprouvette.standards.report.model import LabReport
from support.lab import (
    ACTOR,
    demo_biologist,
    demo_secretary,
    demo_technician,
    dossier_ready_to_release,
    incoming,
    open_dossier,
    user,
    validate_all,
)

pytestmark = pytest.mark.django_db
SHOTS = (Shot("J07BM03", given=True, given_on=date(2012, 5, 4), dose="2"), Shot("J07BM01", given=False))
SCREENING = ScreeningChange("MED-1210", "B97.7", SHOTS)


def nurse() -> Practitioner:
    return save_practitioner(
        NewPractitioner(
            rpps="10000000049",
            family_name="CHEVRIER",
            given_name="Hervé",
            civility="M",
            specialty_code="G15_60",
            address_line="9 rue du Mont-Roland",
            postal_code="39100",
            city="DOLE",
            phone="06 00 00 00 49",
        ),
        actor=ACTOR,
    )


def same(sample: Sample) -> SampleChange:
    """The sample as it is."""
    return SampleChange(sample.collected_at, sample.received_at)


def amend(sample: Sample, **changes: object) -> Sample:
    change = replace(same(sample), **changes)  # type: ignore[arg-type]
    amendments.amend_sample(sample.dossier_id, sample.pk, change, user=demo_secretary())
    return Sample.objects.get(pk=sample.pk)


def first_sample(dossier: Dossier) -> Sample:
    return dossier.samples.order_by("rank")[0]


def release(dossier: Dossier) -> tuple[LabReport, bytes]:
    """The frozen report, and its document once our rules found no error in it."""
    row = validation.release(dossier.pk, user=demo_biologist())
    content = queries.document(row.pk, "n3").content
    assert [finding for finding in check(content) if finding.severity == "error"] == []
    return queries.release_detail(row.pk).report, content


def screening_dossier() -> Dossier:
    dossier = open_dossier("HPV")
    record(dossier.pk, [incoming("HPV", "HPV-HR non détecté")], source="tests")
    return dossier


def test_site_sampler_times_and_origin_are_in_the_report_and_read_back() -> None:
    dossier = dossier_ready_to_release()
    sample = first_sample(dossier)
    earlier = sample.collected_at - timedelta(minutes=40)
    amend(
        sample,
        collected_at=earlier,
        received_at=earlier + timedelta(minutes=50),
        site_code="36973007",
        sampler_id=nurse().pk,
        subject="Eau du réseau",
        subject_code="11713004",
        subject_place="Robinet de la chambre 12",
    )
    report, content = release(dossier)
    for read in (report, read_report(content).report):
        found = next(
            one
            for chapter in read.chapters
            for section in chapter.sections
            for one in section.samples
            if one.id.extension == sample.number
        )
        assert found.collected_at == earlier
        assert found.received_at == earlier + timedelta(minutes=50)
        assert found.site is not None
        assert (found.site.code, found.site.display) == ("36973007", "endocol utérin")
        assert found.collector is not None
        assert found.collector.name.family == "CHEVRIER"
        assert found.subject is not None
        assert (found.subject.text, found.subject.coded and found.subject.coded.code) == ("Eau du réseau", "11713004")
        assert found.subject.place is not None
        assert found.subject.place.lines == ("Robinet de la chambre 12",)


def test_a_sample_that_nobody_amended_says_nothing_of_it() -> None:
    report, _ = release(dossier_ready_to_release())
    for sample in report.chapters[0].sections[0].samples:
        assert (sample.site, sample.collector, sample.subject) == (None, None, None)
    assert (report.screening, report.document.confidentiality) == (None, "N")


def test_the_dossier_s_own_sampler_is_not_named_again() -> None:
    dossier = open_dossier("GLU")
    dossier.sampler = nurse()
    dossier.save()
    sample = amend(first_sample(dossier), sampler_id=dossier.sampler.pk)
    assert sample.sampler_id is None


def test_the_journal_names_what_changed_and_not_what_it_says() -> None:
    sample = first_sample(open_dossier("GLU"))
    amend(sample, subject="Tique", site_code="39937001")
    line = AuditLine.objects.get(action="sample.amended")
    assert line.target == f"dossier:{sample.dossier_id}"
    assert line.details == {"sample": sample.pk, "changed": "site_code, subject"}
    amend(Sample.objects.get(pk=sample.pk), subject="Tique", site_code="39937001")
    assert AuditLine.objects.filter(action="sample.amended").count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"collected_at": timezone.now() + timedelta(days=1)}, "collected_at"),
        ({"received_at": timezone.now() - timedelta(days=300)}, "received_at"),
        ({"site_code": "ABSENT"}, "site_code"),
        ({"sampler_id": 999_999}, "sampler_id"),
        ({"subject_place": "Dole"}, "subject"),
    ],
)
def test_an_incoherent_amendment_is_refused_and_nothing_is_kept(changes: dict[str, object], field: str) -> None:
    sample = first_sample(open_dossier("GLU"))
    with pytest.raises(InvalidAmendmentError) as refused:
        amend(sample, **changes)
    assert field in refused.value.problems
    assert not AuditLine.objects.filter(action="sample.amended").exists()


def test_a_sample_is_amended_through_its_own_dossier_only() -> None:
    dossier = open_dossier("GLU")
    sample = first_sample(dossier)
    other = open_dossier("GLU", patient=dossier.patient_id)
    with pytest.raises(UnknownDossierError):
        amendments.amend_sample(999_999, sample.pk, same(sample), user=demo_secretary())
    with pytest.raises(UnknownSampleError):
        amendments.amend_sample(other.pk, sample.pk, same(sample), user=demo_secretary())


AMENDMENTS: dict[str, Callable[[Dossier, User], None]] = {
    "sample": lambda dossier, who: amendments.amend_sample(
        dossier.pk, first_sample(dossier).pk, same(first_sample(dossier)), user=who
    ),
    "screening": lambda dossier, who: amendments.set_screening(dossier.pk, SCREENING, user=who),
    "no screening": lambda dossier, who: amendments.remove_screening(dossier.pk, user=who),
    "confidentiality": lambda dossier, who: amendments.set_confidentiality(dossier.pk, "R", user=who),
}


@pytest.mark.parametrize("name", AMENDMENTS)
def test_a_released_dossier_is_closed_and_a_correction_opens_it(name: str) -> None:
    dossier = screening_dossier()
    validate_all(dossier)
    release(dossier)
    with pytest.raises(ClosedDossierError):
        AMENDMENTS[name](dossier, demo_biologist())
    corrections.correct(dossier.pk, "Demande à corriger.", user=demo_biologist())
    AMENDMENTS[name](dossier, demo_biologist())


@pytest.mark.parametrize("name", AMENDMENTS)
def test_who_runs_the_machine_amends_nothing(name: str) -> None:
    dossier = open_dossier("HPV")
    with pytest.raises(RightMissingError):
        AMENDMENTS[name](dossier, user("racine", Role.ADMIN))


def test_a_correction_of_the_request_alone_says_what_it_corrects() -> None:
    dossier = screening_dossier()
    validate_all(dossier)
    release(dossier)
    corrections.correct(dossier.pk, "Site oublié.", user=demo_biologist())
    amend(first_sample(dossier), site_code="28349006")
    amendments.set_screening(dossier.pk, SCREENING, user=demo_biologist())
    amendments.set_confidentiality(dossier.pk, "R", user=demo_biologist())
    report, _ = release(dossier)
    assert report.revision is not None
    assert report.revision.changes == (
        "Site oublié.",
        f"Prélèvement {first_sample(dossier).number} corrigé : site.",
        "Contexte du dépistage ou vaccinations modifiés.",
        "Confidentialité : restreinte.",
    )


def test_a_screening_leaves_with_its_context_its_kit_and_its_vaccinations() -> None:
    dossier = screening_dossier()
    amendments.set_screening(dossier.pk, SCREENING, user=demo_secretary())
    validate_all(dossier)
    report, content = release(dossier)
    for read in (report, read_report(content).report):
        assert read.screening is not None
        assert (read.screening.context.code, read.screening.sought.code) == ("MED-1210", "B97.7")
        given, refused = read.screening.vaccinations
        assert (given.status, given.vaccine.code, given.dose) == ("given", "J07BM03", "2")
        assert given.at is not None
        assert given.at.astimezone(PARIS).date() == date(2012, 5, 4)
        assert (refused.status, refused.at) == ("not_given", None)
        (result,) = read.chapters[0].sections[0].entries
        assert [(one.coded.code, one.role) for one in getattr(result, "materials", ())] == [
            ("VHEDA1GUR01LX", "device"),
            ("GEN-303", "consumable"),
        ]
    # A day without hour is told without hour.
    assert b"04/05/2012<" in content


def test_the_kit_of_the_day_of_the_measure_is_the_one_that_is_told() -> None:
    dossier = screening_dossier()
    Exam.objects.filter(code="HPV").update(materials=[])
    validate_all(dossier)
    report, _ = release(dossier)
    (result,) = report.chapters[0].sections[0].entries
    assert len(getattr(result, "materials", ())) == 2


@pytest.mark.pack
def test_a_screening_and_a_sample_beyond_the_patient_fail_no_official_assertion(pack_dir: Path) -> None:
    dossier = screening_dossier()
    amendments.set_screening(dossier.pk, SCREENING, user=demo_secretary())
    amendments.set_confidentiality(dossier.pk, "R", user=demo_biologist())
    amend(
        first_sample(dossier),
        site_code="36973007",
        sampler_id=nurse().pk,
        subject="Eau du réseau",
        subject_place="Dole",
    )
    validate_all(dossier)
    _, content = release(dossier)
    assert list(OfficialRunner(pack_dir).judge(content).failures) == []


def test_saying_a_screening_again_replaces_it_and_it_can_be_taken_back() -> None:
    dossier = open_dossier("HPV")
    amendments.set_screening(dossier.pk, SCREENING, user=demo_secretary())
    amendments.set_screening(dossier.pk, ScreeningChange("MED-1213", "N87.9"), user=demo_technician())
    row = ScreeningContext.objects.get(dossier=dossier)
    assert (row.context_label, row.vaccinations.count()) == ("Test HPV-HR de contrôle", 0)
    amendments.remove_screening(dossier.pk, user=demo_secretary())
    amendments.remove_screening(dossier.pk, user=demo_secretary())
    assert not ScreeningContext.objects.exists()
    actions = AuditLine.objects.filter(action__startswith="screening.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["screening.set", "screening.set", "screening.removed"]


def test_a_dossier_without_an_exam_of_the_screening_has_no_context() -> None:
    dossier = open_dossier("GLU")
    with pytest.raises(InvalidAmendmentError, match="aucun examen de ce dossier"):
        amendments.set_screening(dossier.pk, SCREENING, user=demo_secretary())
    with pytest.raises(InvalidAmendmentError, match="Contexte : choisir"):
        amendments.set_screening(
            open_dossier("HPV", patient=dossier.patient_id).pk, ScreeningChange("", ""), user=demo_secretary()
        )


def test_a_restricted_report_says_so_and_the_journal_keeps_both_levels() -> None:
    dossier = dossier_ready_to_release()
    amendments.set_confidentiality(dossier.pk, "V", user=demo_secretary())
    amendments.set_confidentiality(dossier.pk, "R", user=demo_biologist())
    amendments.set_confidentiality(dossier.pk, "R", user=demo_biologist())
    lines = AuditLine.objects.filter(action="dossier.confidentiality").order_by("pk")
    assert [line.details for line in lines] == [{"before": "N", "after": "V"}, {"before": "V", "after": "R"}]
    report, content = release(dossier)
    assert report.document.confidentiality == "R"
    assert b'<confidentialityCode code="R"' in content


@pytest.mark.parametrize("level", ["", "n", "X", "NORMAL"])
def test_an_unknown_level_is_refused(level: str) -> None:
    with pytest.raises(InvalidAmendmentError):
        amendments.set_confidentiality(open_dossier("GLU").pk, level, user=demo_biologist())


def test_the_bench_does_not_set_a_confidentiality() -> None:
    with pytest.raises(RightMissingError):
        amendments.set_confidentiality(open_dossier("GLU").pk, "R", user=demo_technician())
