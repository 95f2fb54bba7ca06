"""The road of a report from its release to its recipients, with channels that follow a script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from eprouvette.exchange.channels.base import Ambiguous, ChannelCode, Done, Later, Refused
from eprouvette.exchange.dispatch import consignments, planning, queries, services, steps, waking
from eprouvette.exchange.dispatch.models import Attempt, Delivery, StoppedChannel
from eprouvette.exchange.dispatch.states import Reason, State
from eprouvette.lab.validation.models import Release
from support.road import Scripted, next_version, released

pytestmark = pytest.mark.django_db


@pytest.fixture
def channels(monkeypatch: pytest.MonkeyPatch) -> dict[ChannelCode, Scripted]:
    scripted: dict[ChannelCode, Scripted] = {code: Scripted() for code in ("dmp", "mss_pro", "mss_patient")}
    monkeypatch.setattr(consignments, "CHANNELS", scripted)
    return scripted


@pytest.fixture
def release() -> Release:
    return released()


def planned(release: Release) -> dict[str, Delivery]:
    planning.plan(release.pk)
    return {row.channel: row for row in Delivery.objects.filter(release=release)}


@pytest.mark.requirement("REQ-DMP-01")
@pytest.mark.requirement("REQ-MSS-01")
@pytest.mark.requirement("REQ-MSS-02")
def test_a_released_report_is_promised_to_the_dmp_the_prescriber_and_the_patient(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    rows = planned(release)
    assert {row.state for row in rows.values()} == {State.QUEUED}
    assert set(rows) == {"dmp", "mss_pro", "mss_patient"}
    assert rows["mss_patient"].address == "279035121518989@patient.mssante.fr"


def test_planning_twice_changes_nothing(release: Release, channels: dict[ChannelCode, Scripted]) -> None:
    before = {row.pk: row.submission_id for row in planned(release).values()}
    assert {row.pk: row.submission_id for row in planned(release).values()} == before


def test_an_accepted_delivery_is_never_sent_again(release: Release, channels: dict[ChannelCode, Scripted]) -> None:
    row = planned(release)["dmp"]
    steps.send(row.pk)
    steps.send(row.pk)
    row.refresh_from_db()
    assert row.state == State.ACCEPTED
    assert row.remote_id
    assert len(channels["dmp"].sent) == 1


def test_a_second_attempt_sends_the_same_ids_and_the_same_bytes(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    channels["mss_pro"].outcomes = [Ambiguous("coupé"), Later("451", "plus tard"), Done("ok")]
    row = planned(release)["mss_pro"]
    for _ in range(3):
        Delivery.objects.filter(pk=row.pk, state=State.WAITING).update(next_attempt_at=timezone.now())
        waking.pump()
        steps.send(row.pk)
    first, second, third = channels["mss_pro"].sent
    assert first[1] == second[1] == third[1]
    assert {one.message_id for one, _ in channels["mss_pro"].sent} == {row.message_id}
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.ACCEPTED, 3)
    assert [one.outcome for one in Attempt.objects.filter(delivery=row)] == ["ambiguous", "later", "done"]


def test_a_transient_failure_waits_then_the_pump_takes_it_up(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    channels["dmp"].outcomes = [Later("XDSRegistryBusy", "occupé")]
    row = planned(release)["dmp"]
    steps.send(row.pk)
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.WAITING, Reason.SERVICE)
    assert row.next_attempt_at is not None
    assert timedelta(seconds=50) < row.next_attempt_at - timezone.now() <= timedelta(minutes=1)
    assert waking.pump() == 0
    Delivery.objects.filter(pk=row.pk).update(next_attempt_at=timezone.now())
    assert waking.pump() == 1
    row.refresh_from_db()
    assert row.state == State.QUEUED


def test_a_refusal_is_final_and_shown_with_its_remedy(release: Release, channels: dict[ChannelCode, Scripted]) -> None:
    channels["mss_patient"].outcomes = [Refused("550", "boîte inconnue", "Vérifier l'annuaire.")]
    row = planned(release)["mss_patient"]
    steps.send(row.pk)
    line = next(line for line in queries.deliveries_of(release.pk) if line.id == row.pk)
    assert line.state == "refused"
    assert line.attempts[0].remedy == "Vérifier l'annuaire."


def test_a_fault_of_configuration_stops_the_channel_once_until_a_person_resumes_it(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    channels["dmp"].outcomes = [Later("TLS", "certificat refusé", "Vérifier.", stops_channel=True)]
    row = planned(release)["dmp"]
    steps.send(row.pk)
    assert StoppedChannel.objects.count() == 1
    assert waking.pump() == 0
    assert services.resume_channel("dmp", actor="user:1") == 1
    steps.send(row.pk)
    row.refresh_from_db()
    assert row.state == State.ACCEPTED


def test_a_worker_that_died_after_sending_leaves_a_delivery_that_is_taken_up_again(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    row = planned(release)["mss_pro"]
    begun = steps.begin(row.pk)
    assert begun is not None
    channels["mss_pro"].send(*begun)
    steps.send(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.ACCEPTED, 1)
    assert channels["mss_pro"].sent[0][1] == channels["mss_pro"].sent[1][1]


def test_version_two_never_overtakes_version_one(release: Release, channels: dict[ChannelCode, Scripted]) -> None:
    first = planned(release)["dmp"]
    begun = steps.begin(first.pk)
    assert begun is not None
    second = planned(next_version(release))["dmp"]
    steps.send(second.pk)
    second.refresh_from_db()
    assert (second.state, second.reason) == (State.WAITING, Reason.EARLIER_VERSION)
    steps.settle(first.pk, channels["dmp"].send(*begun))
    waking.pump()
    steps.send(second.pk)
    second.refresh_from_db()
    assert second.state == State.ACCEPTED
    assert channels["dmp"].sent[1][0].replaces == release.document_id


@pytest.mark.requirement("REQ-INS-26")
def test_a_changed_identity_stops_what_was_queued(release: Release, channels: dict[ChannelCode, Scripted]) -> None:
    row = planned(release)["mss_pro"]
    patient = release.dossier.patient
    patient.birth_date = "19790329"
    patient.save()
    steps.send(row.pk)
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.WAITING, Reason.IDENTITY_CHANGED)
    assert not channels["mss_pro"].sent
