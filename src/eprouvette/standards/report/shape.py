"""The shape of the JSON form, read once from the dataclasses: one `Node` per type.

Reader, writer and JSON Schema all follow these nodes, so that the three cannot disagree.
"""

from __future__ import annotations

import types
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Literal, Union, get_args, get_origin, get_type_hints

from eprouvette.core.dates import PartialDate


@dataclass(frozen=True, slots=True)
class Scalar:
    """A JSON string or integer: ``str``, ``int``, ``bytes`` (base64), `Decimal`, `datetime` or `PartialDate`."""

    type: type


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """A JSON array of one kind of item."""

    item: Node


@dataclass(frozen=True, slots=True)
class Field:
    """A member of an object; ``required`` when the dataclass has no default, ``nullable`` when None is a value."""

    name: str
    node: Node
    required: bool
    nullable: bool
    default: object


@dataclass(frozen=True, slots=True)
class Record:
    """A JSON object: one dataclass."""

    type: type
    fields: tuple[Field, ...]

    @property
    def kind(self) -> str | None:
        """The word of the member ``kind``, which tells the members of a union apart, when there is one."""
        for field in self.fields:
            if field.name == "kind" and isinstance(field.node, Choice):
                return field.node.words[0]
        return None

    @property
    def required(self) -> frozenset[str]:
        """Names that must be there."""
        return frozenset(field.name for field in self.fields if field.required)


@dataclass(frozen=True, slots=True)
class OneOf:
    """An object of one of several dataclasses."""

    records: tuple[Record, ...]

    def pick(self, members: dict[str, object]) -> Record | None:
        """The record that ``members`` are meant for: by ``kind``, else by the names that must be there."""
        for record in self.records:
            if record.kind is not None and members.get("kind") == record.kind:
                return record
            if record.kind is None and record.required <= members.keys():
                return record
        return None


Node = Scalar | Choice | Many | Record | OneOf


@cache
def node_of(hint: object) -> Node:
    """The node of a type hint; raises `TypeError` for a type that the JSON form does not know."""
    origin = get_origin(hint)
    if hint in {str, int, bytes, Decimal, datetime, PartialDate} and isinstance(hint, type):
        return Scalar(hint)
    if origin is Literal:
        return Choice(get_args(hint))
    if origin is tuple:
        return Many(node_of(get_args(hint)[0]))
    if origin in {Union, types.UnionType}:
        options = [node_of(option) for option in get_args(hint) if option is not type(None)]
        if len(options) == 1:
            return options[0]
        return OneOf(tuple(option for option in options if isinstance(option, Record)))
    if isinstance(hint, type) and is_dataclass(hint):
        return _record(hint)
    raise TypeError(f"no JSON form for {hint!r}")


def _record(cls: type) -> Record:
    hints = get_type_hints(cls)
    members = []
    for field in fields(cls):
        required = field.default is MISSING or field.name == "kind"
        nullable = type(None) in get_args(hints[field.name])
        members.append(Field(field.name, node_of(hints[field.name]), required, nullable, field.default))
    return Record(cls, tuple(members))
