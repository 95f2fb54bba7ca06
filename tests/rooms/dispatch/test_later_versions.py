"""What a later version does to the earlier ones: what has not left is withdrawn, who has one is told."""

from __future__ import annotations

import pytest
from django.utils import timezone

from eprouvette.exchange.channels.base import Ambiguous, ChannelCode, Done, Later, Refused
from eprouvette.exchange.dispatch import consignments, planning, queries, steps, waking
from eprouvette.exchange.dispatch.models import Delivery
from eprouvette.exchange.dispatch.states import Reason, State
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.validation import cancellation
from eprouvette.lab.validation.models import Release
from support.lab import demo_biologist
from support.road import Scripted, next_version, released

pytestmark = pytest.mark.django_db
REASON = "Tube d'un autre patient."


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


def cancel(release: Release) -> Release:
    return cancellation.cancel(release.dossier_id, REASON, user=demo_biologist())


def send_all(release: Release) -> None:
    for row in Delivery.objects.filter(release=release, state=State.QUEUED):
        steps.send(row.pk)


def states(release: Release) -> dict[str, str]:
    return dict(Delivery.objects.filter(release=release).values_list("channel", "state"))


def send_due(delivery: Delivery) -> None:
    """What the pump and the worker do, as if the wait were over."""
    Delivery.objects.filter(pk=delivery.pk, state=State.WAITING).update(next_attempt_at=timezone.now())
    waking.pump()
    steps.send(delivery.pk)


