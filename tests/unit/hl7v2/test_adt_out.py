"""Our identity messages: their very bytes, and that our own reading finds in them what was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.core import oids
from eprouvette.core.dates import PARIS
from eprouvette.core.ins import Ins
from eprouvette.standards.hl7v2 import er7
from eprouvette.standards.hl7v2.adt import read_identity
from eprouvette.standards.hl7v2.adt_out import Announcement, Ends, OutgoingPerson, write_identity
from eprouvette.standards.hl7v2.pid import LocalId, ReceivedIns

ENDS = Ends("EPROUVETTE", "LABO", "GAM", "CHU-X", "LABO", "390000001")
INS = Ins("279035121518989", oids.INS_NIR_TEST)
AT = datetime(2026, 11, 25, 15, 10, tzinfo=PARIS)
PERSON = OutgoingPerson(
    ipp="IPP-000001",
    birth_family_name="PAT-TROIS",
    first_given_name="DOMINIQUE",
    birth_given_names="DOMINIQUE MARIE-LOUISE",
    sex="F",
    birth_date="19790328",
    statuses=("VALI",),
    ins=INS,
    birth_place_cog="51215",
    birth_place_name="DOMPREMY",
    used_family_name="D'USAGE",
    address_line="28 avenue de Breteuil",
    postal_code="39100",
    city="DOLE",
    phone="0647150000",
    email="d.pat@example.fr",
)
MSH = (
    "MSH|^~\\&|EPROUVETTE|LABO|GAM|CHU-X|20261125151000||ADT^{0}|E1|D|2.5^FRA^2.11|||||FRA|UNICODE UTF-8|FR||"
    "2.11^IHE_FRANCE-2.11-PAM\rEVN||20261125151000||||20261125151000\r"
)
IPP = "IPP-000001^^^LABO&390000001&M^PI"
NIR = f"279035121518989^^^ASIP-SANTE-INS-NIR&{oids.INS_NIR_TEST}&ISO^INS"
REST = (
    "||PAT-TROIS^DOMINIQUE^DOMINIQUE MARIE-LOUISE^^^^L~D'USAGE^^^^^^D||19790328|F|||"
    "28 avenue de Breteuil^^DOLE^^39100^^H~^^DOMPREMY^^^^BDL^^51215||"
    "^PRN^PH^^^^^^^^^0647150000~^NET^Internet^d.pat@example.fr|||||||||||||||||||{0}\r"
)


def written(told: Announcement) -> str:
    return write_identity(told, ENDS, production=False).decode()


@pytest.mark.requirement("REQ-INS-25")
@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            Announcement("A31", "E1", AT, PERSON),
            f"{MSH.format('A31^ADT_A05')}PID|1||{IPP}~{NIR}{REST.format('VALI')}PV1|1|N\r",
        ),
        (
            Announcement("A28", "E1", AT, replace(PERSON, ins=None, statuses=("PROV", "DOUT"))),
            f"{MSH.format('A28^ADT_A05')}PID|1||{IPP}{REST.format('PROV~DOUT')}PV1|1|N\r",
        ),
        (
            Announcement("A40", "E1", AT, PERSON, lost="IPP-000002"),
            f"{MSH.format('A40^ADT_A39')}PID|1||{IPP}~{NIR}{REST.format('VALI')}MRG|IPP-000002^^^LABO&390000001&M^PI\r",
        ),
        (
            Announcement("A47", "E1", AT, replace(PERSON, ins=None, statuses=("PROV",)), former=INS),
            f'{MSH.format("A47^ADT_A30")}PID|1||{IPP}~""{NIR[15:]}{REST.format("PROV")}MRG|{NIR}\r',
        ),
    ],
    ids=["A31", "A28", "A40", "A47"],
)
def test_the_bytes_of_each_message(told: Announcement, expected: str) -> None:
    assert written(told) == expected


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=20).filter(
    lambda text: text != '""'
)


@given(NAMES, NAMES, st.booleans())
def test_what_is_written_is_read_back(family: str, given_name: str, qualified: bool) -> None:
    person = replace(
        PERSON,
        birth_family_name=family,
        first_given_name=given_name,
        birth_given_names=given_name,
        ins=INS if qualified else None,
        statuses=("VALI",) if qualified else ("PROV",),
    )
    read = read_identity(er7.parse(written(Announcement("A31", "E1", AT, person))))
    assert (read.person.birth_family_name, read.person.first_given_name) == (family, given_name)
    assert read.person.ids == (LocalId("IPP-000001", "LABO", "390000001", "PI"),)
    assert read.person.ins == ((ReceivedIns(INS.value, INS.oid),) if qualified else ())
    assert (read.person.birth_place_cog, read.person.phone, read.person.email) == (
        "51215",
        "0647150000",
        "d.pat@example.fr",
    )


def test_the_merge_and_the_withdrawal_are_read_back() -> None:
    merged = read_identity(er7.parse(written(Announcement("A40", "E1", AT, PERSON, lost="IPP-000002"))))
    assert merged.merged == (LocalId("IPP-000002", "LABO", "390000001", "PI"),)
    gone = read_identity(er7.parse(written(Announcement("A47", "E1", AT, replace(PERSON, ins=None), former=INS))))
    assert (gone.merged_ins, gone.person.ins) == (
        (ReceivedIns(INS.value, INS.oid),),
        (ReceivedIns("", INS.oid, erased=True),),
    )
