"""An isolate as it is typed: one form, one row an antibiotic; what was typed comes back with its faults beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from eprouvette.lab.catalogue.growth import AntibiogramName, AntibioticName, MarkerName, Names, OrganismName
from eprouvette.lab.catalogue.microbiology import search_organisms
from eprouvette.lab.results.errors import (
    NotADiameterError,
    NotAMicError,
    ResultRefusedError,
    UnknownCategoryError,
    WrongUnitError,
)
from eprouvette.lab.results.incoming import IncomingIsolate, IncomingMark, IncomingTest
from eprouvette.lab.results.microbiology import TECHNIQUES, Grown, Tested, typed

OTHERS: Final = ("autre-1", "autre-2", "autre-3")
"""Rows for antibiotics beyond the chosen antibiogram."""
_FIELDS: Final[dict[type[ResultRefusedError], str]] = {
    NotAMicError: "mic",
    WrongUnitError: "mic",
    NotADiameterError: "diameter",
    UnknownCategoryError: "category",
}


@dataclass(slots=True)
class Row:
    """An antibiotic's row: what is typed, and what is wrong; ``other`` rows name their antibiotic themselves."""

    key: str
    label: str
    family: str = ""
    antibiotic: str = ""
    mic: str = ""
    diameter: str = ""
    category: str = ""
    other: bool = False
    errors: list[str] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)

    @property
    def filled(self) -> bool:
        """True when something is typed."""
        return bool(self.mic or self.diameter or self.category or (self.other and self.antibiotic))


@dataclass(slots=True)
class MarkRow:
    """A mark's answer: ``""`` not looked for, ``absente``, ``présente``."""

    code: str
    label: str
    found: str = ""
    errors: list[str] = field(default_factory=list)


@dataclass(slots=True)
class CultureForm:
    """What is typed of one isolate."""

    organism: str = ""
    plain: bool = False
    quantity: str = ""
    comment: str = ""
    technique: str = ""
    antibiogram: str = ""
    rows: list[Row] = field(default_factory=list)
    marks: list[MarkRow] = field(default_factory=list)
    choices: tuple[OrganismName, ...] = ()
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def wrong(self) -> bool:
        """True when something is to be typed again."""
        return bool(self.errors) or any(row.errors for row in self.rows) or any(mark.errors for mark in self.marks)

    def refuse(self, place: str, sentence: str, hint: str, kind: type[ResultRefusedError] | None = None) -> None:
        """Write a fault beside its field, with its remedy; one without a field of its own goes to the top."""
        said = f"{sentence} {hint}".strip()
        for row in self.rows:
            if row.key == place:
                row.errors.append(said)
                row.wrong.add(_FIELDS.get(kind, "antibiotic") if kind else "antibiotic")
                return
        for mark in self.marks:
            if mark.code == place:
                mark.errors.append(said)
                return
        self.errors.setdefault(place if place in {"organism", "quantity"} else "form", []).append(said)

    def incoming(self, rank: int, moment: datetime, names: Names, held: Grown | None) -> IncomingIsolate:
        """The isolate that the form says; without a technique, lines keep the one that they had."""
        known = names.organism(self.organism)
        words = self.organism if known is None else ""
        before = {test.antibiotic: test for test in held.tests} if held else {}
        return IncomingIsolate(
            exam_codes=(),
            rank=rank,
            measured_at=moment,
            organism=known.code if known else "",
            words=words,
            quantity=self.quantity,
            comment=self.comment,
            tests=tuple(self._tests(names, before)),
            marks=tuple(IncomingMark(mark.code, mark.found, mark.code) for mark in self.marks if mark.found),
            place="organism",
            quantity_place="quantity",
        )

    def _tests(self, names: Names, before: Mapping[str, Tested]) -> Iterator[IncomingTest]:
        for row in self.rows:
            if not row.filled:
                continue
            antibiotic = names.antibiotic(row.antibiotic)
            code = antibiotic.code if antibiotic else row.antibiotic
            was = before.get(code)
            method, technique = TECHNIQUES.get(self.technique, ""), self.technique
            if not technique and was is not None:
                method, technique = was.method, was.technique_code
            yield IncomingTest(
                code, row.mic, row.diameter, row.category, method=method, technique_code=technique, place=row.key
            )


def choose_organism(form: CultureForm, names: Names) -> None:
    """Settle what was typed: one organism, several to choose from, or words that are kept when that is asked."""
    if not form.organism or names.organism(form.organism) is not None or form.plain:
        return
    found = search_organisms(form.organism)
    if len(found) == 1:
        form.organism = found[0].label
    elif found:
        form.choices = found
        form.refuse("organism", "Plusieurs micro-organismes portent ce nom.", "En choisir un ci-dessous.")
    else:
        hint = "Corriger le nom, ou cocher « en clair » pour garder ces mots sans code."
        form.refuse("organism", "Ce micro-organisme n'est pas au catalogue.", hint)


def blank(
    data: Mapping[str, str],
    antibiotics: Sequence[AntibioticName],
    markers: Sequence[MarkerName],
    panel: AntibiogramName | None,
) -> CultureForm:
    """The form with what ``data`` says: rows of the chosen antibiogram, of all that is typed besides, and others."""
    form = CultureForm(
        organism=_said(data, "organism"),
        plain=data.get("plain") == "1",
        quantity=_said(data, "quantity"),
        comment=data.get("comment", "").strip(),
        technique=data.get("technique", "") if data.get("technique", "") in TECHNIQUES else "",
        antibiogram=panel.code if panel else "",
    )
    wanted = panel.antibiotics if panel else ()
    rows = [_row(data, one.code, one.label, one.family) for one in antibiotics]
    by_code = {row.key: row for row in rows}
    form.rows = [by_code.pop(code) for code in wanted if code in by_code]
    form.rows += [row for row in by_code.values() if row.filled]
    form.rows += [_row(data, key, "", "") for key in OTHERS]
    form.marks = [MarkRow(one.code, one.label, _said(data, f"mark-{one.code}")) for one in markers]
    return form


def _row(data: Mapping[str, str], key: str, label: str, family: str) -> Row:
    other = not label
    return Row(
        key=key,
        label=label,
        family=family,
        antibiotic=_said(data, f"antibiotic-{key}") if other else key,
        mic=_said(data, f"mic-{key}"),
        diameter=_said(data, f"diameter-{key}"),
        category=_said(data, f"category-{key}"),
        other=other,
    )


def _said(data: Mapping[str, str], name: str) -> str:
    return data.get(name, "").strip()[:200]


def data_of(grown: Grown, names: Names) -> dict[str, str]:
    """What the fields hold of an isolate that is kept."""
    organism = names.organism(grown.organism)
    techniques = {test.technique_code for test in grown.tests}
    data = {
        "organism": organism.label if organism else grown.words,
        "plain": "" if organism else "1",
        "quantity": typed(grown.quantity),
        "comment": grown.comment,
        "technique": techniques.pop() if len(techniques) == 1 else "",
    }
    for test in grown.tests:
        data[f"mic-{test.antibiotic}"] = typed(test.mic)
        data[f"diameter-{test.antibiotic}"] = "" if test.diameter is None else f"{test.diameter:f}".replace(".", ",")
        data[f"category-{test.antibiotic}"] = test.category
    for code, present in grown.marks:
        data[f"mark-{code}"] = "présente" if present else "absente"
    return data
