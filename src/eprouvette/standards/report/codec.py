"""The JSON form of `LabReport`: canonical to write, strict to read.

Numbers are strings, so that ``1.950`` keeps its decimals; times carry their offset; a member that nobody knows
is refused; a member that has its default is not written. Equal reports give equal texts.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Final, NoReturn, cast

from eprouvette.core.dates import PartialDate
from eprouvette.core.errors import InvalidValueError
from eprouvette.standards.report.errors import Place, ReportFormatError
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.rules import violations
from eprouvette.standards.report.shape import Choice, Many, Node, OneOf, Record, Scalar, node_of

MAX_CHARACTERS: Final = 40_000_000
"""A longer text is refused before it is read: 120 results take about 100,000, the rest is for images and PDF."""
DECIMAL: Final = r"-?[0-9]{1,20}(\.[0-9]{1,20})?"
MOMENT: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

_ROOT = cast("Record", node_of(LabReport))


def to_json(report: LabReport, *, indent: int | None = None) -> str:
    """The JSON text of ``report``: members in the order of the dataclasses, without those that have their default."""
    separators = (",", ":") if indent is None else (",", ": ")
    return json.dumps(_plain(report), ensure_ascii=False, indent=indent, separators=separators)


def _plain(value: object) -> object:
    match value:
        case tuple():
            return [_plain(item) for item in value]
        case datetime():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case PartialDate():
            return value.text
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case str() | int() | None:
            return value
    members = ((field, getattr(value, field.name)) for field in fields(value))  # type: ignore[arg-type]  # a dataclass
    return {field.name: _plain(member) for field, member in members if field.name == "kind" or member != field.default}


def from_json(text: str | bytes) -> LabReport:
    """The report that ``text`` holds.

    Raises `ReportFormatError` with one place per error: first those of the form, all at once; when the form is
    right, those of `rules.violations`.
    """
    reader = _Reader()
    report = reader.record(_ROOT, _parse(text), "")
    if reader.places or not isinstance(report, LabReport):
        raise ReportFormatError(reader.places)
    if wrong := violations(report):
        raise ReportFormatError(wrong)
    return report


def _parse(text: str | bytes) -> object:
    if len(text) > MAX_CHARACTERS:
        _refuse("le texte est trop long (40 millions de caractères au plus).")
    try:
        return json.loads(text, object_pairs_hook=_members, parse_constant=_constant)
    except UnicodeDecodeError:
        _refuse("le texte n'est pas codé en UTF-8.")
    except RecursionError:
        _refuse("le texte a trop de niveaux imbriqués.")
    except json.JSONDecodeError as error:
        _refuse(f"le texte n'est pas du JSON (ligne {error.lineno}, colonne {error.colno}).")
    except ValueError:
        _refuse("un nombre du texte est trop long.")


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        _refuse("un même champ est donné deux fois dans un objet.")
    return members


def _constant(_word: str) -> NoReturn:
    _refuse("NaN et Infinity ne sont pas des nombres.")


def _refuse(message: str) -> NoReturn:
    raise ReportFormatError([Place("", message)])


class _Reader:
    """Follows the nodes; notes what is wrong in ``places`` and goes on, so that one reading finds every error."""

    def __init__(self) -> None:
        self.places: list[Place] = []

    def read(self, node: Node, value: object, path: str) -> object:
        match node:
            case Scalar():
                return self._scalar(node.type, value, path)
            case Choice():
                if value not in node.words:
                    return self._wrong(path, f"valeurs possibles : {', '.join(node.words)}.")
                return value
            case Many():
                if not isinstance(value, list):
                    return self._wrong(path, "une liste est attendue.")
                return tuple(self.read(node.item, item, f"{path}[{rank}]") for rank, item in enumerate(value))
            case Record():
                return self.record(node, value, path)
            case OneOf():
                return self._one_of(node, value, path)

    def record(self, node: Record, value: object, path: str) -> object:
        if not isinstance(value, dict):
            return self._wrong(path, "un objet est attendu.")
        before = len(self.places)
        known = {field.name for field in node.fields}
        for name in value.keys() - known:
            self._wrong(_join(path, name[:40]), "ce champ n'existe pas.")
        arguments: dict[str, object] = {}
        for field in node.fields:
            inner = _join(path, field.name)
            if field.name not in value:
                if field.required:
                    self._wrong(inner, "ce champ est obligatoire.")
            elif value[field.name] is None and field.nullable:
                arguments[field.name] = None
            else:
                arguments[field.name] = self.read(field.node, value[field.name], inner)
        if len(self.places) > before:
            return None
        try:
            return node.type(**arguments)
        except InvalidValueError as error:
            return self._wrong(path, error.message)

    def _one_of(self, node: OneOf, value: object, path: str) -> object:
        if not isinstance(value, dict):
            return self._wrong(path, "un objet est attendu.")
        record = node.pick(value)
        if record is None:
            kinds = [record.kind or " + ".join(sorted(record.required)) for record in node.records]
            return self._wrong(path, f"forme inconnue ; formes possibles : {', '.join(kinds)}.")
        return self.record(record, value, path)

    def _scalar(self, kind: type, value: object, path: str) -> object:
        if kind is int:
            if isinstance(value, int) and not isinstance(value, bool):
                return value
            return self._wrong(path, "un nombre entier, sans guillemets, est attendu.")
        if not isinstance(value, str):
            is_number = kind is Decimal and isinstance(value, int | float)
            expected = "le nombre doit être entre guillemets, pour garder ses décimales." if is_number else ""
            return self._wrong(path, expected or "un texte est attendu.")
        if _UNPRINTABLE.search(value):
            return self._wrong(path, "le texte contient un caractère de commande.")
        return _SCALARS[kind](self, value, path)

    def text(self, value: str, _path: str) -> object:
        return value

    def decimal(self, value: str, path: str) -> object:
        if re.fullmatch(DECIMAL, value):
            return Decimal(value)
        return self._wrong(path, "un nombre avec un point décimal est attendu (« 1.95 », sans exposant ni espace).")

    def octets(self, value: str, path: str) -> object:
        try:
            return base64.b64decode(value, validate=True)
        except ValueError:
            return self._wrong(path, "des octets codés en base64 sont attendus.")

    def moment(self, value: str, path: str) -> object:
        if not re.fullmatch(MOMENT, value):
            return self._wrong(path, "une heure avec son décalage est attendue (« 2026-03-12T10:42:00+01:00 »).")
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return self._wrong(path, "cette date ou cette heure n'existe pas.")

    def partial_date(self, value: str, path: str) -> object:
        try:
            return PartialDate(value)
        except InvalidValueError as error:
            return self._wrong(path, error.message)

    def _wrong(self, path: str, message: str) -> object:
        self.places.append(Place(path, message))
        return None


_SCALARS: dict[type, Callable[[_Reader, str, str], object]] = {
    str: _Reader.text,
    bytes: _Reader.octets,
    Decimal: _Reader.decimal,
    datetime: _Reader.moment,
    PartialDate: _Reader.partial_date,
}


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def json_schema() -> dict[str, object]:
    """The JSON Schema (draft 2020-12) of the form that `from_json` reads."""
    definitions: dict[str, object] = {}
    root = _schema(_ROOT, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "LabReport",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _schema(node: Node, definitions: dict[str, object]) -> dict[str, object]:
    match node:
        case Scalar():
            return dict(_SCALAR_SCHEMAS[node.type])
        case Choice():
            return {"enum": list(node.words)}
        case Many():
            return {"type": "array", "items": _schema(node.item, definitions)}
        case OneOf():
            return {"oneOf": [_schema(record, definitions) for record in node.records]}
        case Record():
            return _record_schema(node, definitions)


def _record_schema(node: Record, definitions: dict[str, object]) -> dict[str, object]:
    name = node.type.__name__
    if name not in definitions:
        definitions[name] = None
        properties: dict[str, object] = {}
        for field in node.fields:
            inner = _schema(field.node, definitions)
            properties[field.name] = {"anyOf": [inner, {"type": "null"}]} if field.nullable else inner
        definitions[name] = {
            "type": "object",
            "description": " ".join((node.type.__doc__ or "").split()),
            "properties": properties,
            "required": [field.name for field in node.fields if field.required],
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}


_SCALAR_SCHEMAS: dict[type, dict[str, object]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bytes: {"type": "string", "contentEncoding": "base64"},
    Decimal: {"type": "string", "pattern": f"^{DECIMAL}$"},
    datetime: {"type": "string", "pattern": f"^{MOMENT}$"},
    PartialDate: {"type": "string", "pattern": "^[0-9]{4}([0-9]{2}([0-9]{2})?)?$"},
}