@pytest.mark.requirement("REQ-MSS-13")
def test_a_cancellation_goes_to_those_who_have_the_report_and_replaces_it(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    planned(release)
    send_all(release)
    later = cancel(release)
    planned(later)
    send_all(later)
    assert states(later) == dict.fromkeys(("dmp", "mss_pro", "mss_patient"), State.ACCEPTED)
    for channel in channels.values():
        consignment = channel.sent[-1][0]
        assert (consignment.replaces, consignment.cancels) == (release.document_id, True)


def test_nothing_leaves_of_a_report_that_is_cancelled_before_it_left(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    rows = planned(release)
    later = cancel(release)
    planned(later)
    waking.pump()
    for row in Delivery.objects.all():
        steps.send(row.pk)
    assert set(states(release).values()) == set(states(later).values()) == {State.WITHDRAWN}
    assert not any(channel.sent for channel in channels.values())
    lines = {line.id: line for line in queries.deliveries_of(release.pk)}
    assert lines[rows["dmp"].pk].sentence == "Retiré avant son départ : le compte rendu est annulé."
    assert {line.sentence for line in queries.deliveries_of(later.pk)} == {
        "Rien à annuler : ce destinataire n'a pas reçu ce compte rendu."
    }


def test_each_recipient_is_told_by_what_he_has(release: Release, channels: dict[ChannelCode, Scripted]) -> None:
    channels["mss_pro"].outcomes = [Later("451", "plus tard")]
    channels["mss_patient"].outcomes = [Refused("550", "boîte inconnue", "Vérifier l'adresse.")]
    planned(release)
    send_all(release)
    later = cancel(release)
    rows = planned(later)
    send_all(later)
    assert states(release) == {"dmp": State.ACCEPTED, "mss_pro": State.WITHDRAWN, "mss_patient": State.REFUSED}
    assert states(later) == {"dmp": State.ACCEPTED, "mss_pro": State.WITHDRAWN, "mss_patient": State.WITHDRAWN}
    assert {rows["mss_pro"].rule, rows["mss_patient"].rule} == {"CAN-2"}


def test_a_mail_that_may_have_arrived_is_not_sent_again_and_its_reader_is_told(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    channels["mss_pro"].outcomes = [Ambiguous("coupé")]
    planned(release)
    send_all(release)
    later = cancel(release)
    planned(later)
    send_all(later)
    assert states(release)["mss_pro"] == State.WITHDRAWN
    assert states(later)["mss_pro"] == State.ACCEPTED
    assert [one.document_id for one, _ in channels["mss_pro"].sent] == [release.document_id, later.document_id]
    assert channels["mss_pro"].sent[1][0].replaces == release.document_id


@pytest.mark.parametrize("arrived", [True, False])
def test_a_deposit_that_may_have_arrived_is_settled_before_it_is_cancelled(
    release: Release, channels: dict[ChannelCode, Scripted], arrived: bool
) -> None:
    settled = Done("déjà là") if arrived else Refused("XDSPatientIdDoesNotMatch", "refusé", "Vérifier.")
    channels["dmp"].outcomes = [Ambiguous("coupé"), settled]
    first = planned(release)["dmp"]
    steps.send(first.pk)
    later = cancel(release)
    second = planned(later)["dmp"]
    steps.send(second.pk)
    second.refresh_from_db()
    assert (second.state, second.reason) == (State.WAITING, Reason.EARLIER_VERSION)
    # The identity was what was wrong: it does not keep the first attempt from being settled.
    Patient.objects.filter(pk=release.dossier.patient_id).update(birth_date="19790329")
    send_due(first)
    send_due(second)
    second.refresh_from_db()
    assert second.state == (State.ACCEPTED if arrived else State.WITHDRAWN)
    assert (second.rule == "CAN-2") is not arrived
    assert len(channels["dmp"].sent) == (3 if arrived else 2)


def test_a_report_on_its_way_when_it_is_cancelled_is_told_of_or_withdrawn(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    rows = planned(release)
    for channel in ("mss_pro", "mss_patient"):
        assert steps.begin(rows[channel].pk) is not None
    later = cancel(release)
    second = planned(later)
    steps.settle(rows["mss_pro"].pk, Later("451", "plus tard"))
    steps.settle(rows["mss_patient"].pk, Done("pris"))
    assert states(release) == {
        "dmp": State.WITHDRAWN,
        "mss_pro": State.WITHDRAWN,
        "mss_patient": State.ACCEPTED,
    }
    for channel in ("mss_pro", "mss_patient"):
        steps.send(second[channel].pk)
    assert states(later)["mss_pro"] == State.WITHDRAWN
    assert states(later)["mss_patient"] == State.ACCEPTED


def test_a_plan_that_comes_after_that_of_the_cancellation_sends_nothing(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    later = cancel(release)
    planned(later)
    planned(release)
    assert set(states(release).values()) == set(states(later).values()) == {State.WITHDRAWN}


def test_a_delivery_queued_before_a_later_version_is_planned_does_not_leave(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    row = planned(release)["mss_pro"]
    later = cancel(release)
    steps.send(row.pk)
    row.refresh_from_db()
    assert (row.state, row.rule) == (State.WITHDRAWN, "VER-1")
    assert planned(later)["mss_pro"].state == State.WITHDRAWN


def test_a_corrected_version_takes_the_place_of_what_still_waits(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    channels["dmp"].outcomes = [Later("XDSRegistryBusy", "occupé")]
    rows = planned(release)
    steps.send(rows["dmp"].pk)
    steps.send(rows["mss_pro"].pk)
    Delivery.objects.filter(pk=rows["mss_patient"].pk).update(state=State.WAITING, reason=Reason.JUDGE_FAILED)
    later = next_version(release)
    planned(later)
    send_all(later)
    assert states(release) == {"dmp": State.WITHDRAWN, "mss_pro": State.ACCEPTED, "mss_patient": State.WITHDRAWN}
    assert set(states(later).values()) == {State.ACCEPTED}
    told = {code: channel.sent[-1][0].replaces for code, channel in channels.items()}
    assert told == {"dmp": None, "mss_pro": release.document_id, "mss_patient": None}
    line = next(one for one in queries.deliveries_of(release.pk) if one.channel == "dmp")
    assert line.sentence == "Retiré avant son départ : la version 2 le remplace."


def test_the_preview_of_a_cancellation_tells_who_will_be_told_and_what_is_withdrawn(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    rows = planned(release)
    steps.send(rows["dmp"].pk)
    preview = cancellation.preview(release.dossier_id, user=demo_biologist())
    lines = queries.preview(release.dossier.patient_id, preview.report)
    assert {line.channel: line.verdict for line in lines} == {"dmp": "send", "mss_pro": "never", "mss_patient": "never"}
    assert queries.unsent(release.set_id) == 2
