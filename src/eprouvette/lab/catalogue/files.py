"""The catalogue as it is written: TOML files read into plain values, checked on the way.

Source of codes: LOINC, circuit de la biologie; UCUM expressions of the CI-SIS terminologies (``cr-bio.md``
6.3); JDV TechniqueBiologie; HL7 table 0487.
"""

from __future__ import annotations

import tomllib
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from eprouvette.core import oids
from eprouvette.lab.catalogue.errors import CatalogueDataError
from eprouvette.lab.catalogue.formulas import FORMULAS
from eprouvette.lab.catalogue.lists import Name, by_code
from eprouvette.lab.catalogue.rules import Range, days_of

_FOLDER: Final = files("eprouvette.lab.catalogue") / "data"
_KINDS: Final = frozenset({"numeric", "coded", "text", "ratio"})


@dataclass(frozen=True, slots=True)
class ExamData:
    """One exam of the files, with the words of its codes."""

    code: str
    label: str
    loinc: str
    loinc_display: str
    kind: str
    ucum: str
    printed_unit: str
    decimals: int
    second_ucum: str
    second_printed_unit: str
    second_factor: Decimal | None
    second_decimals: int
    chapter_code: str
    chapter_label: str
    subchapter_code: str
    subchapter_label: str
    specimen_code: str
    specimen_label: str
    method: str
    technique_code: str
    critical_low: Decimal | None
    critical_high: Decimal | None
    words: tuple[dict[str, str], ...]
    rank: int
    ranges: tuple[Range, ...]
    formula: str = ""
    inputs: tuple[str, ...] = ()
    derivation: str = ""
    screening: bool = False
    materials: tuple[dict[str, str], ...] = ()
    grows: bool = False


@dataclass(frozen=True, slots=True)
class PanelData:
    """One panel of the files."""

    code: str
    label: str
    loinc: str
    loinc_display: str
    rank: int
    exam_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrganismData:
    """One micro-organism of the files; a code that is not surely known is empty."""

    code: str
    label: str
    snomed: str
    snomed_display: str
    taxonomy: str
    antibiogram: str
    rank: int


@dataclass(frozen=True, slots=True)
class AntibioticData:
    """One antibiotic of the files, with the LOINC codes of what may be said of it."""

    code: str
    label: str
    family: str
    mic_loinc: str
    mic_display: str
    disk_loinc: str
    disk_display: str
    loinc: str
    loinc_display: str
    rank: int


@dataclass(frozen=True, slots=True)
class MarkerData:
    """One mark of resistance of the files."""

    code: str
    label: str
    loinc: str
    loinc_display: str
    rank: int


@dataclass(frozen=True, slots=True)
class AntibiogramData:
    """Antibiotics tested together, of the files."""

    code: str
    label: str
    antibiotics: tuple[str, ...]
    rank: int


@dataclass(frozen=True, slots=True)
class MicrobiologyData:
    """All that a culture may be answered with."""

    organisms: tuple[OrganismData, ...]
    antibiotics: tuple[AntibioticData, ...]
    markers: tuple[MarkerData, ...]
    antibiograms: tuple[AntibiogramData, ...]


class _Table:
    """A TOML table read by typed accessors, so that a wrong file is refused with its place."""

    def __init__(self, place: str, content: Mapping[str, object]) -> None:
        self.place = place
        self._content = content

    def text(self, name: str, default: str | None = None) -> str:
        value = self._content.get(name, default)
        if not isinstance(value, str):
            raise CatalogueDataError(f"{self.place} : « {name} » doit être un texte.")
        return value

    def integer(self, name: str) -> int:
        value = self._content.get(name, 0)
        if not isinstance(value, int):
            raise CatalogueDataError(f"{self.place} : « {name} » doit être un nombre entier.")
        return value

    def flag(self, name: str) -> bool:
        value = self._content.get(name, False)
        if not isinstance(value, bool):
            raise CatalogueDataError(f"{self.place} : « {name} » doit être vrai ou faux.")
        return value

    def number(self, name: str) -> Decimal | None:
        text = self.text(name, "")
        try:
            return Decimal(text) if text else None
        except InvalidOperation as error:
            raise CatalogueDataError(f"{self.place} : « {name} » doit être un nombre.") from error

    def tables(self, name: str) -> Iterator[_Table]:
        value = self._content.get(name, [])
        if not isinstance(value, list):
            raise CatalogueDataError(f"{self.place} : « {name} » doit être une liste.")
        for number, item in enumerate(value, 1):
            if not isinstance(item, dict):
                raise CatalogueDataError(f"{self.place} : « {name} » {number} doit être une table.")
            yield _Table(f"{self.place}, {name} {number}", item)

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._content.get(name, [])
        if not isinstance(value, list):
            raise CatalogueDataError(f"{self.place} : « {name} » doit être une liste.")
        return tuple(str(item) for item in value)

    def table(self, name: str) -> _Table:
        value = self._content.get(name)
        if not isinstance(value, dict):
            raise CatalogueDataError(f"{self.place} : « {name} » manque.")
        return _Table(f"{self.place}, {name}", value)

    def word(self, code: str) -> str:
        """The words of ``code`` in a vocabulary."""
        if code not in self._content:
            raise CatalogueDataError(f"{self.place} : le code « {code} » n'y est pas.")
        return self.text(code)


