"""The official rules before anything leaves: what waits, what goes, what is marked."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from eprouvette.exchange.dispatch import judging, planning, queries, steps
from eprouvette.exchange.dispatch.models import Delivery, Judgement, JudgeStatus
from eprouvette.exchange.dispatch.states import Reason, State
from eprouvette.lab.validation.models import Release
from support.road import released

pytestmark = pytest.mark.django_db


@dataclass
class Verdict:
    """What a runner answers."""

    result: str
    revision: str = "pack-1"
    findings: tuple[object, ...] = ()


@dataclass
class Runner:
    """A runner that follows a script: the real one needs the official pack and 20 seconds."""

    results: list[str]
    revision: str = "pack-1"
    seen: list[bytes] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)

    def judge(self, data: bytes, version: str) -> Verdict:
        """The next verdict."""
        self.seen.append(data)
        self.versions.append(version)
        return Verdict(self.results.pop(0))


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "installed_pack", lambda _: Path("pack"))


@pytest.fixture
def release() -> Release:
    return released()


def states(release: Release) -> set[tuple[str, str]]:
    return set(Delivery.objects.filter(release=release).values_list("state", "reason"))


def test_without_a_pack_nothing_waits_and_the_report_is_marked_not_judged(release: Release) -> None:
    planning.plan(release.pk)
    assert states(release) == {(State.QUEUED, "")}
    assert queries.marks_of(release.pk) == ()
    assert queries.judge_state().state == "absent"


def test_with_a_pack_every_delivery_waits_for_the_verdict(release: Release, pack: None) -> None:
    planning.plan(release.pk)
    assert states(release) == {(State.WAITING, Reason.JUDGE)}
    assert [mark.label for mark in queries.marks_of(release.pk)] == ["en cours de contrôle"]
    assert queries.judge_state().waiting == 1


def test_a_report_that_passes_leaves_and_says_by_which_revision(release: Release, pack: None) -> None:
    planning.plan(release.pk)
    runner = Runner(["passed"])
    assert judging.judge_next(runner)  # type: ignore[arg-type]  # a scripted runner
    assert not judging.judge_next(runner)  # type: ignore[arg-type]  # a scripted runner
    assert states(release) == {(State.QUEUED, "")}
    mark = queries.marks_of(release.pk)[0]
    assert (mark.label, mark.revision) == ("conforme", "pack-1")
    assert b"<ClinicalDocument" in runner.seen[0]


@pytest.mark.parametrize("result", ["failed", "error"])
def test_a_report_that_fails_or_cannot_be_evaluated_does_not_leave(release: Release, pack: None, result: str) -> None:
    planning.plan(release.pk)
    judging.judge_next(Runner([result]))  # type: ignore[arg-type]  # a scripted runner
    assert states(release) == {(State.WAITING, Reason.JUDGE_FAILED)}
    line = queries.deliveries_of(release.pk)[0]
    assert line.needs_person
    assert steps.begin(line.id) is None


def test_a_judge_that_is_down_or_late_is_said_aloud(release: Release, pack: None) -> None:
    planning.plan(release.pk)
    assert queries.judge_state().state == "down"
    JudgeStatus.objects.create(pk=1, revision="pack-1", seen_at=timezone.now())
    assert queries.judge_state().state == "working"
    Judgement.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
    assert queries.judge_state().state == "late"


def test_the_judge_says_that_it_is_alive_and_stops_when_asked() -> None:
    stop = threading.Event()
    stop.set()
    judging.serve(Runner([]), stop)  # type: ignore[arg-type]  # a scripted runner
    assert not JudgeStatus.objects.exists()
