"""What keeps an amendment of the request from being kept: one sentence a field, nothing guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from eprouvette.lab.orders.changes import (
    SampleChange,
    ScreeningChange,
    Shot,
    sample_problems,
    screening_problems,
)

NOW = datetime(2026, 3, 12, 10, tzinfo=UTC)
TODAY, BORN = date(2026, 3, 12), date(1979, 3, 28)
GOOD = SampleChange(NOW - timedelta(hours=2), NOW - timedelta(hours=1), "36973007", 3, "Tique", "11713004", "Dole")
SHOT = Shot("J07BM03", given=True, given_on=date(2012, 5, 4), dose="2")
SCREENING = ScreeningChange("MED-1210", "B97.7", (SHOT, Shot("J07BM", given=False)))


def test_a_sound_amendment_has_no_problem() -> None:
    assert sample_problems(GOOD, NOW) == {}
    assert sample_problems(SampleChange(NOW), NOW) == {}
    # Two clocks of one laboratory never agree wholly.
    assert sample_problems(SampleChange(NOW + timedelta(minutes=5)), NOW) == {}
    assert screening_problems(SCREENING, BORN, TODAY) == {}
    assert screening_problems(ScreeningChange("MED-1214", "C53.9"), BORN, TODAY) == {}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        (replace(GOOD, collected_at=NOW + timedelta(hours=1), received_at=None), "collected_at", "futur"),
        (replace(GOOD, received_at=NOW + timedelta(hours=1)), "received_at", "futur"),
        (replace(GOOD, received_at=NOW - timedelta(hours=3)), "received_at", "précède le prélèvement"),
        (replace(GOOD, collected_at=datetime(2026, 3, 12, 8)), "collected_at", "décalage"),  # noqa: DTZ001
        (replace(GOOD, site_code="11713004"), "site_code", "liste"),
        (replace(GOOD, subject_code="11713005"), "subject_code", "SNOMED CT"),
        (replace(GOOD, subject_code="TICK"), "subject_code", "SNOMED CT"),
        (replace(GOOD, subject=" "), "subject", "avant son code ou son lieu"),
        (replace(GOOD, subject="", subject_code=""), "subject", "avant son code ou son lieu"),
        (replace(GOOD, subject="x" * 121), "subject", "120 caractères"),
        (replace(GOOD, subject="a\x0bb"), "subject", "ne s'imprime pas"),
        (replace(GOOD, subject_place="x" * 201), "subject_place", "200 caractères"),
        (replace(GOOD, subject_place="a\nb"), "subject_place", "ne s'imprime pas"),
    ],
)
def test_an_incoherent_sample_is_refused_in_a_sentence(change: SampleChange, field: str, words: str) -> None:
    found = sample_problems(change, NOW)
    assert list(found) == [field]
    assert words in found[field]


def test_a_site_that_the_sample_has_already_stays_though_the_list_lost_it() -> None:
    assert sample_problems(replace(GOOD, site_code="11713004"), NOW, kept_site="11713004") == {}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        (replace(SCREENING, context_code="B97.7"), "context_code", "Contexte"),
        (replace(SCREENING, sought_code=""), "sought_code", "Recherché"),
        (replace(SCREENING, shots=(replace(SHOT, vaccine_code="J07BX"),)), "shots.0.vaccine_code", "liste"),
        (replace(SCREENING, shots=(SHOT, replace(SHOT, given=False))), "shots.1.given", "ni date ni dose"),
        (replace(SCREENING, shots=(Shot("J07BM", given=False, dose="2"),)), "shots.0.given", "ni date ni dose"),
        (replace(SCREENING, shots=(replace(SHOT, given_on=date(2026, 3, 13)),)), "shots.0.given_on", "futur"),
        (replace(SCREENING, shots=(replace(SHOT, given_on=date(1979, 3, 27)),)), "shots.0.given_on", "naissance"),
        (replace(SCREENING, shots=(replace(SHOT, dose="x" * 41),)), "shots.0.dose", "40 caractères"),
        (replace(SCREENING, shots=(SHOT,) * 11), "shots", "10 au plus"),
    ],
)
def test_an_incoherent_screening_is_refused_in_a_sentence(change: ScreeningChange, field: str, words: str) -> None:
    found = screening_problems(change, BORN, TODAY)
    assert list(found) == [field]
    assert words in found[field]
