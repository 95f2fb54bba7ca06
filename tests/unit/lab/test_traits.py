"""Traits as typed: what is refused, with a sentence that names the field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from eprouvette.core import oids
from eprouvette.lab.directory.rules import search_key
from eprouvette.lab.identity.errors import InvalidInsError, InvalidTraitsError
from eprouvette.lab.identity.traits import InsEntry, Traits, checked, checked_ins

TODAY = date(2026, 3, 12)
GOOD = Traits("D'ARTOIS", "ANNE-CÉCILE MARIE", "ANNE-CÉCILE", "F", "19790328", birth_place_cog="2A004")


@pytest.mark.parametrize("born", ["1979", "197903", "19790328"])
def test_an_incomplete_birth_date_is_taken(born: str) -> None:
    assert checked(replace(GOOD, birth_date=born), TODAY).birth_date == born


def test_blanks_are_tidied_and_nothing_is_copied_into_the_used_names() -> None:
    clean = checked(replace(GOOD, birth_family_name="  D'ARTOIS "), TODAY)
    assert clean.birth_family_name == "D'ARTOIS"
    assert (clean.used_family_name, clean.used_given_name) == ("", "")


def test_hyphen_and_blank_are_the_same_at_the_start_of_the_list_of_given_names() -> None:
    checked(replace(GOOD, first_given_name="ANNE CÉCILE"), TODAY)


@pytest.mark.requirement("REQ-INS-05")
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("birth_family_name", "", "Nom de naissance : il est obligatoire."),
        ("birth_family_name", "   ", "Nom de naissance : il est obligatoire."),
        ("birth_family_name", "DUPONT<br>", "Nom de naissance : seuls des lettres"),
        ("birth_family_name", "DUPONT2", "Nom de naissance : seuls des lettres"),
        ("birth_given_names", "", "Liste des prénoms de naissance : il est obligatoire."),
        ("first_given_name", "", "Premier prénom de naissance : il est obligatoire."),
        ("first_given_name", "MARIE", "Premier prénom de naissance : la liste des prénoms doit commencer par lui."),
        ("first_given_name", "ANN", "Premier prénom de naissance : la liste des prénoms doit commencer par lui."),
        ("used_given_name", "4", "Prénom utilisé : seuls des lettres"),
        ("sex", "", "Sexe :"),
        ("sex", "X", "Sexe :"),
        ("birth_date", "", "Date de naissance : la date attendue est AAAA, AAAAMM ou AAAAMMJJ."),
        ("birth_date", "28/03/1979", "Date de naissance : la date attendue"),
        ("birth_date", "19790231", "Date de naissance : cette date n'existe pas."),
        ("birth_date", "20270101", "Date de naissance : elle est dans le futur."),
        ("birth_date", "1779", "Date de naissance : l'année est trop ancienne."),
        ("birth_place_cog", "5121", "Lieu de naissance : le code INSEE a cinq caractères"),
        ("birth_place_cog", "2C004", "Lieu de naissance : le code INSEE a cinq caractères"),
        ("email", "nobody", "Adresse électronique :"),
        ("phone", "12", "Téléphone : le numéro est trop court."),
    ],
)
def test_a_wrong_trait_is_refused_with_its_field(field: str, value: str, sentence: str) -> None:
    with pytest.raises(InvalidTraitsError) as refused:
        checked(replace(GOOD, **{field: value}), TODAY)
    assert refused.value.problems[field].startswith(sentence)


def test_every_wrong_field_is_said_at_once() -> None:
    with pytest.raises(InvalidTraitsError) as refused:
        checked(Traits("", "", "", "", ""), TODAY)
    assert set(refused.value.problems) == {
        "birth_family_name",
        "birth_given_names",
        "first_given_name",
        "sex",
        "birth_date",
    }


@pytest.mark.parametrize(
    ("value", "oid", "sentence"),
    [
        ("279035121518988", oids.INS_NIR_TEST, "la clé ne correspond pas"),
        ("2790351215189", oids.INS_NIR_TEST, "15 caractères"),
        ("27903512151898A", oids.INS_NIR_TEST, "15 caractères"),
        ("279035121518989", "1.2.3", "n'est pas celui d'un NIR"),
        ("279035121518989", oids.INS_NIR, "n'est pas admis dans cet environnement"),
        ("", "", "15 caractères"),
    ],
)
def test_a_typed_ins_is_refused_with_its_reason(value: str, oid: str, sentence: str) -> None:
    with pytest.raises(InvalidInsError, match=sentence):
        checked_ins(InsEntry(value, oid), "simulator")


def test_a_typed_ins_may_have_blanks() -> None:
    assert checked_ins(InsEntry("2 79 03 51 215 189 89", oids.INS_NIR_TEST), "simulator").value == "279035121518989"


@pytest.mark.requirement("REQ-INS-17")
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Jean-Rémi  d'Œuvrard", "JEAN REMI D OEUVRARD"),
        ("MÜLLER", "MULLER"),
        ("Ó Briain", "O BRIAIN"),
        ("L’HAŸ", "L HAY"),
        ("", ""),
    ],
)
def test_a_search_key_has_capitals_and_single_blanks_only(name: str, key: str) -> None:
    assert search_key(name) == key
