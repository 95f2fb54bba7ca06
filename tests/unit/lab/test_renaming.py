"""What a changed identity makes of a report that left, and the version that carries the INS: a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from eprouvette.core import oids
from eprouvette.core.dates import PARIS, PartialDate
from eprouvette.core.ins import Ins
from eprouvette.lab.validation.renaming import INS_CAME, Course, course, renamed
from eprouvette.standards.report.people import BirthPlace, Patient
from support.reports import forty_results

INS = Ins("279035121518989", oids.INS_NIR_TEST)
REPORT = forty_results()
FROZEN = replace(
    REPORT.patient,
    ins=None,
    birth_family_name="Pat-Trois",
    first_given_name="Dominique",
    birth_given_names=("Dominique",),
    sex="F",
    birth_date=PartialDate("19790328"),
    birth_place=None,
)
INSI = replace(
    FROZEN,
    ins=INS,
    birth_family_name="PAT TROIS",
    first_given_name="DOMINIQUE",
    birth_given_names=("DOMINIQUE", "MARIE"),
    birth_place=BirthPlace("51215", "DOMPREMY"),
)


@pytest.mark.requirement("REQ-INS-26")
@pytest.mark.parametrize(
    ("frozen", "now", "expected"),
    [
        (FROZEN, FROZEN, Course.NOTHING),
        (FROZEN, replace(FROZEN, ins=INS), Course.REISSUE),
        (FROZEN, INSI, Course.REISSUE),
        (FROZEN, replace(INSI, birth_date=PartialDate("19790329")), Course.PROPOSE),
        (FROZEN, replace(INSI, birth_family_name="AUTRE"), Course.PROPOSE),
        (FROZEN, replace(INSI, sex="M"), Course.PROPOSE),
        (FROZEN, replace(INSI, birth_given_names=("DOMI",)), Course.PROPOSE),
        (INSI, replace(INSI, birth_place=BirthPlace("51216", "AILLEURS")), Course.PROPOSE),
        (INSI, replace(INSI, ins=Ins("127031234567814", oids.INS_NIR_TEST)), Course.PROPOSE),
        (FROZEN, replace(FROZEN, birth_family_name="CORRIGE"), Course.PROPOSE),
        # A withdrawn INS makes no new version: nothing more leaves, and who was served is listed (REQ-INS-30).
        (INSI, replace(INSI, ins=None), Course.NOTHING),
    ],
)
def test_the_course_follows_from_what_changed(frozen: Patient, now: Patient, expected: Course) -> None:
    assert course(frozen, now) is expected


def test_the_version_with_the_ins_changes_nothing_else_than_who_is_named() -> None:
    before = replace(REPORT, patient=FROZEN)
    at = datetime(2026, 11, 25, 12, tzinfo=PARIS)
    later = renamed(before, INSI, document_id="1.2.3", at=at)
    assert (later.document.id, later.document.replaces, later.document.set_id, later.document.version) == (
        "1.2.3",
        before.document.id,
        before.document.set_id,
        before.document.version + 1,
    )
    assert later.revision is not None
    assert (later.patient, later.revision.changes) == (INSI, (INS_CAME,))
    back = replace(later, patient=FROZEN, document=before.document, revision=before.revision)
    assert back == before
