"""A partner's own version of the report: made when first needed, checked, kept once, sent as it was sealed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import timezone

from eprouvette.exchange.channels.base import Ambiguous, ChannelCode, Consignment
from eprouvette.exchange.channels.mssante import MssanteChannel
from eprouvette.exchange.dispatch import consignments, judging, planning, queries, services, steps, waking
from eprouvette.exchange.dispatch.models import Delivery, Judgement
from eprouvette.exchange.dispatch.states import Reason, State
from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.directory.errors import UnknownPractitionerError, UnknownProfileError
from eprouvette.lab.directory.models import Practitioner
from eprouvette.lab.directory.services import save_practitioner, set_report_profile
from eprouvette.lab.orders.models import DossierCopy
from eprouvette.lab.validation import partner_forms, rendering
from eprouvette.lab.validation import services as validation
from eprouvette.lab.validation.errors import FindingLine
from eprouvette.lab.validation.models import Release
from eprouvette.sandbox.mssante.receiver import read
from eprouvette.standards.conformance import check
from eprouvette.standards.crbio import extract
from eprouvette.standards.crbio.profile import Version
from support.lab import ACTOR, LEVESQUE, demo_biologist, dossier_ready_to_release
from support.road import Scripted

pytestmark = pytest.mark.django_db
OLDER: Version = "2021.01"


class Sealed(Scripted):
    """A scripted channel that seals as MSSanté does."""

    def seal(self, consignment: Consignment) -> bytes:
        """The whole mail."""
        return MssanteChannel().seal(consignment)


@pytest.fixture
def channels(monkeypatch: pytest.MonkeyPatch) -> dict[ChannelCode, Scripted]:
    scripted: dict[ChannelCode, Scripted] = {"dmp": Scripted(), "mss_pro": Sealed(), "mss_patient": Scripted()}
    monkeypatch.setattr(consignments, "CHANNELS", scripted)
    return scripted


@pytest.fixture
def release() -> Release:
    """A report for Dr Levesque, who is sent the first wave's form, with a copy to Dr Martin, who is not."""
    dossier = dossier_ready_to_release()
    martin = replace(LEVESQUE, rpps="10000000031", family_name="MARTIN", mss_address="martin@medecin.mssante.fr")
    DossierCopy.objects.create(dossier=dossier, practitioner=save_practitioner(martin, actor=ACTOR), rank=0)
    set_report_profile(levesque().pk, OLDER, actor=ACTOR)
    return validation.release(dossier.pk, user=demo_biologist())


def levesque() -> Practitioner:
    return Practitioner.objects.get(rpps=LEVESQUE.rpps)


def planned(release: Release) -> dict[str, Delivery]:
    planning.plan(release.pk)
    return {row.recipient_name.split()[0]: row for row in Delivery.objects.filter(release=release, channel="mss_pro")}


def package(mail: bytes) -> dict[str, bytes]:
    """The documents of a mail's package, by name."""
    message = message_from_bytes(mail, EmailMessage, policy=default)
    content = next(part for part in message.iter_attachments() if part.get_content_type() == "application/zip")
    with zipfile.ZipFile(io.BytesIO(content.get_content())) as archive:
        return {name[-11:]: archive.read(name) for name in archive.namelist() if "DOC" in name}


