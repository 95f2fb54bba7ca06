"""Finding patients by separate criteria, the likely duplicates while typing, the places of birth."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.management import call_command
from django.db import connection

from eprouvette.lab.identity import cog, services
from eprouvette.lab.identity.candidates import duplicates
from eprouvette.lab.identity.duplicates import Keys, Level
from eprouvette.lab.identity.errors import CriteriaMissingError, PlaceFileError
from eprouvette.lab.identity.merging import merge
from eprouvette.lab.identity.models import CogPlace, Patient
from eprouvette.lab.identity.places import Period
from eprouvette.lab.identity.rules import Attribute
from eprouvette.lab.identity.search import Criteria, find
from eprouvette.lab.identity.spans import Span
from eprouvette.web.cli.cog import cog as command
from support.identities import INS, person, qualified, retrieved
from support.lab import ACTOR

pytestmark = pytest.mark.django_db


def ids(asked: Criteria) -> list[int]:
    return [match.patient.pk for match in find(asked)]


@pytest.mark.requirement("REQ-INS-17")
@pytest.mark.parametrize(
    "asked",
    [
        Criteria(family_name="le goff"),
        Criteria(family_name="LE-G"),
        Criteria(family_name="le'gof", given_name="zoe"),
        Criteria(family_name="tanguy"),
        Criteria(family_name="TAN", given_name="lou"),
        Criteria(birth_date="19790328"),
        Criteria(birth_date="19790328", family_name="l"),
        Criteria(birth_date="19790328", given_name="z", sex="F"),
    ],
)
def test_a_person_is_found_by_birth_and_used_names_whatever_the_hyphens(asked: Criteria) -> None:
    patient = person(
        birth_family_name="LE GOFF",
        used_family_name="TANGUY",
        birth_given_names="ZOÉ",
        first_given_name="ZOÉ",
        used_given_name="LOU",
    )
    person(birth_family_name="MARTIN", birth_date="19800101")
    assert ids(asked) == [patient.pk]


@pytest.mark.requirement("REQ-INS-17")
@pytest.mark.parametrize(
    "asked", [Criteria(), Criteria(sex="F"), Criteria(given_name="ZOE"), Criteria(family_name="L")]
)
def test_a_search_that_would_list_the_laboratory_is_refused_with_what_to_give(asked: Criteria) -> None:
    with pytest.raises(CriteriaMissingError) as refused:
        find(asked)
    assert "date de naissance" in refused.value.hint


@pytest.mark.requirement("REQ-INS-17")
def test_an_ins_with_its_key_finds_its_file_and_a_number_its_own_or_that_which_answers_for_it() -> None:
    kept, lost = qualified(), person()
    assert ids(Criteria(ins="2 79 03 51 215 189 89")) == [kept.pk]
    assert ids(Criteria(ins=INS.value[:13])) == []
    merge(kept.pk, lost.pk, actor=ACTOR)
    assert ids(Criteria(ipp=lost.ipp)) == ids(Criteria(ipp=kept.ipp)) == [kept.pk]
    services.mark(kept.pk, Attribute.DOUBTFUL, on=True, actor=ACTOR)
    assert ids(Criteria(ins=INS.value)) == []


@pytest.mark.requirement("REQ-INS-17")
def test_what_matched_is_said_by_field() -> None:
    person(used_family_name="PATIN")
    match = find(Criteria(family_name="PAT", given_name="dom"))[0]
    assert match.spans == {
        "birth_family_name": (Span(0, 3),),
        "used_family_name": (Span(0, 3),),
        "first_given_name": (Span(0, 3),),
    }


def test_a_search_gives_at_most_what_is_asked_in_the_order_of_names() -> None:
    for name in ("PATB", "PATA", "PATC"):
        person(birth_family_name=name)
    assert [match.patient.birth_family_name for match in find(Criteria(family_name="PA"), limit=2)] == ["PATA", "PATB"]


@pytest.mark.parametrize(
    ("typed", "level"),
    [
        (Keys.of("PAT-TROIS", "DOMINIQUE", "19790328"), Level.PROBABLE),
        (Keys.of("PATROIS", "DOMINIQUE", "19790328"), Level.PROBABLE),
        (Keys.of("PAT TROIX", "DOMINIQUE", "19790329"), Level.POSSIBLE),
        (Keys.of("DOMINIQUE", "PAT TROIS", "19790328"), Level.PROBABLE),
        (Keys.of("PAT TROIS", "DOMINIQUE", "19792803"), Level.PROBABLE),
        (Keys.of("PAT TROIS", "DOMINIQUE", ""), None),
        (Keys.of("P", "", "19790328"), None),
        (Keys.of("MARTIN", "ANNE", "19450101"), None),
    ],
)
def test_the_file_that_is_there_already_is_proposed_while_typing(typed: Keys, level: Level | None) -> None:
    patient = person()
    person(birth_family_name="DURAND", birth_given_names="PAUL", first_given_name="PAUL", sex="M")
    found = duplicates(typed)
    assert [(one.patient_id, one.likeness.level) for one in found] == ([(patient.pk, level)] if level else [])
    assert duplicates(typed, but=patient.pk) == ()


def test_the_same_ins_is_proposed_first_and_a_closed_file_never() -> None:
    first, second = retrieved(person()), person(birth_date="19790329")
    typed = Keys.of("PAT TROIS", "DOMINIQUE", "19790328", ins=INS.value)
    assert [one.likeness.level for one in duplicates(typed)] == [Level.SURE, Level.PROBABLE]
    merge(first.pk, second.pk, actor=ACTOR)
    assert [one.patient_id for one in duplicates(typed)] == [first.pk]


@pytest.mark.requirement("REQ-INS-13")
def test_places_are_loaded_asked_by_date_and_never_lost() -> None:
    assert cog.hints("51215", "1979") == ()
    done = cog.load_shipped(actor=ACTOR)
    assert done.written == done.lines == CogPlace.objects.count()
    assert cog.load_shipped(actor=ACTOR).written == 0
    ajaccio = (cog.at("2A004", "19790328"), cog.at("20004", "19700101"), cog.at("20004", "19900101"))
    assert {place.name for place in ajaccio if place} == {"Ajaccio"}
    assert cog.at("92123", "1950") is None
    assert cog.at("99999", "1950") == Period("99999", "Lieu inconnu")
    assert cog.hints("20004", "19900101")
    assert cog.hints("2A004", "19900101") == ()
    assert [place.code for place in cog.search("pavillons sous", "1950")] == []
    found = cog.search("les pavillons-sous", "19500101")
    assert [place.code for place in found] == ["75057", "93057"]
    later = "COM,TNCC,NCC,NCCENR,LIBELLE,DATE_DEBUT,DATE_FIN\n51215,0,X,X,Dompremy,1943-01-01,2027-01-01\n"
    assert cog.load(later.encode(), "v_commune_depuis_1943.csv", actor=ACTOR).written == 1
    assert cog.history("51215") == (Period("51215", "Dompremy", "", "2027-01-01"),)
    with pytest.raises(PlaceFileError):
        cog.load(b"nothing", "x.csv", actor=ACTOR)
    assert CogPlace.objects.count() == done.written


@pytest.mark.django_db(transaction=True)
def test_files_made_before_this_schema_keep_what_they_said() -> None:
    """The migration is walked back and forth over rows of the former schema."""
    call_command("migrate", "identity", "0001", verbosity=0)
    try:
        with connection.cursor() as cursor:
            for rank, (status, ins) in enumerate([("qualifiee", INS.value), ("validee", "279035121518890")]):
                cursor.execute(
                    "INSERT INTO identity_patient (ipp, birth_family_name, birth_given_names, first_given_name, sex,"
                    " birth_date, birth_place_cog, birth_place_name, used_family_name, used_given_name, ins_value,"
                    " ins_oid, status, document_type, evidence, address_line, postal_code, city, phone, email,"
                    " search_birth_name, search_used_name, search_first_name, search_used_given, created_at)"
                    " VALUES (%s, 'DUPONT', 'ANNE', 'ANNE', 'F', '19790328', '51215', '', '', '', %s, %s, %s,"
                    " 'passeport', '', '', '', '', '', '', 'DUPONT', '', 'ANNE', '', now())",
                    [f"OLD-{rank}", ins, INS.oid, status],
                )
    finally:
        # Every room: those above went back with this one.
        call_command("migrate", verbosity=0)
    first, second = Patient.objects.order_by("pk")
    assert (first.ins, second.ins, first.sound_birth_name) == (INS, None, "DUP3")
    assert [record.ended_at is None for record in (first.ins_records.get(), second.ins_records.get())] == [True, False]
    assert first.documents.get().high_trust
    assert [match.patient.pk for match in find(Criteria(family_name="dup"))] == [first.pk, second.pk]


def test_the_command_imports_the_files_that_it_is_given(tmp_path: Path) -> None:
    file = tmp_path / "v_pays_territoire_2026.csv"
    file.write_text("COG,ACTUAL,CRPAY,ANI,LIBCOG,LIBENR\n99352,1,,1962,Algérie,A\n", encoding="utf-8")
    answer = CliRunner().invoke(command, ["import", str(file)])
    assert answer.exit_code == 0, answer.output
    assert "1 lignes lues, 1 écrites" in answer.output
    assert cog.at("99352", "1980") == Period("99352", "Algérie")
    file.write_text("nothing", encoding="utf-8")
    assert isinstance(CliRunner().invoke(command, ["import", str(file)]).exception, PlaceFileError)
