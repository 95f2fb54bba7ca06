"""Names: what is heard, what was decoded wrongly, what a page highlights; births and matricules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.core.errors import InvalidValueError
from eprouvette.lab.identity.births import exchanged, known_part, matricule_hints
from eprouvette.lab.identity.errors import InvalidTraitsError, MisreadTextError
from eprouvette.lab.identity.names import decoded, is_misread, sound_of
from eprouvette.lab.identity.spans import Span, matched


@pytest.mark.parametrize(
    "names",
    [
        ("DUPONT", "DUPOND", "DU PONT", "Dupons"),
        ("LEFEBVRE", "LEFEBVRE"),
        ("PHILIPPE", "FILIPE", "FILLIPPE"),
        ("GAUTHIER", "GAUTIER", "GOTIER"),
        ("MICHAUD", "MICHAUX", "MICHEAU", "MICHOT"),
        ("QUENTIN", "KENTIN", "QUANTIN"),
        ("MULLER", "MÜLLER", "MULER"),
        ("LE GOFF", "LEGOFF", "LE-GOFF"),
        ("CHRISTOPHE", "KRISTOFE"),
        ("WALTER", "VALTER"),
        ("HUGUES", "UGUES"),
        ("MAYER", "MEYER"),
        ("CÉCILE", "SESILE"),
    ],
)
def test_names_heard_alike_have_one_sound(names: tuple[str, ...]) -> None:
    assert len({sound_of(name) for name in names}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("DUPONT", "DURAND"), ("MARTIN", "MARTINE"), ("JEAN", "JEANNE"), ("LOUIS", "LUCIE"), ("PAUL", "PIERRE")],
)
def test_names_heard_apart_have_two(one: str, other: str) -> None:
    assert sound_of(one) != sound_of(other)


@given(st.text(max_size=60))
def test_any_text_has_a_sound_in_capitals_and_bounded(text: str) -> None:
    sound = sound_of(text)
    assert len(sound) <= 40
    assert all(sign.isascii() and (sign.isupper() or sign.isdigit()) for sign in sound)


@pytest.mark.requirement("REQ-INS-25")
@pytest.mark.parametrize("name", ["Jérôme", "ÉLOÏSE", "Œuvrard", "Françoise", "Maÿlis", "Noël", "Ângelo", "Zoé"])
def test_letters_read_with_the_wrong_table_are_found(name: str) -> None:
    assert not is_misread(name)
    raw = name.encode("utf-8")
    assert is_misread(raw.decode("latin-1"))
    if "Œ" not in name:
        with pytest.raises(MisreadTextError):
            decoded(name.encode("latin-1"), "utf-8")
        assert decoded(name.encode("latin-1"), "latin-1") == name
    with pytest.raises(MisreadTextError):
        decoded(raw, "latin-1")
    with pytest.raises(MisreadTextError):
        decoded(raw, "no-such-table")
    assert decoded(raw, "utf-8") == name


@pytest.mark.parametrize("name", ["SÃO PAULO", "JOÃO", "Â", "MARTIN", "D’ÉTÉ", ""])
def test_names_that_look_strange_are_names(name: str) -> None:
    assert not is_misread(name)


def test_traits_read_with_the_wrong_table_are_refused_with_a_sentence_that_says_so() -> None:
    from datetime import date

    from eprouvette.lab.identity.traits import Traits, checked

    with pytest.raises(InvalidTraitsError) as refused:
        checked(Traits("DUPONT", "JÃ©rÃ´me", "JÃ©rÃ´me", "M", "19790328"), date(2026, 3, 12))
    assert "mauvaise table" in refused.value.problems["first_given_name"]
    assert "JÃ" not in str(refused.value)


@pytest.mark.requirement("REQ-INS-17")
@pytest.mark.parametrize(
    ("name", "key", "spans"),
    [
        ("PAT-TROIS", "PAT TR", (Span(0, 6),)),
        ("D’ÉTÉ", "D ET", (Span(0, 4),)),
        ("Œuvrard", "OEU", (Span(0, 2),)),
        ("MARTIN", "DUP", ()),
        ("MARTIN", "", ()),
        ("", "A", ()),
    ],
)
def test_what_matched_is_where_it_is_written(name: str, key: str, spans: tuple[Span, ...]) -> None:
    assert matched(name, key) == spans


@pytest.mark.requirement("REQ-INS-29")
@pytest.mark.parametrize(
    ("year", "month", "day", "kept", "sent"),
    [
        ("1979", "3", "28", "19790328", "19790328"),
        ("1979", "3", "", "197903", "19790301"),
        ("1979", "", "", "1979", "19791231"),
        ("1979", "", "28", "19790128", "19790128"),
    ],
)
def test_an_incomplete_birth_date_is_kept_as_known_and_sent_whole(
    year: str, month: str, day: str, kept: str, sent: str
) -> None:
    assert known_part(year, month, day) == kept
    assert exchanged(kept) == sent


def test_a_birth_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidValueError):
        known_part("1979", "2", "30")


@pytest.mark.parametrize(
    ("matricule", "traits", "words"),
    [
        ("279035121518989", {}, []),
        ("279035121518989", {"sex": "M"}, ["sexe"]),
        ("279035121518989", {"birth_date": "19800328"}, ["année"]),
        ("279035121518989", {"birth_date": "19790428"}, ["mois"]),
        ("279995121518989", {"birth_date": "19790428"}, []),
        ("279035121518989", {"cog": "75056"}, ["lieu"]),
        ("279035121518989", {"cog": "99999"}, []),
        ("279035121518989", {"cog": "", "birth_date": "1979", "sex": "UN"}, []),
        ("879035121518989", {}, []),
        ("297022A02077878", {"birth_date": "19970226", "cog": "2A020"}, []),
        ("279X", {}, ["forme"]),
    ],
)
def test_a_matricule_that_contradicts_the_traits_is_a_warning(
    matricule: str, traits: dict[str, str], words: list[str]
) -> None:
    given_ = {"sex": "F", "birth_date": "19790328", "cog": "51215"} | traits
    hints = matricule_hints(matricule, **given_)
    assert len(hints) == len(words)
    assert all(word in hint for word, hint in zip(words, hints, strict=True))
