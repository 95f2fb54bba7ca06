"""The text of the INS DataMatrix read back: any order, any separator, damaged, or of another document."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.core import oids
from eprouvette.core.ins import Ins, key_of
from eprouvette.standards.report.errors import DamagedInsTextError, NotAnInsTextError
from eprouvette.standards.report.ins_mark import ins_text
from eprouvette.standards.report.ins_text import GS, HEADER, InsText, read, write
from support.report_data import DOMINIQUE

SAID = InsText(
    Ins("279035121518989", oids.INS_NIR_TEST), "DOMINIQUE MARIE-LOUISE", "PAT-TROIS", "F", "19790328", "51215"
)
TEXT = write(SAID)
NAMES = st.from_regex(r"[A-Z]{1,12}(?:[ '\-][A-Z]{1,12}){0,4}", fullmatch=True)
NUMBERS = st.from_regex(r"[12][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6}", fullmatch=True)
TEXTS = st.builds(
    InsText,
    st.builds(lambda number, oid: Ins(number + key_of(number), oid), NUMBERS, st.sampled_from(sorted(oids.INS_OIDS))),
    NAMES,
    NAMES,
    st.sampled_from(["F", "M"]),
    st.dates().map(lambda day: f"{day:%Y%m%d}".zfill(8)),
    st.sampled_from(["", "51215", "2A004", "99352"]),
)


@pytest.mark.requirement("REQ-INS-20")
@given(TEXTS)
def test_what_is_written_is_read_back(said: InsText) -> None:
    assert read(write(said)) == said


@pytest.mark.requirement("REQ-INS-20")
@given(TEXTS, st.randoms(), st.sampled_from([GS, " ", "", "␝", "^]"]))
def test_blocks_are_read_in_any_order_with_any_separator(said: InsText, chance: object, between: str) -> None:
    blocks = re.findall(r"S[1-7](?:(?!S[1-7]).)*", write(said)[len(HEADER) :].replace(GS, ""), re.DOTALL)
    chance.shuffle(blocks)  # type: ignore[attr-defined]
    assert read(HEADER + between.join(blocks)) == said


def test_the_mark_of_a_report_is_read_back() -> None:
    assert read(ins_text(DOMINIQUE)) == SAID


@given(st.integers(0, len(TEXT)), st.integers(1, 60))
def test_a_text_cut_anywhere_is_read_the_same_or_refused(start: int, size: int) -> None:
    try:
        said = read(TEXT[:start] + TEXT[start + size :])
    except (NotAnInsTextError, DamagedInsTextError):
        return
    # A name that lost letters still is a name: the key and the dates are what is sure.
    assert said.ins == SAID.ins or not said.ins.has_valid_key


@given(st.text(max_size=200))
def test_any_text_is_refused_by_a_typed_error(text: str) -> None:
    for scanned in (text, HEADER + text, TEXT + text):
        with suppress(NotAnInsTextError, DamagedInsTextError):
            read(scanned)


@pytest.mark.parametrize(
    ("scanned", "words"),
    [
        ("DC04FR0400011E8D1E8D8301FR4567", "2D-Doc"),
        ("D1FRA13AA000026181231MARTIN<<9", "bande d'un titre"),
        ("P<FRADUPONT<<JEAN<<<<<<<<", "bande d'un titre"),
        ("IDFRADUPONT<<<<<<<<<<<", "bande d'un titre"),
        ("0103400930000120", "médicament"),
        ("https://exemple.fr/p/1", "adresse internet"),
        ("279035121518989", "n'est pas un DataMatrix INS"),
        ("", "n'est pas un DataMatrix INS"),
    ],
)
def test_the_code_of_another_document_is_refused_with_its_name(scanned: str, words: str) -> None:
    with pytest.raises(NotAnInsTextError, match=words):
        read(scanned)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("S1279035121518989", "", "bloc S1 absent"),
        ("S5F", "", "bloc S5 absent"),
        ("S5F", "S5X", "le sexe"),
        ("S5F", "S5FS5F", "abîmé ou incomplet"),
        ("28-03-1979", "31-02-1979", "n'existe pas"),
        ("28-03-1979", "1979-03-28", "la date de naissance"),
        ("S751215", "S75121", "le lieu de naissance"),
        ("S1279035121518989", "S127903512151898", "le matricule"),
        ("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4", "le matricule ou son OID"),
        ("PAT-TROIS", "P4T", "un nom"),
        ("IS01" + "0" * 22, "IS01" + "0" * 21, "abîmé ou incomplet"),
        ("S751215", "S751215" + "Z" * 400, "abîmé ou incomplet"),
    ],
)
def test_a_damaged_code_is_refused_with_the_part_that_is_wrong(before: str, after: str, words: str) -> None:
    assert before in TEXT
    with pytest.raises(DamagedInsTextError, match=words):
        read(TEXT.replace(before, after))


def test_a_wrong_key_is_read_and_known_as_wrong() -> None:
    said = read(write(replace(SAID, ins=Ins("279035121518988", oids.INS_NIR_TEST))))
    assert not said.ins.has_valid_key


def test_every_order_of_three_blocks_is_the_same_person() -> None:
    tail = [f"S3DOMINIQUE{GS}", f"S4DUBOIS{GS}", "S5F"]
    start = HEADER + f"S1279035121518989S2{oids.INS_NIR_TEST}S628-03-1979"
    assert len({read(start + "".join(order)) for order in permutations(tail)}) == 1
