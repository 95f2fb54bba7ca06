"""Files of places: what they say, and files that are not."""

from __future__ import annotations

import gzip
from itertools import pairwise

import pytest

from eprouvette.lab.identity.errors import PlaceFileError
from eprouvette.lab.identity.places import SHIPPED, Period, PlaceFile, after_state, hints, read

SINCE = (
    "COM,TNCC,NCC,NCCENR,LIBELLE,DATE_DEBUT,DATE_FIN\n"
    "20004,1,AJACCIO,Ajaccio,Ajaccio,1943-01-01,1976-01-01\n"
    "2A004,1,AJACCIO,Ajaccio,Ajaccio,1976-01-01,\n"
)
STATE = (
    "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT\n"
    "COM,2A004,94,2A,20R,2A1,1,AJACCIO,Ajaccio,Ajaccio,2A99,\n"
    "COM,51216,44,51,51D,513,3,X,X,La Nouvelle,5101,\n"
)
COUNTRIES = (
    "COG,ACTUAL,CRPAY,ANI,LIBCOG,LIBENR,CODEISO2,CODEISO3,CODENUM3\n99352,1,,1962,Algérie,A,DZ,DZA,012\n,3,,,X,X,,,\n"
)


@pytest.mark.requirement("REQ-INS-13")
def test_the_shipped_file_has_communes_now_and_past_and_countries() -> None:
    file = read(SHIPPED.read_bytes(), SHIPPED.name)
    by_code: dict[str, list[Period]] = {}
    for period in file.periods:
        by_code.setdefault(period.code, []).append(period)
    assert file.history
    assert len(by_code) > 39_000
    assert sum(code.startswith("99") for code in by_code) > 240
    assert by_code["20004"] == [Period("20004", "Ajaccio", "", "1976-01-01")]
    assert by_code["2A004"] == [Period("2A004", "Ajaccio", "1976-01-01", "")]
    assert by_code["75057"][0].end == "1968-01-01"
    assert by_code["99115"] == [Period("99115", "Tchécoslovaquie", "", "1993-01-01")]
    assert {by_code[code][-1].name for code in ("51215", "75056", "99352", "97411")} == {
        "Dompremy",
        "Paris",
        "Algérie",
        "Saint-Denis",
    }


def test_no_code_of_the_shipped_file_has_two_names_on_one_day() -> None:
    periods = sorted(read(SHIPPED.read_bytes(), "").periods, key=lambda period: (period.code, period.start))
    for one, following in pairwise(periods):
        if one.code == following.code:
            assert one.end
            assert one.end <= following.start


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        (SINCE, "v_commune_depuis_1943.csv", PlaceFile(
            (Period("20004", "Ajaccio", "", "1976-01-01"), Period("2A004", "Ajaccio", "1976-01-01", "")), history=True
        )),
        (COUNTRIES, "v_pays_territoire_2026.csv", PlaceFile(
            (Period("99352", "Algérie"),), history=False, as_of="2026-01-01", closes=r"99\d{3}"
        )),
        ("\ufeffCOM_COMER,TNCC,NCC,NCCENR,LIBELLE,NATURE_ZONAGE,COMER,LIBELLE_COMER\n98735,0,X,X,Papeete,COM,987,P\n",
         "v_commune_comer_2026.csv", PlaceFile((Period("98735", "Papeete"),), history=False, as_of="2026-01-01")),
    ],
)  # fmt: skip
def test_the_files_of_insee_are_told_by_their_columns(text: str, name: str, expected: PlaceFile) -> None:
    assert read(text.encode(), name) == expected
    assert read(gzip.compress(text.encode()), name) == expected


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "v_commune_2026.csv"),
        (b"a,b\n1,2\n", "v_commune_2026.csv"),
        (STATE.encode(), "communes.csv"),
        (STATE.replace("2A004", "2A4").encode(), "v_commune_2026.csv"),
        (STATE.replace("Ajaccio,2A99", ",2A99").encode(), "v_commune_2026.csv"),
        (SINCE.replace("1976-01-01", "1/1/1976").encode(), "x.csv"),
        ("COM,LIBELLE,DATE_DEBUT,DATE_FIN\n51215,Bâgé,,\n".encode("latin-1"), "x.csv"),
        (b"\x1f\x8bnothing", "x.csv.gz"),
        (b"TYPECOM,COM,LIBELLE\nCOM\n", "v_commune_2026.csv"),
        (b"\x00\x01\x02", "x.csv"),
    ],
)
def test_a_file_that_is_wrong_anywhere_is_refused_whole(content: bytes, name: str) -> None:
    with pytest.raises(PlaceFileError) as refused:
        read(content, name)
    assert refused.value.hint


@pytest.mark.requirement("REQ-INS-13")
def test_a_state_closes_what_left_renames_what_changed_and_keeps_the_past() -> None:
    known = [
        Period("2A004", "Ajaccio", "1976-01-01"),
        Period("20004", "Ajaccio", "", "1976-01-01"),
        Period("51216", "Ancienne"),
        Period("51217", "Disparue"),
        Period("99352", "Algérie"),
    ]
    state = read((STATE + "COM,51218,44,51,51D,513,0,N,N,Neuve,5101,\n").encode(), "v_commune_2026.csv")
    assert set(after_state(known, state)) == {
        Period("51216", "Ancienne", "", "2026-01-01"),
        Period("51216", "La Nouvelle", "2026-01-01", ""),
        Period("51217", "Disparue", "", "2026-01-01"),
        Period("51218", "Neuve", "2026-01-01", ""),
    }


@pytest.mark.requirement("REQ-INS-13")
@pytest.mark.parametrize(
    ("code", "born", "periods", "words"),
    [
        ("2A004", "19790328", [Period("2A004", "Ajaccio", "1976-01-01")], ""),
        ("2A004", "19700328", [Period("2A004", "Ajaccio", "1976-01-01")], "n'était pas en vigueur"),
        ("2A004", "1976", [Period("2A004", "Ajaccio", "1976-01-01")], ""),
        ("20004", "1976", [Period("20004", "Ajaccio", "", "1976-01-01")], "n'était pas en vigueur"),
        ("20004", "197512", [Period("20004", "Ajaccio", "", "1976-01-01")], ""),
        ("92123", "1950", [], "accepté tel quel"),
        ("99999", "1950", [], ""),
        ("", "1950", [], ""),
    ],
)
def test_a_place_is_never_refused_but_told_of(code: str, born: str, periods: list[Period], words: str) -> None:
    found = hints(code, born, periods)
    assert words in " ".join(found)
    assert bool(found) == bool(words)
