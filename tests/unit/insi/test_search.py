"""An answer of INSi is read by name, and what cannot be used is said so, whatever it holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from eprouvette.core import oids
from eprouvette.core.ins import ACCEPTED_OIDS, Profile
from eprouvette.standards.insi import search
from eprouvette.standards.insi.outcome import Found, SearchOutcome, Unusable, WrongEnvironment

TIQ = (
    "<TIQ><NomNaissance>PAT-TROIS</NomNaissance><ListePrenom>DOMINIQUE MARIE-LOUISE</ListePrenom><Sexe>F</Sexe>"
    "<DateNaissance>1979-03-28</DateNaissance><LieuNaissance>51215</LieuNaissance></TIQ>"
)
NUMBER = "<IdIndividu><NumIdentifiant>2790351215189</NumIdentifiant><Cle>89</Cle></IdIndividu>"
ACTIVE = f"<INSACTIF>{NUMBER}<OID>{oids.INS_NIR_TEST}</OID></INSACTIF>"
OK = "<CR><CodeCR>00</CodeCR><LibelleCR>OK</LibelleCR></CR>"


def read(inside: str, profile: Profile = "simulator") -> SearchOutcome:
    return search.read(etree.fromstring(f'<RESULTAT xmlns="{search.RESULT}">{inside}</RESULTAT>'), profile)


def found(inside: str) -> Found:
    outcome = read(inside)
    assert isinstance(outcome, Found)
    return outcome


def individual(active: str = ACTIVE, tiq: str = TIQ) -> str:
    return f"{OK}<INDIVIDU>{active}{tiq}</INDIVIDU>"


@pytest.mark.parametrize(
    "inside",
    [
        "",
        OK,
        "<CR><CodeCR>03</CodeCR></CR>",
        "<CR/>",
        f"{OK}<INDIVIDU/>",
        individual(active=""),
        individual(tiq=""),
        individual(active=ACTIVE * 2),
        individual() + "<INDIVIDU/>",
        individual(active=ACTIVE.replace("2790351215189", "27903512151")),
        individual(active=ACTIVE.replace("2790351215189", "279035121518989")),
        individual(active=ACTIVE.replace("2790351215189", "279035C215189")),
        individual(active=ACTIVE.replace("<Cle>89", "<Cle>8X")),
        individual(active=ACTIVE.replace(oids.INS_NIR_TEST, "1.2.250.1.213.1.4.2")),
        individual(active=ACTIVE.replace(oids.INS_NIR_TEST, "")),
        individual(tiq=TIQ.replace("<Sexe>F", "<Sexe>I")),
        individual(tiq=TIQ.replace("1979-03-28", "28/03/1979")),
        individual(tiq=TIQ.replace("51215", "5121")),
        individual(tiq=TIQ.replace("PAT-TROIS", "A" * 501)),
    ],
)
def test_an_answer_that_cannot_be_used_is_said_so_without_a_trait(inside: str) -> None:
    outcome = read(inside)
    assert isinstance(outcome, Unusable)
    assert outcome.remedy
    assert not any(trait in outcome.reason for trait in ("PAT", "279035", "1979", "AAA"))


def test_another_element_is_not_an_answer() -> None:
    assert isinstance(search.read(etree.fromstring("<RESULTAT/>"), "simulator"), Unusable)


def test_a_number_without_key_gets_its_own() -> None:
    identity = found(individual(active=ACTIVE.replace("<Cle>89</Cle>", ""))).identity
    assert (identity.key, identity.key_is_valid, identity.ins.value) == ("", False, "279035121518989")


def test_a_trait_that_was_not_given_stays_empty() -> None:
    identity = found(individual(tiq="<TIQ><NomNaissance>PAT-TROIS</NomNaissance></TIQ>")).identity
    assert (identity.first_given_name, identity.sex, identity.birth_date, identity.birth_place) == ("", "", "", "")


def test_a_corsican_number_in_small_letters_is_read() -> None:
    number = "<IdIndividu><NumIdentifiant>297022a020778</NumIdentifiant><Cle>78</Cle></IdIndividu>"
    identity = found(individual(active=f"<INSACTIF>{number}<OID>{oids.INS_NIR_TEST}</OID></INSACTIF>")).identity
    assert (identity.matricule, identity.key_is_valid) == ("297022A020778", True)


@pytest.mark.parametrize("profile", list(ACCEPTED_OIDS))
@pytest.mark.parametrize("oid", sorted(oids.INS_OIDS))
def test_only_the_oids_of_the_profile_are_admitted(profile: Profile, oid: str) -> None:
    outcome = read(individual(active=ACTIVE.replace(oids.INS_NIR_TEST, oid)), profile)
    expected = Found if oid in ACCEPTED_OIDS[profile] else WrongEnvironment
    assert type(outcome) is expected


@given(st.permutations([ACTIVE, TIQ, f"<INSHISTO><OID>x</OID>{NUMBER}</INSHISTO>", "<Autre/>", "<!-- un mot -->"]))
def test_the_order_and_what_else_is_there_change_nothing(parts: list[str]) -> None:
    identity = found(f"<Autre/><INDIVIDU>{''.join(parts)}</INDIVIDU>{OK}").identity
    assert (identity.ins.value, identity.birth_name, len(identity.history)) == ("279035121518989", "PAT-TROIS", 1)
