"""A scan finds the file, proposes those that are near, or fills a new one; nothing else is taken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eprouvette.core import oids
from eprouvette.core.ins import Ins
from eprouvette.lab.identity import services
from eprouvette.lab.identity.datamatrix import scanned
from eprouvette.lab.identity.errors import InvalidInsError
from eprouvette.standards.report.errors import DamagedInsTextError, NotAnInsTextError
from eprouvette.standards.report.ins_text import InsText, write
from support.identities import INS, person, qualified
from support.lab import ACTOR

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("REQ-INS-20")]
SAID = InsText(INS, "DOMINIQUE MARIE-LOUISE", "PAT-TROIS", "F", "19790328", "51215")


def test_a_scan_finds_the_file_that_bears_the_ins_and_tells_where_its_traits_differ() -> None:
    patient = qualified()
    found = scanned(write(SAID))
    assert found.patient == patient
    assert found.comparison is not None
    assert not found.comparison.must_be_shown
    other = scanned(write(replace(SAID, birth_date="19790329")))
    assert other.comparison is not None
    assert other.comparison.problems == ("Date de naissance : les deux dates diffèrent.",)


def test_a_scan_of_somebody_unknown_opens_a_provisional_file_without_ins() -> None:
    found = scanned(write(SAID))
    assert (found.patient, found.candidates) == (None, ())
    created = services.create_patient(found.traits, actor=ACTOR)
    assert (created.status, created.ins, created.birth_place_cog) == ("provisoire", None, "51215")


def test_a_scan_proposes_the_files_that_are_near_before_a_second_one_is_opened() -> None:
    patient = person()
    assert [one.patient_id for one in scanned(write(SAID)).candidates] == [patient.pk]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (write(replace(SAID, ins=Ins("279035121518988", INS.oid))), InvalidInsError),
        (write(replace(SAID, ins=Ins(INS.value, oids.INS_NIR))), InvalidInsError),
        (write(SAID)[:60], DamagedInsTextError),
        ("DC04FR0400011E8D1E8D8301FR4567", NotAnInsTextError),
    ],
    ids=["wrong key", "other environment", "damaged", "driving licence"],
)
def test_what_is_not_the_ins_of_this_environment_is_refused(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        scanned(text)
