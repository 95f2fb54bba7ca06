"""Isolates share the life of their culture: typed, received, taken back, validated, corrected; nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.accounts.errors import RightMissingError
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.results import cultures, isolates, services
from eprouvette.lab.results.errors import (
    FutureResultError,
    IsolateMissingError,
    IsolateRefusedError,
    IsolatesHeldError,
    IsolateTwiceError,
    NotACultureError,
    NotRequestedError,
    ObservationStateError,
    ReleasedDossierError,
    UnknownExamError,
)
from eprouvette.lab.results.incoming import IncomingIsolate, IncomingMark, IncomingTest
from eprouvette.lab.results.microbiology import Grown
from eprouvette.lab.results.models import Isolate, IsolateTrace, Observation
from eprouvette.lab.validation import services as validation
from support.cultures import COLI, coli, grow, urine_dossier
from support.lab import check_all, demo_biologist, demo_secretary, demo_technician, incoming, open_dossier, validate_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier() -> Dossier:
    return urine_dossier()


def culture(dossier: Dossier) -> Observation:
    return dossier.observations.get(exam__code="ECBUC")


def said(isolate: Isolate) -> Grown:
    found = cultures.isolate(isolate.pk)
    assert found is not None
    return found[1]


def receive(dossier: Dossier, *lines: IncomingIsolate) -> isolates.RecordedIsolates:
    return isolates.record(dossier.pk, lines, source="hl7:1", actor="system:intake")


def outcomes() -> list[str]:
    return list(IsolateTrace.objects.values_list("outcome", flat=True))


def test_an_isolate_typed_makes_its_culture_positive(dossier: Dossier) -> None:
    isolate = grow(dossier)
    row = culture(dossier)
    assert (row.state, row.interpretation) == ("measured", "POS")
    line = cultures.isolates_of(dossier.pk)[row.pk][0]
    assert (line.rank, line.organism, line.quantity) == (1, "Escherichia coli", "≥\u00a0100\u202f000 UFC/mL")
    assert [(one.label, one.mic, one.diameter, one.category) for one in line.tests] == [
        ("Ampicilline", ">\u00a016", "", "R"),
        ("Céfotaxime", "≤\u00a00,5", "", "S"),
        ("Ciprofloxacine", "0,25", "26", "I"),
        ("Nitrofurantoïne", "", "", "S"),
    ]
    assert [(mark.label, mark.present) for mark in line.marks] == [("Bêta-lactamase à spectre étendu (BLSE)", False)]
    assert said(isolate).organism == "ECOL"


def test_an_isolate_replaces_what_said_that_nothing_grew(dossier: Dossier) -> None:
    services.record(dossier.pk, [incoming("ECBUC", "Absence de germe", minutes_ago=60)], source="hl7:0")
    grow(dossier)
    row = culture(dossier)
    assert row.interpretation == "POS"
    assert [one.raw_value for one in row.measurements.all()] == ["Absence de germe", "Culture positive"]


def test_a_change_brings_a_checked_culture_back_and_keeps_what_was_before(dossier: Dossier) -> None:
    grow(dossier)
    check_all(dossier)
    assert culture(dossier).state == "checked"
    changed = replace(coli(), rank=1, tests=(replace(COLI[1], category="R"),))
    grow(dossier, changed)
    row = culture(dossier)
    assert (row.state, row.checked_by) == ("measured", None)
    assert [test.category for test in said(row.isolates.get()).tests] == ["R"]
    before, after = IsolateTrace.objects.filter(observation=row)
    assert [test["antibiotic"] for test in before.content["tests"]] == ["AMP", "CTX", "CIP", "NIT"]
    assert [test["category"] for test in after.content["tests"]] == ["R"]
    line = AuditLine.objects.filter(action="isolate.taken").order_by("id").last()
    assert line is not None
    assert (line.target, line.details) == (f"observation:{row.pk}", {"trace": after.pk})


def test_the_same_isolate_again_changes_nothing(dossier: Dossier) -> None:
    grow(dossier)
    check_all(dossier)
    grow(dossier, replace(coli(), rank=1, tests=tuple(reversed(COLI))))
    assert culture(dossier).state == "checked"
    assert outcomes() == ["taken"]


def test_two_isolates_have_two_numbers_and_words_stand_for_an_organism_that_nobody_listed(dossier: Dossier) -> None:
    grow(dossier)
    other = grow(dossier, replace(coli(), organism="", words="Bacille à Gram négatif non fermentant", tests=()))
    assert (other.rank, other.organism, other.words) == (2, None, "Bacille à Gram négatif non fermentant")
    assert [line.rank for line in cultures.isolates_of(dossier.pk)[culture(dossier).pk]] == [1, 2]


def test_an_isolate_is_taken_back_while_nobody_validated_it_and_its_trace_stays(dossier: Dossier) -> None:
    isolate = grow(dossier)
    check_all(dossier)
    isolates.remove(isolate.pk, user=demo_technician())
    assert not Isolate.objects.exists()
    assert culture(dossier).state == "measured"
    lines = cultures.traces_of(culture(dossier).pk)
    assert [(line.organism, line.antibiotics, line.outcome) for line in lines] == [
        ("Escherichia coli", 4, "retenu"),
        ("Escherichia coli", 4, "retiré"),
    ]
    with pytest.raises(ObservationStateError):
        isolates.remove(isolate.pk, user=demo_technician())


def test_a_validated_culture_is_closed_to_hands_and_sets_messages_aside(dossier: Dossier) -> None:
    isolate = grow(dossier)
    validate_all(dossier)
    with pytest.raises(ObservationStateError):
        grow(dossier, replace(coli(), rank=1, quantity="10^3"))
    with pytest.raises(ObservationStateError):
        isolates.remove(isolate.pk, user=demo_technician())
    assert receive(dossier, coli(rank=1, organism="KPNE", minutes_ago=1)).aside == 1
    assert said(isolate).organism == "ECOL"
    assert outcomes() == ["taken", "aside"]
    assert culture(dossier).state == "validated"


def test_validating_needs_the_biologist_and_covers_the_isolates(dossier: Dossier) -> None:
    grow(dossier)
    ids = check_all(dossier)
    with pytest.raises(RightMissingError):
        validation.validate(ids, user=demo_technician())
    validation.validate(ids, user=demo_biologist())
    assert culture(dossier).validated_by == demo_biologist()


def test_a_secretary_neither_writes_nor_takes_back(dossier: Dossier) -> None:
    requested = dossier.requested.get(exam__code="ECBUC")
    with pytest.raises(RightMissingError):
        isolates.save(requested.pk, coli(), user=demo_secretary())
    isolate = grow(dossier)
    with pytest.raises(RightMissingError):
        isolates.remove(isolate.pk, user=demo_secretary())


def test_what_hangs_from_a_culture_keeps_it_from_being_emptied(dossier: Dossier) -> None:
    isolate = grow(dossier)
    with pytest.raises(IsolatesHeldError, match="des isolats sont inscrits"):
        services.record(dossier.pk, [incoming("ECBUC", "Absence de germe", minutes_ago=-1)], source="hl7:2")
    with pytest.raises(IsolatesHeldError):
        services.record(dossier.pk, [incoming("ECBUC", "", status="X", minutes_ago=-1)], source="hl7:3")
    with pytest.raises(IsolatesHeldError):
        services.abort(dossier.pk, "ECBUC", "Flacon cassé.", user=demo_technician())
    isolates.remove(isolate.pk, user=demo_technician())
    services.abort(dossier.pk, "ECBUC", "Flacon cassé.", user=demo_technician())
    assert culture(dossier).state == "aborted"
    grow(dossier)
    assert culture(dossier).interpretation == "POS"


def test_every_fault_of_an_isolate_is_told_at_once(dossier: Dossier) -> None:
    wrong = (
        IncomingTest("AMP", mic="beaucoup", place="a"),
        IncomingTest("CTX", mic="-1", category="X", place="b"),
        IncomingTest("CTX", mic="1", place="c"),
        IncomingTest("", category="R", place="d"),
        IncomingTest("ZZZ", category="R", place="e"),
        IncomingTest("CIP", diameter="99", place="f"),
    )
    marks = (IncomingMark("BLSE", "peut-être", "g"), IncomingMark("SARM", "oui"), IncomingMark("SARM", "non", "h"))
    with pytest.raises(IsolateRefusedError) as caught:
        grow(dossier, coli(organism="", quantity="10e5", tests=wrong, marks=marks, place="o", quantity_place="q"))
    assert [(fault.place, type(fault).__name__) for fault in caught.value.faults] == [
        ("o", "UnknownOrganismError"),
        ("q", "NotAQuantityError"),
        ("a", "NotAMicError"),
        ("b", "NotAMicError"),
        ("b", "UnknownCategoryError"),
        ("c", "AntibioticTwiceError"),
        ("d", "AntibioticMissingError"),
        ("e", "UnknownAntibioticError"),
        ("f", "NotADiameterError"),
        ("g", "UnknownMarkError"),
        ("h", "MarkTwiceError"),
    ]
    assert all(fault.hint for fault in caught.value.faults)
    assert not Isolate.objects.exists()
    assert not dossier.observations.filter(exam__code="ECBUC").exists()


def test_a_message_completes_the_isolate_of_its_number(dossier: Dossier) -> None:
    first = coli(minutes_ago=60, rank=1, tests=(), marks=(), quantity="", whole=False)
    assert receive(dossier, first).taken == 1
    lines = (IncomingTest("GEN", mic="<=1", category="S"), IncomingTest("AMP", mic="8", category="S"))
    assert receive(dossier, coli(rank=1, tests=lines, organism="", quantity="", marks=(), whole=False)).taken == 1
    later = coli(rank=1, tests=(replace(lines[1], category="R"),), organism="", whole=False, minutes_ago=5)
    assert receive(dossier, later).taken == 1
    grown = said(Isolate.objects.get())
    assert (grown.organism, [(test.antibiotic, test.category) for test in grown.tests]) == (
        "ECOL",
        [("AMP", "R"), ("GEN", "S")],
    )
    assert receive(dossier, later).same == 1


def test_another_organism_under_the_same_number_does_not_inherit_the_antibiogram(dossier: Dossier) -> None:
    receive(dossier, coli(rank=1))
    receive(dossier, coli(rank=1, organism="KPNE", tests=(), quantity="", marks=(), whole=False, minutes_ago=5))
    assert said(Isolate.objects.get()) == Grown(organism="KPNE")
    assert len(IsolateTrace.objects.first().content["tests"]) == 4  # type: ignore[union-attr]


def test_an_older_message_is_set_aside(dossier: Dossier) -> None:
    receive(dossier, coli(rank=1, minutes_ago=10))
    assert receive(dossier, coli(rank=1, organism="KPNE", minutes_ago=50)).aside == 1
    assert said(Isolate.objects.get()).organism == "ECOL"
    assert outcomes() == ["taken", "older"]


def test_an_isolate_older_than_a_sterile_culture_is_set_aside(dossier: Dossier) -> None:
    services.record(dossier.pk, [incoming("ECBUC", "Absence de germe", minutes_ago=5)], source="hl7:0")
    assert receive(dossier, coli(rank=1, minutes_ago=50)).aside == 1
    assert culture(dossier).interpretation == "NEG"
    assert not Isolate.objects.exists()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"exam_codes": ("GLU",)}, NotACultureError),
        ({"exam_codes": ("HEMOC",)}, NotRequestedError),
        ({"exam_codes": ("600-7",)}, NotRequestedError),
        ({"exam_codes": ("NOPE",)}, UnknownExamError),
        ({"rank": 100}, IsolateRefusedError),
        ({"organism": "", "whole": False}, IsolateMissingError),
        ({"minutes_ago": -60}, FutureResultError),
    ],
)
def test_a_message_that_cannot_be_right_is_refused_whole(
    dossier: Dossier, change: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        receive(dossier, coli(rank=1, organism="KPNE"), coli(**({"rank": 2} | change)))  # type: ignore[arg-type]
    assert not Isolate.objects.exists()


def test_two_isolates_under_one_number_are_refused(dossier: Dossier) -> None:
    with pytest.raises(IsolateTwiceError):
        receive(dossier, coli(rank=1), coli(rank=1, organism="KPNE"))
    assert not Isolate.objects.exists()


def test_the_only_culture_of_a_dossier_needs_no_name_and_two_do() -> None:
    one = urine_dossier()
    assert receive(one, coli(exam_codes=(), rank=1)).taken == 1
    two = open_dossier("ECBUC", "HEMOC", patient=one.patient_id)
    with pytest.raises(NotACultureError):
        receive(two, coli(exam_codes=(), rank=1))
    assert receive(two, coli(exam_codes=("600-7",), rank=1)).taken == 1


def test_a_released_dossier_is_closed(dossier: Dossier) -> None:
    isolate = grow(dossier)
    validate_all(dossier)
    validation.release(dossier.pk, user=demo_biologist())
    with pytest.raises(ReleasedDossierError):
        receive(dossier, coli(rank=1))
    with pytest.raises(ReleasedDossierError):
        isolates.remove(isolate.pk, user=demo_technician())
    with pytest.raises(ReleasedDossierError):
        grow(dossier)


def test_an_unknown_exam_or_one_that_grows_nothing_is_refused(dossier: Dossier) -> None:
    with pytest.raises(NotRequestedError):
        isolates.save(999_999, coli(), user=demo_technician())
    with pytest.raises(NotACultureError):
        isolates.save(dossier.requested.get(exam__code="GLU").pk, coli(), user=demo_technician())


def test_no_line_of_the_journal_names_what_grew(dossier: Dossier) -> None:
    grow(dossier)
    told = " ".join(f"{line.target} {line.details}" for line in AuditLine.objects.all())
    assert "coli" not in told
    assert "ECOL" not in told
    assert timezone.now() - IsolateTrace.objects.get().received_at < timedelta(minutes=1)
