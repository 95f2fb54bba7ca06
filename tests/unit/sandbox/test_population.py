"""Five thousand persons who do not exist, the same each time, with the cases that go wrong in a real laboratory."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from eprouvette.core import oids
from eprouvette.core.ins import ACCEPTED_OIDS, Ins, key_of
from eprouvette.sandbox.population.people import REFERENCE, Person, household, population
from eprouvette.standards.insi import lexical

PEOPLE = population()
BY_KIND: defaultdict[str, list[Person]] = defaultdict(list)
for _one in PEOPLE:
    BY_KIND[_one.kind].append(_one)


def test_there_are_five_thousand_and_a_seed_gives_the_same_again() -> None:
    assert len(PEOPLE) == 5000
    assert population.__wrapped__(1, 600) == population.__wrapped__(1, 600)
    assert population.__wrapped__(2, 600) != population.__wrapped__(1, 600)


def test_no_number_is_given_twice_and_every_key_is_right_but_one() -> None:
    numbered = [one for one in PEOPLE if one.number]
    assert len({one.number for one in numbered}) == len(numbered)
    assert [one.kind for one in numbered if key_of(one.number) != one.key] == ["wrong key"]


def test_every_number_is_one_that_a_simulator_may_hold_and_never_a_real_one() -> None:
    for one in PEOPLE:
        if one.number:
            assert Ins(one.ins, one.oid).oid in ACCEPTED_OIDS["simulator"]
    assert {one.oid for one in PEOPLE if one.number} == {oids.INS_NIR_TEST, oids.INS_NIA}


def test_a_number_agrees_with_the_sex_the_year_and_the_place() -> None:
    for one in PEOPLE[10:]:
        if one.number:
            assert one.number[0] == ("1" if one.sex == "M" else "2")
            assert one.number[1:3] == one.birth_date[2:4]
            assert one.number[5:10] == one.place


def test_every_strict_trait_is_one_that_insi_accepts_as_it_is() -> None:
    for one in PEOPLE:
        assert lexical.name(one.birth_name) == one.birth_name
        assert [lexical.given_name(given) for given in one.given_names] == list(one.given_names)
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", one.birth_date)


def test_civil_records_have_the_accents_that_strict_traits_lose() -> None:
    assert any(one.family != one.birth_name and lexical.name(one.family) == one.birth_name for one in PEOPLE)
    names = " ".join(one.family for one in PEOPLE)
    for sign in ("É", "Œ", "-", "--", "'", " "):
        assert sign in names


def test_every_case_is_there_in_number() -> None:
    least = {
        "homonym": 100, "twin": 100, "changed name": 90, "changed sex": 10, "corsica": 100, "overseas": 100,
        "abroad": 200, "unknown": 20, "nia": 50, "newborn": 30, "deceased": 70, "history": 50, "lunar date": 15,
        "child": 300,
    }  # fmt: skip
    assert not {kind: len(BY_KIND[kind]) for kind, count in least.items() if len(BY_KIND[kind]) < count}


def test_each_case_is_what_it_says() -> None:
    assert all(one.place[:2] in {"2A", "2B"} for one in BY_KIND["corsica"])
    assert all(one.place[:2] in {"97", "98"} for one in BY_KIND["overseas"])
    assert all(one.place.startswith("99") for one in BY_KIND["abroad"])
    assert all(one.place == "99999" for one in BY_KIND["unknown"])
    assert all(one.nia and one.oid == oids.INS_NIA for one in BY_KIND["nia"])
    assert all(not one.ins and one.birth_date[:4] == str(REFERENCE.year - 1) for one in BY_KIND["newborn"])
    assert all(one.deceased > one.birth_date for one in BY_KIND["deceased"])
    assert all(one.history[0].nia and not one.nia for one in BY_KIND["history"])
    assert all(one.former_name not in {"", one.family} for one in BY_KIND["changed name"])
    assert all(one.history[0].number[0] != one.number[0] for one in BY_KIND["changed sex"])
    assert all(one.birth_date.endswith("-00") for one in BY_KIND["lunar date"])


def test_homonyms_share_what_the_first_question_asks_and_differ_beyond() -> None:
    asked = Counter((one.birth_name, one.given_names[0], one.sex, one.birth_date) for one in PEOPLE if one.number)
    for one in BY_KIND["homonym"]:
        assert asked[one.birth_name, one.given_names[0], one.sex, one.birth_date] >= 2
    assert len({(one.birth_name, one.given_names, one.place) for one in BY_KIND["homonym"]}) == len(BY_KIND["homonym"])


def test_twins_share_a_birth_and_differ_by_their_rank() -> None:
    for first, second in zip(BY_KIND["twin"][::2], BY_KIND["twin"][1::2], strict=True):
        assert (first.birth_name, first.birth_date, first.place) == (second.birth_name, second.birth_date, second.place)
        assert (first.rank, second.rank) == ("1", "2")
        assert first.given_names[0] != second.given_names[0]


def test_children_are_on_the_card_of_an_adult_of_their_name() -> None:
    for child in BY_KIND["child"][:50]:
        adult = household(child, PEOPLE)[0]
        assert (adult.kind, adult.ins, adult.family) == ("holder", child.holder, child.family)
