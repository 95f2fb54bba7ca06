"""How near two identities are: cases met at a desk, and what must hold for any two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.lab.identity.duplicates import POINTS, Keys, Level, likeness, spelling_distance

MARIE = Keys.of("DUPONT", "MARIE", "19790328", sex="F", cog="51215")
NAMES = st.text("ABCDEMNORST ", max_size=12)
PERSONS = st.builds(
    Keys.of, NAMES, NAMES, st.sampled_from(["", "1979", "197903", "19790328", "19792803", "19790329", "19800101"])
)


@pytest.mark.parametrize(
    ("other", "level", "words"),
    [
        (MARIE, Level.PROBABLE, "même date de naissance, nom identique, prénom identique"),
        (Keys.of("DUPOND", "MARIE", "19790328", sex="F"), Level.PROBABLE, "nom proche : 1 lettre, prénom identique"),
        (Keys.of("DUPNOT", "MARIE", "19790328"), Level.PROBABLE, "nom proche : 1 lettre"),
        (Keys.of("DU PONT", "MARIE", "19790328"), Level.PROBABLE, "nom proche : 1 lettre"),
        (Keys.of("MARIE", "DUPONT", "19790328"), Level.PROBABLE, "nom et prénom inversés"),
        (Keys.of("DUPONT", "MARIE", "19792803"), Level.PROBABLE, "nom identique"),
        (Keys.of("DUPONT", "MARIE", "19790329", sex="F"), Level.PROBABLE, "un chiffre de la date diffère"),
        (Keys.of("DUPONT", "MARIE", "1979"), Level.POSSIBLE, "date incomplète, compatible"),
        (
            Keys.of("MARTIN", "MARIE", "19790328", used_family_name="DUPONT"),
            Level.PROBABLE,
            "nom de naissance de l'un, nom utilisé de l'autre",
        ),
        (
            Keys.of("DUPONT", "JEANNE", "19790328", used_given_name="MARIE"),
            Level.PROBABLE,
            "premier prénom de l'un, prénom utilisé de l'autre",
        ),
        (Keys.of("DUPONT MARTIN", "MARIE", "19790328"), Level.PROBABLE, "l'un des noms composés est le même"),
        (Keys.of("DUPONT", "MARIE LOUISE", "19790328"), Level.PROBABLE, "même début de prénom composé"),
        (Keys.of("DUPONT", "MARIE", "19450101", sex="F"), Level.UNLIKELY, ""),
        (Keys.of("DURAND", "ANNE", "19790328", sex="F"), Level.UNLIKELY, ""),
        (Keys.of("DUPONT", "PIERRE", "19790328", sex="M", cog="51215"), Level.UNLIKELY, ""),
        (Keys.of("DUPONT", "SOPHIE", "19790328", sex="F", cog="51215"), Level.UNLIKELY, ""),
    ],
    ids=lambda value: value.family + " " + value.first if isinstance(value, Keys) else None,
)
def test_a_likeness_is_worth_what_its_reasons_say(other: Keys, level: Level, words: str) -> None:
    found = likeness(MARIE, other)
    assert found.level is level, (found.points, found.reasons)
    assert words in found.sentence


def test_one_ins_is_one_person_and_two_ins_are_two_whatever_the_names() -> None:
    one = Keys.of("DUPONT", "MARIE", "19790328", ins="279035121518989")
    assert likeness(one, Keys.of("MARTIN", "ANNE", "1980", ins="279035121518989")).level is Level.SURE
    assert likeness(one, Keys.of("DUPONT", "MARIE", "19790328", ins="279035121518890")).level is Level.UNLIKELY


@given(PERSONS, PERSONS)
def test_a_likeness_is_the_same_both_ways_and_every_reason_has_its_points(one: Keys, other: Keys) -> None:
    found = likeness(one, other)
    assert found.points == likeness(other, one).points == sum(POINTS[reason] for reason in found.reasons)


@given(PERSONS)
def test_a_whole_identity_is_probably_itself(one: Keys) -> None:
    if one.family and one.first and len(one.birth_date) == 8:
        assert likeness(one, one).level is Level.PROBABLE


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [("ABC", "ABC", 0), ("ABC", "ACB", 1), ("ABC", "AB", 1), ("ABC", "ABD", 1), ("ABCD", "AXYD", 2), ("ABC", "XYZ", 3)],
)
def test_letters_between_two_spellings(a: str, b: str, distance: int) -> None:
    assert spelling_distance(a, b, 2) == spelling_distance(b, a, 2) == distance
