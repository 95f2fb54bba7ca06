"""Places of birth: codes with the time during which each was in force, and the files that say so.

Source: INSEE, Code officiel géographique; RNIV 1 v2.0 (EXI SI 18-20, 31), digest ``requirements.md`` REQ-INS-13. A code
that the table does not know is accepted: hints come back, never a refusal.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from eprouvette.lab.identity.errors import PlaceFileError

UNKNOWN_PLACE: Final = "99999"
"""The code of a place that is not known (REQ-INS-13)."""
SHIPPED: Final = Path(__file__).parent / "data" / "places.csv.gz"
MAX_BYTES: Final = 30_000_000
_CODE: Final = re.compile(r"(?:\d{2}|2[AB])\d{3}")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR: Final = re.compile(r"(?<!\d)(20\d{2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Period:
    """A code, its name, and from when (included) to when (excluded) it had it, as ``AAAA-MM-JJ``; empty: open."""

    code: str
    name: str
    start: str = ""
    end: str = ""

    def covers(self, day: str) -> bool:
        """True when the code had this name on ``day``."""
        return self.start <= day and (not self.end or day < self.end)


@dataclass(frozen=True, slots=True)
class PlaceFile:
    """What a file says: whole histories of the codes that it names, or only the state on ``as_of``."""

    periods: tuple[Period, ...]
    history: bool
    as_of: str = ""
    closes: str = ""
    """A pattern of the codes that a state lists in full: one that is absent from it is no longer in force."""


Row = Mapping[str, str]


def _commune(row: Row) -> Period:
    return Period(row["COM"], row["LIBELLE"])


def _commune_since(row: Row) -> Period:
    return Period(row["COM"], row["LIBELLE"], _opening(row["DATE_DEBUT"]), row["DATE_FIN"])


def _country(row: Row) -> Period:
    return Period(row["COG"], row["LIBCOG"])


def _country_since(row: Row) -> Period:
    return Period(row["COG"], row["LIBCOG"], _opening(row["DATE_DEBUT"]), row["DATE_FIN"])


def _overseas(row: Row) -> Period:
    return Period(row["COM_COMER"], row["LIBELLE"])


def _ours(row: Row) -> Period:
    return Period(row["code"], row["name"], row["from"], row["to"])


def _opening(text: str) -> str:
    # INSEE's histories begin in 1943: what was there already has an unknown beginning.
    return "" if text == "1943-01-01" else text


_KINDS: Final[tuple[tuple[frozenset[str], Callable[[Row], Period], bool, str], ...]] = (
    (frozenset({"code", "name", "from", "to"}), _ours, True, ""),
    (frozenset({"COM", "LIBELLE", "DATE_DEBUT", "DATE_FIN"}), _commune_since, True, ""),
    (frozenset({"COG", "LIBCOG", "DATE_DEBUT", "DATE_FIN"}), _country_since, True, ""),
    (frozenset({"COM_COMER", "LIBELLE"}), _overseas, False, ""),
    (frozenset({"TYPECOM", "COM", "LIBELLE"}), _commune, False, r"(?:0[1-9]|[1-8]\d|2[AB]|9[0-5]|97[1-46])\d{2,3}"),
    (frozenset({"COG", "LIBCOG"}), _country, False, r"99\d{3}"),
)
"""The files of INSEE, told by their columns: how a line is read, a history or not, what a state lists in full."""


def read(content: bytes, name: str) -> PlaceFile:
    """What a file of places says; its year comes from its name (``v_commune_2026.csv``) when it is a state.

    Raises `PlaceFileError`: nothing of a file that is wrong anywhere is taken.
    """
    text = _text(content)
    sample = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if sample.count(";") > sample.count(",") else ",")
    columns = set(rows.fieldnames or ())
    for needed, reader, history, closes in _KINDS:
        if needed <= columns:
            periods = _periods(rows, reader)
            return PlaceFile(periods, history, "" if history else _state_of(name), closes)
    raise PlaceFileError


def _text(content: bytes) -> str:
    try:
        if content.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(content)) as file:
                content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise PlaceFileError("Ce fichier est trop gros pour un code officiel géographique.")
        return content.decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise PlaceFileError("Ce fichier est abîmé ou n'est pas en UTF-8.") from error


def _state_of(name: str) -> str:
    years = _YEAR.findall(Path(name).name)
    if not years:
        raise PlaceFileError("Le nom du fichier ne dit pas son année.", hint="Garder le nom donné par l'INSEE.")
    return f"{years[-1]}-01-01"


def _periods(rows: csv.DictReader[str], reader: Callable[[Row], Period]) -> tuple[Period, ...]:
    found: dict[tuple[str, str], Period] = {}
    try:
        for row in rows:
            period = reader({key: (value or "").strip() for key, value in row.items() if isinstance(key, str)})
            if not period.code and not period.start and "ACTUAL" in row:
                continue
            _require(period, rows.line_num)
            # A delegated commune bears the code of the commune that took its place: the first line is the commune's.
            found.setdefault((period.code, period.start), period)
    except (csv.Error, AttributeError) as error:
        raise PlaceFileError("Une ligne du fichier n'a pas la forme attendue.") from error
    if not found:
        raise PlaceFileError("Ce fichier n'a pas de lignes.")
    return tuple(found.values())


def _require(period: Period, line: int) -> None:
    dates = [text for text in (period.start, period.end) if text]
    fits = _CODE.fullmatch(period.code) and period.name and len(period.name) <= 100
    if not fits or not all(_DATE.fullmatch(text) for text in dates):
        raise PlaceFileError(f"Ligne {line} : un code, un nom ou une date n'a pas la forme attendue.")


def after_state(known: Iterable[Period], state: PlaceFile) -> Iterator[Period]:
    """The periods that a state changes: those that it closes, and those that it opens. Past ones stay as they are."""
    open_now = {period.code: period for period in known if not period.end}
    listed = {period.code: period for period in state.periods}
    for code, period in open_now.items():
        gone = code not in listed and state.closes and re.fullmatch(state.closes, code)
        renamed = code in listed and listed[code].name != period.name
        if gone or renamed:
            yield Period(code, period.name, period.start, state.as_of)
        if renamed:
            yield Period(code, listed[code].name, state.as_of)
    for code, period in listed.items():
        if code not in open_now:
            yield Period(code, period.name, state.as_of if open_now else "")


def hints(code: str, born: str, periods: Iterable[Period]) -> tuple[str, ...]:
    """What is worth a look in a place of birth, given what the table knows of its code: warnings, never a refusal.

    ``born`` is the birth date, as known (``AAAA``, ``AAAAMM`` or ``AAAAMMJJ``).
    """
    found = tuple(periods)
    if not code or code == UNKNOWN_PLACE:
        return ()
    if not found:
        return ("Ce code de lieu n'est pas dans le code officiel géographique chargé : il est accepté tel quel.",)
    first = f"{born[:4]}-{born[4:6] or '01'}-{born[6:8] or '01'}"
    last = f"{born[:4]}-{born[4:6] or '12'}-{born[6:8] or '31'}"
    if any(period.start <= last and (not period.end or first < period.end) for period in found):
        return ()
    return ("Ce code de lieu n'était pas en vigueur à la date de naissance.",)
