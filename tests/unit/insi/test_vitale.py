"""A Vitale card gives a question, or says in French why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eprouvette.sandbox.population.cards import NoCardError as Cardless
from eprouvette.sandbox.population.cards import card, insert
from eprouvette.sandbox.population.people import Person, household, population
from eprouvette.standards.insi import search, vitale
from eprouvette.standards.insi.identity import CardTraits
from eprouvette.standards.insi.vitale import VitaleReader
from eprouvette.standards.insi.vitale_file import FileReader

PEOPLE = population()
ALONE = next(one for one in PEOPLE if one.birth_name == "PAT-TROIS")
CHILD = next(one for one in PEOPLE if one.kind == "child")


@pytest.fixture
def slot(tmp_path: Path) -> Path:
    return tmp_path / "card.json"


@pytest.mark.requirement("REQ-INS-03")
def test_a_card_with_one_person_gives_the_question(slot: Path) -> None:
    insert(slot, card(ALONE, PEOPLE))
    reader: VitaleReader = FileReader(slot)
    read = reader.read()
    assert read.question(read.only()) == CardTraits(ALONE.ins, ALONE.ins, "PAT-TROIS", "1979-03-28", "1")


def test_a_family_card_asks_which_person(slot: Path) -> None:
    insert(slot, card(CHILD, PEOPLE))
    read = FileReader(slot).read()
    members = household(CHILD, PEOPLE)
    assert len(read.beneficiaries) == len(members) > 1
    with pytest.raises(vitale.SeveralBeneficiariesError) as several:
        read.only()
    assert several.value.hint
    asked = read.question(next(one for one in read.beneficiaries if one.birth_date == CHILD.birth_date))
    assert (asked.holder, asked.own, asked.birth_name) == (CHILD.holder, "", CHILD.birth_name)
    assert "MatriculeIndividu" not in search.card_body(asked)


@pytest.mark.requirement("REQ-INS-27")
def test_the_application_gives_one_person_and_says_its_origin(slot: Path) -> None:
    insert(slot, card(members()[0], PEOPLE, origin="apcv"))
    read = FileReader(slot).read()
    assert (read.origin, len(read.beneficiaries)) == ("apcv", 1)


def members() -> tuple[Person, ...]:
    return household(CHILD, PEOPLE)


def test_who_has_no_nir_has_no_card() -> None:
    for kind in ("newborn", "nia"):
        with pytest.raises(Cardless):
            card(next(one for one in PEOPLE if one.kind == kind), PEOPLE)


def test_no_reader_no_card_expired_and_blocked_are_typed(slot: Path) -> None:
    with pytest.raises(vitale.NoReaderError):
        FileReader(slot.parent / "absent" / "card.json").read()
    with pytest.raises(vitale.NoCardError):
        FileReader(slot).read()
    insert(slot, card(ALONE, PEOPLE, state="expired"))
    with pytest.raises(vitale.ExpiredCardError):
        FileReader(slot).read()
    insert(slot, card(ALONE, PEOPLE, state="blocked"))
    with pytest.raises(vitale.BlockedCardError):
        FileReader(slot).read()


GOOD: dict[str, Any] = card(ALONE, PEOPLE)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[" * 50_000,
        b"[]",
        b" " * 100_001 + b"{}",
        json.dumps(GOOD | {"origin": "autre"}).encode(),
        json.dumps(GOOD | {"origin": []}).encode(),
        json.dumps(GOOD | {"state": None}).encode(),
        json.dumps(GOOD | {"state": ["valid"]}).encode(),
        json.dumps(GOOD | {"holder": 279035121518989}).encode(),
        json.dumps(GOOD | {"beneficiaries": []}).encode(),
        json.dumps(GOOD | {"beneficiaries": ["PAT-TROIS"]}).encode(),
        json.dumps(GOOD | {"beneficiaries": [{"birth_name": "PAT-TROIS"}]}).encode(),
    ],
)
def test_a_card_that_is_none_is_unreadable(slot: Path, content: bytes) -> None:
    slot.write_bytes(content)
    with pytest.raises(vitale.UnreadableCardError):
        FileReader(slot).read()


def test_every_error_has_a_remedy_and_says_whether_to_try_again() -> None:
    for kind in (vitale.NoReaderError, vitale.NoCardError, vitale.UnreadableCardError):
        assert (kind().permanent, bool(kind().hint)) == (False, True)
    assert vitale.BlockedCardError().permanent