def test_each_recipient_of_one_release_gets_the_form_that_he_asks_for(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    rows = planned(release)
    for row in rows.values():
        steps.send(row.pk)
    assert {name: row.form for name, row in rows.items()} == {"LEVESQUE": "n3_xsl_2021", "MARTIN": "n3_xsl"}
    sent = {consignment.recipient_name.split()[0]: sealed for consignment, sealed in channels["mss_pro"].sent}
    one, pair = package(sent["MARTIN"]), package(sent["LEVESQUE"])
    assert list(one) == ["DOC0001.XML"]
    assert check(extract(one["DOC0001.XML"])) == ()
    assert list(pair) == ["DOC0001.XML", "DOC0002.XML"]
    for document in pair.values():
        assert [one for one in check(extract(document), version="2021.01") if one.severity == "error"] == []
    for name, mail in sent.items():
        address = next(row.address for row in rows.values() if row.recipient_name.startswith(name))
        assert read(mail, "sgl@labo.mssante.fr", [address]).document_id == release.document_id


def test_the_dmp_and_the_patient_keep_the_default(release: Release, channels: dict[ChannelCode, Scripted]) -> None:
    planned(release)
    others = Delivery.objects.filter(release=release).exclude(channel="mss_pro").values_list("form", flat=True)
    assert set(others) == {"n3_xsl"}


def test_the_forms_are_made_once_and_are_the_same_when_made_again(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    assert not release.documents.filter(form__endswith="2021").exists()
    planned(release)
    made = dict(release.documents.filter(form__endswith="2021").values_list("form", "digest"))
    assert sorted(made) == ["n1_2021", "n1_xsl_2021", "n3_2021", "n3_xsl_2021"]
    assert partner_forms.prepare(release, OLDER) == ()
    release.documents.filter(form__endswith="2021").delete()
    assert partner_forms.prepare(release, OLDER) == ()
    assert dict(release.documents.filter(form__endswith="2021").values_list("form", "digest")) == made


def test_a_release_that_nobody_needs_otherwise_is_made_in_its_default_forms_only(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    set_report_profile(levesque().pk, "2024.01", actor=ACTOR)
    planned(release)
    assert set(release.documents.values_list("form", flat=True)) == {"n3", "n3_xsl", "n1", "n1_xsl", "pdf"}


def test_a_second_attempt_sends_the_same_bytes_whatever_the_partner_asks_for_since(
    release: Release, channels: dict[ChannelCode, Scripted]
) -> None:
    channels["mss_pro"].outcomes = [Ambiguous("coupé")]
    row = planned(release)["LEVESQUE"]
    steps.send(row.pk)
    set_report_profile(levesque().pk, "2024.01", actor=ACTOR)
    Delivery.objects.filter(pk=row.pk).update(next_attempt_at=timezone.now())
    waking.pump()
    steps.send(row.pk)
    (first, before), (second, after) = channels["mss_pro"].sent
    assert before == after
    assert (first.cda, first.second) == (second.cda, second.second)
    assert first.second is not None


def refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    found = FindingLine("RES-99", "error", "/", "Ce document n'est pas conforme.", "CI-SIS")
    real = rendering.findings_of

    def findings_of(documents: Iterable[bytes], version: Version) -> tuple[FindingLine, ...]:
        return (found,) if version == OLDER else real(documents, version)

    monkeypatch.setattr(rendering, "findings_of", findings_of)


def test_a_form_that_our_rules_refuse_waits_for_a_person_who_gives_the_default_back(
    release: Release, channels: dict[ChannelCode, Scripted], monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch)
    rows = planned(release)
    assert (rows["LEVESQUE"].state, rows["LEVESQUE"].reason) == (State.WAITING, Reason.PROFILE)
    assert rows["MARTIN"].state == State.QUEUED
    assert not release.documents.filter(form__endswith="2021").exists()
    line = next(one for one in queries.deliveries_of(release.pk) if one.id == rows["LEVESQUE"].pk)
    assert (line.needs_person, line.retriable) == (True, True)
    assert "n'est pas conforme" in line.sentence
    assert "(RES-99)" in line.sentence
    services.retry(line.id, actor="user:1")
    assert Delivery.objects.get(pk=line.id).reason == Reason.PROFILE
    set_report_profile(levesque().pk, "2024.01", actor=ACTOR)
    services.retry(line.id, actor="user:1")
    steps.send(line.id)
    row = Delivery.objects.get(pk=line.id)
    assert (row.state, row.form) == (State.ACCEPTED, "n3_xsl")


@dataclass
class Runner:
    """Passes all but the forms that it is told to fail; keeps by which rules each was held."""

    wrong: str = ""
    revision: str = "pack-1"
    versions: list[str] = field(default_factory=list)

    def judge(self, data: bytes, version: str) -> SimpleNamespace:
        """The verdict: a level one document has no structured body."""
        level = "n3" if b"<structuredBody" in data else "n1"
        self.versions.append(f"{level} {version}")
        return SimpleNamespace(
            result="failed" if self.wrong == f"{level} {version}" else "passed", revision=self.revision, findings=()
        )


def judged(release: Release, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> dict[str, Delivery]:
    monkeypatch.setattr(judging, "installed_pack", lambda _: Path("pack"))
    rows = planned(release)
    assert {(row.state, row.reason) for row in rows.values()} == {(State.WAITING, Reason.JUDGE)}
    while judging.judge_next(runner):  # type: ignore[arg-type]  # a scripted runner
        pass
    return {name: Delivery.objects.get(pk=row.pk) for name, row in rows.items()}


def test_each_form_is_judged_by_the_rules_of_its_version_and_a_pair_waits_for_both(
    release: Release, channels: dict[ChannelCode, Scripted], monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = Runner()
    rows = judged(release, runner, monkeypatch)
    assert sorted(runner.versions) == ["n1 2021.01", "n3 2021.01", "n3 2024.01"]
    assert {row.state for row in rows.values()} == {State.QUEUED}
    for row in rows.values():
        steps.send(row.pk)
    assert set(Delivery.objects.filter(channel="mss_pro").values_list("state", flat=True)) == {State.ACCEPTED}


@pytest.mark.parametrize("wrong", ["n3 2021.01", "n1 2021.01"])
def test_a_form_that_the_official_rules_fail_holds_back_only_who_would_get_it(
    release: Release, channels: dict[ChannelCode, Scripted], monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    rows = judged(release, Runner(wrong), monkeypatch)
    assert rows["LEVESQUE"].reason == Reason.JUDGE_FAILED
    assert rows["MARTIN"].state == State.QUEUED
    steps.send(rows["MARTIN"].pk)
    assert Delivery.objects.get(pk=rows["MARTIN"].pk).state == State.ACCEPTED


def test_a_form_chosen_after_the_plan_is_judged_before_it_leaves(
    release: Release, channels: dict[ChannelCode, Scripted], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_report_profile(levesque().pk, "2024.01", actor=ACTOR)
    Practitioner.objects.filter(rpps=LEVESQUE.rpps).update(mss_address="")
    runner = Runner()
    monkeypatch.setattr(judging, "installed_pack", lambda _: Path("pack"))
    row = planned(release)["LEVESQUE"]
    assert row.reason == Reason.ADDRESS
    judging.judge_next(runner)  # type: ignore[arg-type]  # a scripted runner
    Practitioner.objects.filter(rpps=LEVESQUE.rpps).update(mss_address=LEVESQUE.mss_address, report_profile=OLDER)
    assert services.reconsider(release.pk, actor="user:1") == 1
    steps.send(row.pk)
    row.refresh_from_db()
    assert (row.state, row.reason, row.form) == (State.WAITING, Reason.JUDGE, "n3_xsl_2021")
    assert set(Judgement.objects.filter(verdict="").values_list("form", flat=True)) == {"n3_2021", "n1_2021"}
    while judging.judge_next(runner):  # type: ignore[arg-type]  # a scripted runner
        pass
    steps.send(row.pk)
    row.refresh_from_db()
    assert row.state == State.ACCEPTED


def test_the_choice_of_a_profile_is_in_the_journal_and_a_wrong_one_is_refused(release: Release) -> None:
    line = AuditLine.objects.get(action="practitioner.profile")
    assert (line.target, line.details) == (f"practitioner:{levesque().pk}", {"profile": OLDER})
    for wrong in ("", "2023.01", "2021.01 "):
        with pytest.raises(UnknownProfileError):
            set_report_profile(levesque().pk, wrong, actor=ACTOR)
    with pytest.raises(UnknownPractitionerError):
        set_report_profile(999_999, OLDER, actor=ACTOR)
    assert levesque().report_profile == OLDER
