"""Identities that another system sends: the whole matrix, and what PID-32 says."""

from __future__ import annotations

from itertools import product

import pytest

from eprouvette.lab.identity.received import Claim, Course, Source, claim_of, decide
from eprouvette.lab.identity.rules import Status

P, R, V, Q = Status.PROVISIONAL, Status.RETRIEVED, Status.VALIDATED, Status.QUALIFIED
LETTERS = {"P": P, "R": R, "V": V, "Q": Q}
COURSES = {"c": Course.CREATE, "u": Course.UPDATE, "k": Course.KEEP, "i": Course.CALL_INSI}

MATRIX: dict[tuple[Source, Claim], str] = {
    # Course and status: person unknown here, then known here as provisional, retrieved, validated, qualified.
    (Source.MASTER, Claim.QUALIFIED): "cQ uQ uQ uQ uQ",
    (Source.MASTER, Claim.VALIDATED): "cV uV uV uV uV",
    (Source.MASTER, Claim.PROVISIONAL): "cP uP uP uP uP",
    (Source.MASTER, Claim.DOUBTFUL): "cP uP uP uP uP",
    (Source.MASTER, Claim.FICTITIOUS): "cP uP uP uP uP",
    (Source.MASTER, Claim.ANONYMOUS): "cP uP uP uP uP",
    (Source.CONTRACT, Claim.QUALIFIED): "iV iV uQ iV kQ",
    (Source.CONTRACT, Claim.VALIDATED): "cV uV uQ kV kQ",
    (Source.CONTRACT, Claim.PROVISIONAL): "cP kP kR kV kQ",
    (Source.CONTRACT, Claim.DOUBTFUL): "cP kP kR kV kQ",
    (Source.CONTRACT, Claim.FICTITIOUS): "cP kP kR kV kQ",
    (Source.CONTRACT, Claim.ANONYMOUS): "cP kP kR kV kQ",
    (Source.STRANGER, Claim.QUALIFIED): "cP kP kR kV kQ",
    (Source.STRANGER, Claim.VALIDATED): "cP kP kR kV kQ",
    (Source.STRANGER, Claim.PROVISIONAL): "cP kP kR kV kQ",
    (Source.STRANGER, Claim.DOUBTFUL): "cP kP kR kV kQ",
    (Source.STRANGER, Claim.FICTITIOUS): "cP kP kR kV kQ",
    (Source.STRANGER, Claim.ANONYMOUS): "cP kP kR kV kQ",
}
KNOWN: tuple[Status | None, ...] = (None, P, R, V, Q)


@pytest.mark.requirement("REQ-INS-23")
@pytest.mark.requirement("REQ-INS-24")
@pytest.mark.requirement("REQ-INS-25")
@pytest.mark.parametrize(("source", "claim", "known"), list(product(Source, Claim, KNOWN)))
def test_a_received_identity_becomes_what_the_matrix_says(source: Source, claim: Claim, known: Status | None) -> None:
    cell = MATRIX[source, claim].split()[KNOWN.index(known)]
    outcome = decide(source, claim, known)
    assert (outcome.course, outcome.status) == (COURSES[cell[0]], LETTERS[cell[1]])
    assert outcome.sentence
    # The received INS is believed from the master alone; INSi gives it otherwise.
    assert outcome.with_ins == (source is Source.MASTER and claim is Claim.QUALIFIED)
    assert (outcome.if_found is Q) == (outcome.course is Course.CALL_INSI)
    locked = outcome.doubtful or outcome.fictitious
    assert not locked or (outcome.status is P and outcome.watch and not outcome.with_ins)


@pytest.mark.requirement("REQ-INS-23")
@pytest.mark.parametrize(("claim", "known"), list(product(Claim, (P, R, V, Q))))
@pytest.mark.parametrize("source", [Source.CONTRACT, Source.STRANGER])
def test_an_identity_that_disagrees_with_ours_changes_nothing_and_is_looked_at(
    source: Source, claim: Claim, known: Status
) -> None:
    outcome = decide(source, claim, known, agrees=False)
    assert (outcome.course, outcome.status, outcome.watch) == (Course.KEEP, known, True)


@pytest.mark.requirement("REQ-INS-25")
@pytest.mark.parametrize(
    ("codes", "has_ins", "claim"),
    [
        (["VALI"], True, Claim.QUALIFIED),
        (["VALI"], False, Claim.VALIDATED),
        (["PROV"], True, Claim.PROVISIONAL),
        (["PROV"], False, Claim.PROVISIONAL),
        (["VIDE"], True, Claim.PROVISIONAL),
        ([], True, Claim.PROVISIONAL),
        (["COLP"], True, Claim.PROVISIONAL),
        (["VALI", "HOMA"], True, Claim.QUALIFIED),
        (["PROV", "DOUT"], True, Claim.DOUBTFUL),
        (["VALI", "DOUT"], True, Claim.DOUBTFUL),
        (["PROV", "FICT"], False, Claim.FICTITIOUS),
        (["FICT", "DOUT"], False, Claim.FICTITIOUS),
        (["ANOM"], False, Claim.ANONYMOUS),
        ([" vali "], True, Claim.QUALIFIED),
    ],
)
def test_pid_32_and_the_ins_say_together_what_the_sender_believes(
    codes: list[str], has_ins: bool, claim: Claim
) -> None:
    assert claim_of(codes, has_ins=has_ins) is claim
