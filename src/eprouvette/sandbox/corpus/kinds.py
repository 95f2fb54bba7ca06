"""The kinds of reports, read from ``data/kinds.toml``: what each asks for, how its values fall."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

from eprouvette.lab.catalogue import files as catalogue
from eprouvette.lab.catalogue.files import ExamData, PanelData

FOLDER: Final = files("eprouvette.sandbox.corpus") / "data"


@dataclass(frozen=True, slots=True)
class Test:
    """An exam, a panel of the catalogue, or a battery of tests; ``draw`` says how the value falls."""

    __test__ = False

    exam: str = ""
    panel: str = ""
    battery: str = ""
    draw: str = ""
    draws: Mapping[str, str] = field(default_factory=dict)
    least: str = ""
    most: str = ""
    chance: float = 1.0
    when: str = ""
    sex: str = ""
    tests: tuple[Test, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A comment said when ``exam`` was found with that interpretation."""

    exam: str
    found: str
    say: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section: its chapter, its tests or the ``special`` builder that makes its entries."""

    chapter: str
    sub: str = ""
    specimen: str = ""
    special: str = ""
    site: Mapping[str, str] = field(default_factory=dict)
    tests: tuple[Test, ...] = ()
    notes: tuple[Note, ...] = ()
    comments: tuple[str, ...] = ()
    chance: float = 1.0
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of report: for whom, asked by whom, made of what, and how it ends."""

    code: str
    label: str
    age: tuple[int, int]
    section: tuple[Part, ...]
    sex: str = "FM"
    priors: float = 0.5
    rhythm: int = 270
    abnormal: float = 0.15
    prescriber: str = "generalist"
    encounter: str = "AMB"
    clinical: tuple[str, ...] = ("",)
    remarks: tuple[str, ...] = ()
    finish: str = ""


def table(name: str) -> dict[str, Any]:
    """One of the corpus's files, read."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind, in the order of the file. An unknown or missing name in the file raises `TypeError`."""
    return tuple(_kind(raw) for raw in table("kinds.toml")["kind"])


@cache
def texts() -> Mapping[str, list[str]]:
    """Sentences to draw from, by name."""
    words: dict[str, list[str]] = table("kinds.toml")["texts"]
    return words


@cache
def exams() -> Mapping[str, ExamData]:
    """The exams of the laboratory's catalogue and those of the corpus, by local code."""
    return {exam.code: exam for exam in (*catalogue.exams(), *catalogue.exams(FOLDER))}


@cache
def panels() -> Mapping[str, PanelData]:
    """The panels of the laboratory's catalogue, by code."""
    return {panel.code: panel for panel in catalogue.panels()}


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """The words of chapters and specimen types, by code."""
    named: dict[str, dict[str, str]] = {"chapters": {}, "specimens": {}}
    for folder in (files("eprouvette.lab.catalogue") / "data", FOLDER):
        content = tomllib.loads((folder / "vocabulary.toml").read_text(encoding="utf-8"))
        for name, known in named.items():
            known.update(content[name])
    return named


def _kind(raw: dict[str, Any]) -> Kind:
    parts = tuple(_part(part) for part in raw.pop("section"))
    listed: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()}
    return Kind(section=parts, **listed)


def _part(raw: dict[str, Any]) -> Part:
    tests = tuple(_test(test) for test in raw.pop("tests", []))
    notes = tuple(Note(**note) for note in raw.pop("notes", []))
    return Part(tests=tests, notes=notes, comments=tuple(raw.pop("comments", [])), **raw)


def _test(raw: dict[str, Any]) -> Test:
    return Test(tests=tuple(_test(test) for test in raw.pop("tests", [])), **raw)