def _content(folder: Traversable, name: str) -> dict[str, object]:
    return tomllib.loads((folder / name).read_text(encoding="utf-8"))


def _read(folder: Traversable, name: str) -> _Table:
    return _Table(name, _content(folder, name))


def _vocabulary(folder: Traversable) -> _Table:
    """The words of the laboratory's own files, then those that ``folder`` adds."""
    content = _content(_FOLDER, "vocabulary.toml")
    if folder != _FOLDER:
        for name, added in _content(folder, "vocabulary.toml").items():
            known = content.get(name, {})
            if not isinstance(known, dict) or not isinstance(added, dict):
                raise CatalogueDataError(f"vocabulary.toml : « {name} » doit être une table.")
            content[name] = known | added
    return _Table("vocabulary.toml", content)


def exams(folder: Traversable = _FOLDER) -> tuple[ExamData, ...]:
    """Every exam of the files of ``folder``, in the order of the report; raises `CatalogueDataError`."""
    vocabulary = _vocabulary(folder)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name[:1].isdigit())
    found: list[ExamData] = []
    for name in names:
        page = _read(folder, name)
        for number, table in enumerate(page.tables("exam"), 1):
            found.append(_exam(table, page, vocabulary, page.integer("rank") + number * 10))
    codes = [exam.code for exam in found]
    if len(set(codes)) != len(codes):
        raise CatalogueDataError("Deux examens ont le même code local.")
    for exam in found:
        _require_calculable(exam, {other.code: other for other in found})
    return tuple(found)


def _require_calculable(exam: ExamData, known: Mapping[str, ExamData]) -> None:
    """A calculated exam names a formula, and exams that are measured in the units of that formula."""
    if not exam.formula and not exam.inputs:
        return
    formula = FORMULAS.get(exam.formula)
    if formula is None:
        raise CatalogueDataError(f"{exam.code} : la formule « {exam.formula} » est inconnue.")
    if (exam.kind, exam.ucum) != ("numeric", formula.ucum):
        raise CatalogueDataError(f"{exam.code} : la formule « {exam.formula} » donne un nombre en {formula.ucum}.")
    units = tuple(known[code].ucum if code in known else "" for code in exam.inputs)
    if units != formula.inputs or any(known[code].formula for code in exam.inputs):
        wanted = ", ".join(formula.inputs)
        raise CatalogueDataError(f"{exam.code} : les composantes sont des examens mesurés, en {wanted}.")


def _exam(table: _Table, page: _Table, vocabulary: _Table, rank: int) -> ExamData:
    chapters = vocabulary.table("chapters")
    chapter = table.text("chapter", page.text("chapter"))
    sub = table.text("subchapter", "")
    specimen = table.text("specimen")
    technique = table.text("technique", "")
    words = vocabulary.table("techniques").word(technique) if technique else ""
    kind = table.text("kind", "numeric")
    if kind not in _KINDS:
        raise CatalogueDataError(f"{table.place} : la nature « {kind} » est inconnue.")
    grows, admitted = table.flag("grows"), _words(vocabulary, table.text("words", ""))
    if grows and not any(word["interpretation"] == "POS" for word in admitted):
        raise CatalogueDataError(f"{table.place} : une culture a un mot admis d'interprétation POS.")
    ucum = table.text("ucum", "")
    return ExamData(
        code=table.text("code"),
        label=table.text("label"),
        loinc=table.text("loinc", ""),
        loinc_display=table.text("display", ""),
        kind=kind,
        ucum=ucum,
        printed_unit=table.text("printed", ucum),
        decimals=table.integer("decimals"),
        second_ucum=(second := table.text("second_ucum", "")),
        second_printed_unit=table.text("second_printed", second),
        second_factor=table.number("second_factor"),
        second_decimals=table.integer("second_decimals"),
        chapter_code=chapter,
        chapter_label=chapters.word(chapter),
        subchapter_code=sub,
        subchapter_label=chapters.word(sub) if sub else "",
        specimen_code=specimen,
        specimen_label=vocabulary.table("specimens").word(specimen),
        method=table.text("method", "") or " ".join(words.split()),
        technique_code=technique,
        critical_low=table.number("critical_low"),
        critical_high=table.number("critical_high"),
        words=admitted,
        rank=rank,
        ranges=tuple(_range(line) for line in table.tables("ranges")),
        formula=(formula := table.text("formula", "")),
        inputs=table.texts("inputs"),
        derivation=table.text("derivation", FORMULAS[formula].words if formula in FORMULAS else ""),
        screening=table.flag("screening"),
        materials=tuple(_materials(table)),
        grows=grows,
    )


