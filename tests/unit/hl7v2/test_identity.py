"""Identity messages of PAM-FR: each trait by its place, each fault with its location, nothing guessed by position."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.core import oids
from eprouvette.core.dates import PARIS
from eprouvette.standards.hl7v2 import er7
from eprouvette.standards.hl7v2.adt import IdentityMessage, read_identity
from eprouvette.standards.hl7v2.errors import Hl7Error
from eprouvette.standards.hl7v2.pid import LocalId, ReceivedIns

INS_AUTHORITY = f"ASIP-SANTE-INS-NIR&{oids.INS_NIR_TEST}&ISO"
HEAD = "MSH|^~\\&|GAM|CHU-X|SGL|LABO|20261106111154||ADT^{0}|7|D|2.5^FRA^2.11|||||FRA|UNICODE UTF-8"
EVENT = "EVN||20261106111154||||20261106110000"
PERSON = (
    f"PID|1||000003^^^CHU-X&000897406&N^PI~279035121518989^^^{INS_AUTHORITY}^INS||"
    "PAT-TROIS^DOMINIQUE^DOMINIQUE MARIE^^^^L~D'USAGE^DOMI^^^^^D||19790328|F|||"
    "28 Av de Breteuil^^PARIS^^75007^FRA^H^^75056~^^Dole^^^^BDL^^39198||"
    "0601020304~^NET^Internet^d.pat@example.fr|||S||24000006^^^CHU-X&000897406&M^AN|||||||1|||||N||VALI~HOMA|2026"
)
VISIT = "PV1|1|I|" + "|" * 15 + "|V42^^^CHU-X&000897406&M^VN"
MOVEMENT = "ZBE|312^CHU-X^000897406|20261106110000||INSERT|N||Chir V^^^^^CHU-X&000897406&N^UF^^^6268||HMS"
WILL = "ZFA|ACTIF|20261106111154|||||||IO|20261106111154|INC|20261106111154"


def read(event: str = "A01", *lines: str) -> IdentityMessage:
    return read_identity(er7.parse("\r".join((HEAD.format(event), EVENT, *(lines or (PERSON, VISIT, MOVEMENT, WILL))))))


def test_every_trait_is_read_by_its_kind_and_not_by_its_rank() -> None:
    person = read().person
    assert person.ids == (LocalId("000003", "CHU-X", "000897406", "PI"),)
    assert person.ins == (ReceivedIns("279035121518989", oids.INS_NIR_TEST),)
    assert (person.birth_family_name, person.first_given_name) == ("PAT-TROIS", "DOMINIQUE")
    assert person.birth_given_names == "DOMINIQUE MARIE"
    assert (person.used_family_name, person.used_given_name) == ("D'USAGE", "DOMI")
    assert (person.sex, person.birth_date, person.birth_rank) == ("F", "19790328", "1")
    # The code on the home address is a trap: only the BDL repetition says where the person was born.
    assert (person.birth_place_cog, person.birth_place_name) == ("39198", "Dole")
    assert (person.address_line, person.postal_code, person.city) == ("28 Av de Breteuil", "75007", "PARIS")
    assert (person.phone, person.email) == ("0601020304", "d.pat@example.fr")
    assert person.statuses == ("VALI", "HOMA")
    assert person.deceased is False
    assert person.id_of("chu-x") == person.id_of("000897406") == "000003"
    assert person.id_of("AUTRE") == ""


def test_the_movement_and_the_patient_s_will_are_read() -> None:
    message = read()
    assert message.movement is not None
    assert message.will is not None
    assert (message.patient_class, message.visit) == ("I", "V42")
    assert (message.movement.unit, message.movement.nature, message.movement.action) == ("6268", "HMS", "INSERT")
    assert (message.will.feeding, message.will.consultation) == ("IO", "INC")
    assert message.occurred_at == datetime(2026, 11, 6, 11, tzinfo=PARIS)


def test_a_billing_number_is_never_an_ins() -> None:
    changed = PERSON.replace("^INS||", "^NH||")
    assert read("A31", changed).person.ins == ()


def test_what_is_not_said_is_kept_and_what_is_erased_is_empty() -> None:
    short = 'PID|1||3^^^CHU-X&000897406&N^PI||PAT^DOM^DOM^^^^L~""^""^^^^^D|||||||||""'
    person = read("A31", short).person
    assert (person.used_family_name, person.used_given_name) == ("", "")
    assert person.sex is None
    assert person.birth_place_cog is None
    assert person.birth_date is None


def test_an_ins_taken_back_is_said_erased() -> None:
    taken = f'PID|1||3^^^CHU-X&000897406&N^PI~""^^^{INS_AUTHORITY}^INS||PAT^DOM^DOM^^^^L'
    gone = f"MRG|279035121518989^^^{INS_AUTHORITY}^INS"
    message = read("A47", taken, gone)
    assert message.person.ins == (ReceivedIns("", oids.INS_NIR_TEST, erased=True),)
    assert message.merged_ins == (ReceivedIns("279035121518989", oids.INS_NIR_TEST),)


def test_a_merge_names_who_loses() -> None:
    message = read("A40", PERSON, "MRG|000009^^^CHU-X&000897406&N^PI")
    assert message.merged == (LocalId("000009", "CHU-X", "000897406", "PI"),)


@pytest.mark.parametrize(("event", "known"), [("A01", True), ("A08", True), ("Z99", True), ("A60", False)])
def test_the_events_of_france_are_known(event: str, known: bool) -> None:
    assert read(event).is_known is known


@pytest.mark.parametrize(
    ("event", "lines", "location", "condition"),
    [
        ("A01", (VISIT, MOVEMENT), "PID", 100),
        ("A01", (PERSON, VISIT), "ZBE", 100),
        ("A40", (PERSON,), "MRG", 100),
        ("A28", (PERSON.replace("|F|", "|X|"),), "PID^1^8", 103),
        ("A28", (PERSON.replace("19790328", "1979-03-28"),), "PID^1^7", 102),
        ("A28", (PERSON.replace(f"^^^{INS_AUTHORITY}^INS", "^^^ASIP-SANTE-INS-NIR^INS"),), "PID^1^3", 101),
        ("A28", (f"PID|1||1^^^{INS_AUTHORITY}^INS||A^B^B^^^^L",), "PID^1^3", 101),
        ("A01", (PERSON, MOVEMENT.replace("|INSERT|", "|20261106|")), "ZBE^1^4", 103),
        ("A01", (PERSON, MOVEMENT.replace("INSERT|N|", "UPDATE|N|")), "ZBE^1^6", 101),
        ("A01", (PERSON, MOVEMENT.replace("HMS", "XX")), "ZBE^1^9", 103),
        ("A01", (PERSON, MOVEMENT.replace("20261106110000", "20261306110000")), "ZBE^1^2", 102),
        ("A01", (PERSON, MOVEMENT, WILL.replace("|IO|", "|OUI|")), "ZFA^1^9", 103),
        ("A28", (PERSON, "ZFD|||||MAGIE"), "ZFD^1^5", 103),
    ],
)
def test_what_is_wrong_is_named_by_its_place(event: str, lines: tuple[str, ...], location: str, condition: int) -> None:
    with pytest.raises(Hl7Error) as refused:
        read(event, *lines)
    assert (refused.value.location, refused.value.condition) == (location, condition)


def test_another_message_is_not_read_as_an_identity() -> None:
    with pytest.raises(Hl7Error) as refused:
        read_identity(er7.parse(HEAD.format("A28").replace("ADT", "ORU")))
    assert refused.value.condition == 200


@pytest.mark.requirement("REQ-INS-25")
def test_the_official_messages_are_read(shared_dir: Path) -> None:
    wills = {}
    for path in sorted((shared_dir / "ans" / "hl7v2" / "pam").glob("*.er7")):
        message = read_identity(er7.parse(path.read_bytes().decode()))
        assert message.person.ins == (ReceivedIns("279035121518989", oids.INS_NIR_TEST),)
        assert message.person.birth_place_cog == "63220"
        assert message.person.statuses == ("VALI",)
        assert message.movement is not None
        assert message.will is not None
        wills[path.name] = (message.will.feeding, message.will.consultation)
    assert wills == {
        "sgl_admission_A01.er7": ("INO", "IC"),
        "zfa_IC_INO_A01.er7": ("INO", "IC"),
        "zfa_INC_IO_A01.er7": ("IO", "INC"),
        "zfa_NA_NA_A01.er7": ("NA", "NA"),
    }


@given(st.text(alphabet='^~&|\\"AB1\r', max_size=200))
def test_any_person_segment_is_read_or_refused(noise: str) -> None:
    with contextlib.suppress(Hl7Error):
        message = read_identity(er7.parse("\r".join((HEAD.format("A28"), EVENT, f"PID|1||{noise}"))))
        assert message.person.ids
