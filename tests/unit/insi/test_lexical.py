"""What leaves for INSi is in its letters; what has no equivalent is refused with a sentence, never dropped."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.sandbox.insi.questions import GIVEN, NAME
from eprouvette.standards.insi import lexical
from eprouvette.standards.insi.identity import CardTraits, Traits
from eprouvette.standards.insi.lexical import LexicalError

TRAITS = Traits("D'HAUTEVILLE", ("Éléonore", "Lætitia"), "F", "1979-03-28", "51215")
FRENCH = st.text(st.sampled_from("ABCXYZabcxyzÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸàâäçéèêëîïôöùûüÿÆŒæœ'’ -‑"), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Lefèvre", "LEFEVRE"),
        ("Œuvrard", "OEUVRARD"),
        ("lætitia", "LAETITIA"),
        ("Françoise", "FRANCOISE"),
        ("MÜLLER", "MULLER"),
        ("Peña", "PENA"),
        ("Woźniak", "WOZNIAK"),
        ("  DE LA TOUR ", "DE LA TOUR"),
        ("L’Hermitte", "L'HERMITTE"),
        ("Saint‑Omer", "SAINT-OMER"),
        (unicodedata.normalize("NFD", "Hélène"), "HELENE"),
        ("COURTOIS--DUMAY", "COURTOIS--DUMAY"),
    ],
)
def test_accents_go_and_ligatures_are_spelt_out(written: str, sent: str) -> None:
    assert lexical.name(written) == sent


@pytest.mark.parametrize(
    "letter", ["Ø", "ß", "Đ", "Ł", "Þ", "ı", "ſ", "Ж", "李", "1", ".", "/", "\t", "\u0301", "–", "ﬁ"]
)
def test_a_character_without_equivalent_is_refused_and_named(letter: str) -> None:
    with pytest.raises(LexicalError) as refusal:
        lexical.name(f"A{'' if letter == chr(0x301) else 'B'}-{letter}C")
    assert refusal.value.trait == "Nom de naissance"
    assert letter in refusal.value.message
    assert refusal.value.hint


@pytest.mark.parametrize("name", ["", "   ", "-DUPONT", "DE  LA TOUR", "D''ARC", "D' ARC", "D 'ARC", "DU---PONT"])
def test_a_name_of_another_form_is_refused(name: str) -> None:
    with pytest.raises(LexicalError):
        lexical.name(name)


@pytest.mark.parametrize("given_name", ["", "ANNE--LISE", "ANNE-", "LOU'", "-ANNE", "JEAN  LOUIS"])
def test_a_given_name_of_another_form_is_refused(given_name: str) -> None:
    with pytest.raises(LexicalError):
        lexical.given_name(given_name)


@given(FRENCH)
def test_a_name_that_passes_is_one_that_the_service_accepts_and_passes_again(text: str) -> None:
    try:
        sent = lexical.name(text)
    except LexicalError:
        return
    assert NAME.fullmatch(sent)
    assert lexical.name(sent) == sent


@given(FRENCH)
def test_a_given_name_that_passes_is_one_that_the_service_accepts(text: str) -> None:
    try:
        sent = lexical.given_name(text)
    except LexicalError:
        return
    assert GIVEN.fullmatch(sent)


@given(st.text(max_size=20))
def test_any_text_gives_letters_of_the_service_or_a_refusal(text: str) -> None:
    try:
        sent = lexical.name(text)
    except LexicalError:
        return
    assert re.fullmatch(r"[A-Z' -]+", sent)


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=20))
def test_letters_that_are_right_already_stay_as_they_are(text: str) -> None:
    assert lexical.name(text) == lexical.given_name(text) == text


def test_the_question_is_converted_and_what_is_stored_is_not() -> None:
    sent = lexical.traits(TRAITS)
    assert sent.given_names == ("ELEONORE", "LAETITIA")
    assert TRAITS.given_names == ("Éléonore", "Lætitia")


@pytest.mark.requirement("REQ-INS-13")
def test_an_unknown_birth_place_is_not_sent() -> None:
    assert lexical.traits(replace(TRAITS, birth_place="99999")).birth_place == ""


def test_a_lunar_date_passes_as_text() -> None:
    assert lexical.traits(replace(TRAITS, birth_date="1948-00-00")).birth_date == "1948-00-00"


@pytest.mark.parametrize(
    ("change", "trait"),
    [
        ({"sex": "U"}, "Sexe"),
        ({"birth_date": "28/03/1979"}, "Date de naissance"),
        ({"birth_date": "1979-3-28"}, "Date de naissance"),
        ({"birth_date": "١٩٧٩-03-28"}, "Date de naissance"),
        ({"birth_place": "5121"}, "Lieu de naissance"),
        ({"birth_place": "2a020"}, "Lieu de naissance"),
        ({"given_names": ()}, "Prénom"),
        ({"birth_name": ""}, "Nom de naissance"),
    ],
)
def test_a_trait_of_another_form_is_refused_by_its_name_and_without_its_value(
    change: dict[str, str], trait: str
) -> None:
    with pytest.raises(LexicalError) as refusal:
        lexical.traits(replace(TRAITS, **change))  # type: ignore[arg-type]  # named as the fields are
    assert refusal.value.trait == trait
    assert not any(value and value in refusal.value.message for value in change.values())


@pytest.mark.parametrize(
    "change", [{"holder": ""}, {"holder": "2790351215189"}, {"own": "x" * 15}, {"birth_date": "1979"}, {"rank": "10"}]
)
def test_a_card_of_another_form_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(LexicalError):
        lexical.card_traits(replace(CardTraits("279035121518989", "", "PAT-TROIS", "1979-03-28", "1"), **change))
