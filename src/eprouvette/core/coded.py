"""A value taken from a code system, and an identifier in the sense of HL7."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coded:
    """A code, its system (OID) and the words that go with it."""

    code: str
    system: str
    display: str


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier: assigning authority (OID ``root``) and value in that authority."""

    root: str
    extension: str
