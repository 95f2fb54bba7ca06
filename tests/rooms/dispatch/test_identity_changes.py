"""A change of identity reaches what waits, what was sent, and nobody twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from eprouvette.exchange.channels.base import Ambiguous, ChannelCode
from eprouvette.exchange.dispatch import consignments, exposure, planning, services, steps
from eprouvette.exchange.dispatch.identities import identity_changed
from eprouvette.exchange.dispatch.models import Delivery
from eprouvette.exchange.dispatch.states import Reason, State
from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.identity import services as identity
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.services import edit_traits
from eprouvette.lab.results import queries as results
from eprouvette.lab.validation import corrections, reissue
from eprouvette.lab.validation import services as validation
from eprouvette.lab.validation.models import Release
from eprouvette.sandbox.scenario.laboratory import prepare
from eprouvette.standards.report.codec import from_json
from support.identities import traits_of
from support.lab import DOMINIQUE_INS, demo_biologist
from support.road import Scripted, demonstration_dossier, receive_examples

pytestmark = pytest.mark.django_db
ACTOR = "user:test"


@pytest.fixture(autouse=True)
def channels(monkeypatch: pytest.MonkeyPatch) -> dict[ChannelCode, Scripted]:
    scripted: dict[ChannelCode, Scripted] = {code: Scripted() for code in ("dmp", "mss_pro", "mss_patient")}
    monkeypatch.setattr(consignments, "CHANNELS", scripted)
    return scripted


@pytest.fixture
def release() -> Release:
    """A report released while the identity was provisional."""
    laboratory = prepare()
    dossier = demonstration_dossier(laboratory)
    identity.downgrade(dossier.patient_id, actor=ACTOR)
    receive_examples()
    observations = [row.pk for row in results.observations_of(dossier.pk)]
    validation.check(observations, user=laboratory.technician)
    validation.validate(observations, user=laboratory.biologist)
    return validation.release(dossier.pk, user=laboratory.biologist)


def qualify(release: Release) -> Patient:
    return identity.qualify(release.dossier.patient_id, DOMINIQUE_INS, document_type="passeport", actor=ACTOR)


def sent(release: Release) -> dict[str, str]:
    """Plan, send all that may leave, and say where each channel stands."""
    planning.plan(release.pk)
    for row in Delivery.objects.filter(release=release, state=State.QUEUED):
        steps.send(row.pk)
    return states(release)


def states(release: Release) -> dict[str, str]:
    return dict(Delivery.objects.filter(release=release).values_list("channel", "state"))


def promised(patient_id: int) -> int:
    jobs = ProcrastinateJob.objects.filter(task_name="dispatch.identity_changed", status="todo")
    return jobs.filter(args={"patient_id": patient_id}).count()


@pytest.mark.requirement("REQ-INS-26")
def test_an_ins_qualified_after_release_gives_a_version_to_those_who_wait_and_to_nobody_else(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    assert sent(release) == {"dmp": State.WAITING, "mss_patient": State.WAITING, "mss_pro": State.ACCEPTED}
    before = {one.form: one.digest for one in release.documents.all()}
    qualify(release)
    assert promised(release.dossier.patient_id) > 0
    identity_changed(release.dossier.patient_id)
    identity_changed(release.dossier.patient_id)
    later = Release.objects.get(dossier=release.dossier, version=2)
    assert (later.reissued, later.set_id, later.released_by) == (True, release.set_id, release.released_by)
    assert sent(later) == {"dmp": State.ACCEPTED, "mss_patient": State.ACCEPTED, "mss_pro": State.WITHDRAWN}
    assert states(release) == {"dmp": State.WITHDRAWN, "mss_patient": State.WITHDRAWN, "mss_pro": State.ACCEPTED}
    # The DMP holds no earlier version: what it is told replaces nothing.
    assert channels["dmp"].sent[0][0].replaces is None
    assert len(channels["mss_pro"].sent) == 1
    assert {one.form: one.digest for one in release.documents.all()} == before
    old, new = from_json(release.report), from_json(later.report)
    assert (new.chapters, new.validators, new.legal_authenticator) == (
        old.chapters,
        old.validators,
        old.legal_authenticator,
    )
    assert new.revision is not None
    assert new.revision.changes == ("INS qualifiée après libération",)
    assert AuditLine.objects.filter(action="report.reissued").count() == 1


def test_who_gets_the_first_version_while_the_second_is_planned_is_not_served_twice(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    planning.plan(release.pk)
    row = Delivery.objects.get(release=release, channel="mss_pro")
    assert steps.begin(row.pk) is not None
    qualify(release)
    identity_changed(release.dossier.patient_id)
    later = Release.objects.get(dossier=release.dossier, version=2)
    planning.plan(later.pk)
    steps.send(row.pk)
    second = Delivery.objects.get(release=later, channel="mss_pro")
    steps.send(second.pk)
    row.refresh_from_db()
    second.refresh_from_db()
    assert (row.state, second.state, second.rule) == (State.ACCEPTED, State.WITHDRAWN, "REI-1")
    assert len(channels["mss_pro"].sent) == 1


def test_an_ins_qualified_between_the_release_and_its_plan_is_not_forgotten(release: Release) -> None:
    qualify(release)
    identity_changed(release.dossier.patient_id)
    assert Release.objects.filter(dossier=release.dossier).count() == 1
    ProcrastinateJob.objects.all().delete()
    planning.plan(release.pk)
    assert promised(release.dossier.patient_id) == 1
    identity_changed(release.dossier.patient_id)
    assert Release.objects.filter(dossier=release.dossier).count() == 2


def test_a_corrected_trait_only_proposes_a_version(release: Release) -> None:
    sent(release)
    patient = Patient.objects.get(pk=release.dossier.patient_id)
    edit_traits(patient.pk, replace(traits_of(patient), birth_family_name="PAT-QUATRE"), actor=ACTOR)
    identity_changed(patient.pk)
    assert Release.objects.filter(dossier=release.dossier).count() == 1
    assert [one.release_id for one in reissue.proposals(patient.pk)] == [release.pk]
    corrections.correct(release.dossier_id, "Nom de naissance corrigé.", user=demo_biologist())
    later = validation.release(release.dossier_id, user=demo_biologist())
    assert (later.version, reissue.proposals(patient.pk)) == (2, ())


def test_a_person_who_corrects_the_report_is_not_overtaken(release: Release) -> None:
    sent(release)
    corrections.correct(release.dossier_id, "À revoir.", user=demo_biologist())
    qualify(release)
    identity_changed(release.dossier.patient_id)
    assert Release.objects.filter(dossier=release.dossier).count() == 1


def test_what_waited_for_the_traits_to_be_right_again_leaves_and_a_death_stops_the_patient_s_mail(
    release: Release,
) -> None:
    patient = Patient.objects.get(pk=release.dossier.patient_id)
    right = traits_of(patient)
    edit_traits(patient.pk, replace(right, birth_family_name="PAT-QUATRE"), actor=ACTOR)
    planning.plan(release.pk)
    row = Delivery.objects.get(release=release, channel="mss_pro")
    assert row.reason == Reason.IDENTITY_CHANGED
    edit_traits(patient.pk, right, actor=ACTOR)
    identity.record_death(patient.pk, datetime(2026, 11, 24, tzinfo=UTC), actor=ACTOR)
    identity_changed(patient.pk)
    row.refresh_from_db()
    mail = Delivery.objects.get(release=release, channel="mss_patient")
    assert (row.state, mail.state, mail.rule) == (State.QUEUED, State.WITHDRAWN, "PAT-2")


@pytest.mark.requirement("REQ-INS-30")
def test_everybody_who_was_served_is_listed_with_the_document_and_the_day(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    channels["dmp"].outcomes = [Ambiguous("délai dépassé")]
    sent(release)
    patient = qualify(release)
    identity_changed(patient.pk)
    later = Release.objects.get(dossier=release.dossier, version=2)
    sent(later)
    lines = exposure.exposed(patient.pk, DOMINIQUE_INS.value)
    assert [(one.channel, one.sure, one.document_id) for one in lines] == [
        ("dmp", False, later.document_id),
        ("mss_patient", True, later.document_id),
    ]
    everybody = exposure.exposed(patient.pk)
    assert [(one.channel, one.with_ins) for one in everybody] == [
        ("mss_pro", False),
        ("dmp", True),
        ("mss_patient", True),
    ]
    text = services.exposure_csv(patient.pk, with_ins=True, actor=ACTOR)
    assert (text.count("\r\n"), later.document_id in text, DOMINIQUE_INS.value in text.split("adresse")[0]) == (
        3,
        True,
        False,
    )
    assert AuditLine.objects.filter(action="identity.exposure_read").count() == 1