def _materials(table: _Table) -> Iterator[dict[str, str]]:
    """The kit and the medium that an exam is made with, as a report names them."""
    places: tuple[tuple[str, Name, str], ...] = (("kit", "kits", "device"), ("medium", "media", "consumable"))
    for field, name, role in places:
        code = table.text(field, "")
        found = by_code(name, code)
        if code and found is None:
            raise CatalogueDataError(f"{table.place} : « {code} » n'est pas dans la liste « {name} ».")
        if found:
            yield {"code": found.code, "system": found.system, "display": found.display, "role": role}


def _words(vocabulary: _Table, name: str) -> tuple[dict[str, str], ...]:
    if not name:
        return ()
    return tuple(
        {
            "text": word.text("text"),
            "code": word.text("code", ""),
            "system": oids.SNOMED_CT if word.text("code", "") else "",
            "display": word.text("display", ""),
            "interpretation": word.text("interpretation", ""),
        }
        for word in vocabulary.table("words").tables(name)
    )


def _range(line: _Table) -> Range:
    until = line.text("to", "")
    try:
        return Range(
            sex=line.text("sex", ""),
            age_from=days_of(line.text("from", "0j")),
            age_to=days_of(until) if until else None,
            low=line.number("low"),
            high=line.number("high"),
            text=line.text("text", ""),
            criteria=line.text("criteria", ""),
        )
    except ValueError as error:
        raise CatalogueDataError(f"{line.place} : l'âge s'écrit 28j, 6m ou 18a.") from error


def panels() -> tuple[PanelData, ...]:
    """Every panel of the files; raises `CatalogueDataError`."""
    return tuple(
        PanelData(
            code=table.text("code"),
            label=table.text("label"),
            loinc=table.text("loinc", ""),
            loinc_display=table.text("display", ""),
            rank=number * 10,
            exam_codes=table.texts("exams"),
        )
        for number, table in enumerate(_read(_FOLDER, "panels.toml").tables("panel"), 1)
    )


def microbiology() -> MicrobiologyData:
    """Organisms, antibiotics, marks and antibiograms of the files; raises `CatalogueDataError`."""
    page = _read(_FOLDER, "microbiology.toml")
    antibiotics = tuple(_antibiotic(table, rank) for rank, table in enumerate(page.tables("antibiotic"), 1))
    known = {one.code for one in antibiotics}
    antibiograms = tuple(
        AntibiogramData(table.text("code"), table.text("label"), table.texts("antibiotics"), rank)
        for rank, table in enumerate(page.tables("antibiogram"), 1)
    )
    for one in antibiograms:
        if missing := [code for code in one.antibiotics if code not in known]:
            raise CatalogueDataError(f"L'antibiogramme « {one.code} » nomme un antibiotique inconnu : {missing[0]}.")
    usual = {one.code for one in antibiograms} | {""}
    organisms = tuple(_organism(table, rank, usual) for rank, table in enumerate(page.tables("organism"), 1))
    markers = tuple(
        MarkerData(table.text("code"), table.text("label"), table.text("loinc", ""), table.text("display", ""), rank)
        for rank, table in enumerate(page.tables("marker"), 1)
    )
    return MicrobiologyData(organisms, antibiotics, markers, antibiograms)


def _organism(table: _Table, rank: int, usual: Container[str]) -> OrganismData:
    label, snomed = table.text("label"), table.text("snomed", "")
    antibiogram = table.text("antibiogram", "")
    if antibiogram not in usual:
        raise CatalogueDataError(f"{table.place} : l'antibiogramme « {antibiogram} » n'existe pas.")
    return OrganismData(
        code=table.text("code"),
        label=label,
        snomed=snomed,
        snomed_display=table.text("display", label) if snomed else "",
        taxonomy=table.text("taxonomy", ""),
        antibiogram=antibiogram,
        rank=rank,
    )


def _antibiotic(table: _Table, rank: int) -> AntibioticData:
    label = table.text("label")
    said = f"{table.text('name', label)} [Sensibilité] Isolat ; Alphanumérique"
    mic, disk, alone = (table.text(name, "") for name in ("mic", "disk", "loinc"))
    return AntibioticData(
        code=table.text("code"),
        label=label,
        family=table.text("family"),
        mic_loinc=mic,
        mic_display=f"{said} ; CMI" if mic else "",
        disk_loinc=disk,
        disk_display=f"{said} ; Diffusion sur disque" if disk else "",
        loinc=alone,
        loinc_display=said if alone else "",
        rank=rank,
    )
