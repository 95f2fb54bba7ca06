"""Pages of the directory: what is read, what is counted, and what a hostile page can never do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.standards.annuaire import bounded
from eprouvette.standards.annuaire.bounded import BoundedJsonError
from eprouvette.standards.annuaire.model import Mailbox, Professional, Role
from eprouvette.standards.annuaire.reader import diagnostics, read, read_bundle

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "annuaire"


def golden(name: str) -> bytes:
    return (GOLDEN / name).read_bytes()


def test_a_prescriber_is_read_with_roles_and_mailboxes() -> None:
    page = read(golden("prescriber.json"))
    assert page.professionals == (
        Professional(
            technical_id="003-100",
            idnps="899000000100",
            rpps="99000000100",
            family="D'HAUTEVILLE",
            given="Lætitia Marie",
            civility="MME",
            title="DR",
            profession="10",
            specialties=("SM04",),
            mailboxes=(Mailbox("laetitia.d-hauteville@medecin.mssante.fr", "PER"),),
            updated=datetime(2026, 1, 5, tzinfo=UTC),
        ),
    )
    first, second = page.roles
    assert first == Role(
        technical_id="005-1",
        identifier="1001500032",
        professional="003-100",
        structure="001-7",
        mode="S",
        function="FON-05",
        mailboxes=(Mailbox("l.dhauteville@ch.mssante.fr", "PER", dematerialised=False, red_list=True),),
        updated=datetime(2026, 1, 4, 23, tzinfo=UTC),
    )
    assert (second.professional, second.structure, second.mailboxes) == ("003-100", "", ())
    assert (page.total, page.next, page.skipped, page.remarks) == (
        1,
        "https://annuaire.invalid/fhir/v2/_page?id=u0AmX_ES9W7",
        0,
        (),
    )


def test_structures_are_read_under_each_of_their_numbers() -> None:
    hospital, practice, entity = read(golden("structures.json")).structures
    assert (hospital.name, hospital.sector, hospital.address_line, hospital.phone, hospital.part_of) == (
        "CENTRE HOSPITALIER DES TROIS ÉPIS",
        "SA01",
        "1 avenue de la Paix, Bâtiment B",
        "0384000007",
        "001-9",
    )
    assert [(box.type, box.description, box.dematerialised) for box in hospital.mailboxes] == [
        ("ORG", "Secrétariat de cardiologie", True),
        ("APP", "", None),
    ]
    assert all(hospital.is_called(number) for number in ("399000007", "1399000007"))
    assert all(practice.is_called(number) for number in ("99900000000008", "399900000000008"))
    assert entity.is_called("1399000009")
    assert not any(one.is_called("") for one in (hospital, practice, entity))


def test_what_cannot_be_read_is_counted_and_its_neighbours_are_read() -> None:
    page = read(golden("mixed.json"))
    assert page.skipped == 11
    assert [one.technical_id for one in page.professionals] == ["5", "6"]
    assert page.professionals[0].mailboxes == (Mailbox("sans.type@medecin.mssante.fr"),)
    assert page.professionals[1] == Professional("6", idnps="899000000106", active=False)
    assert page.roles == (Role("7", "1001500099", active=False),)
    assert [(one.finess, one.active) for one in page.structures] == [("399000099", False)]
    assert [(one.place, one.resource) for one in page.remarks if "Le serveur" in one.reason] == [
        (4, "OperationOutcome")
    ]
    assert {one.place for one in page.remarks} == {0, 1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14, 15}


def test_a_remark_never_repeats_a_value() -> None:
    said = " ".join(f"{one.resource} {one.reason}" for one in read(golden("mixed.json")).remarks)
    assert not any(value in said for value in ("9900000010", "pas une adresse", "../x", "SANS NUMÉRO"))


def test_an_identifier_is_recognised_by_its_type_and_not_by_its_system() -> None:
    def professional(identifier: dict[str, Any]) -> int:
        resource = {"resourceType": "Practitioner", "id": "1", "identifier": [identifier]}
        return len(read_bundle({"resourceType": "Bundle", "entry": [{"resource": resource}]}).professionals)

    typed = {"type": {"coding": [{"code": "RPPS"}]}, "value": "99000000100"}
    assert [professional(typed | {"system": system}) for system in ("http://rpps.fr", "urn:x", "")] == [1, 1, 1]
    assert professional({"system": "https://rpps.esante.gouv.fr", "value": "99000000100"}) == 0


def test_the_words_of_a_refusal_are_read() -> None:
    assert diagnostics(json.loads(golden("refused.json"))) == "Parameter mailbox-mss-type not found"
    assert diagnostics({"issue": [{"details": {"text": "clé\u0000 fausse"}}, {"code": "x"}]}) == "clé fausse ; x"
    assert diagnostics({}) == ""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html></html>",
        b"[]",
        b"null",
        b'{"resourceType":"Patient"}',
        b'{"resourceType":"Bundle","entry":{}}',
        b'{"resourceType":"Bundle","total":NaN}',
        b"\xff\xfe{}",
        b'{"resourceType":"Bundle","entry":' + b"[" * 200_000,
        b'{"resourceType":"Bundle","x":' + b"[" * 60 + b"]" * 60 + b"}",
        b'{"resourceType":"Bundle","total":' + b"9" * 5000 + b"}",
        b'{"resourceType":"Bundle","x":[' + b"0," * 400_001 + b"0]}",
    ],
)
def test_a_hostile_page_is_refused_with_a_french_sentence(data: bytes) -> None:
    with pytest.raises(BoundedJsonError, match="annuaire") as caught:
        read(data)
    assert caught.value.hint


def test_a_page_beyond_the_bound_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "LONGEST", 10)
    with pytest.raises(BoundedJsonError, match="démesurée"):
        read(b'{"resourceType":"Bundle"}')


def test_the_error_of_the_parser_which_quotes_the_page_is_not_kept() -> None:
    with pytest.raises(BoundedJsonError) as caught:
        read(b'{"DUPONT')
    assert caught.value.__cause__ is None
    assert "DUPONT" not in f"{caught.value!r}"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["MSSANTE", "email", "RPPS", "10"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["id", "identifier", "type", "coding", "code", "value", "name", "given", "telecom", "extension", "url",
             "system", "address", "line", "qualification", "meta", "lastUpdated", "practitioner", "reference", "active"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


@given(
    st.sampled_from(["Practitioner", "PractitionerRole", "Organization", "OperationOutcome"]),
    st.dictionaries(
        st.sampled_from(["id", "identifier", "name", "telecom", "address", "qualification", "type", "meta", "active"]),
        json_values,
        max_size=9,
    ),
)
def test_no_resource_whatever_its_shape_stops_a_page(kind: str, resource: dict[str, Any]) -> None:
    good = json.loads(golden("prescriber.json"))["entry"][0]
    page = read_bundle({"resourceType": "Bundle", "entry": [{"resource": resource | {"resourceType": kind}}, good]})
    assert "99000000100" in {one.rpps for one in page.professionals}
