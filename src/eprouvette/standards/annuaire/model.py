"""What the directory says: professionals, the roles they have in structures, structures, and mailboxes.

``technical_id`` links the resources of one reading (`Role.professional`, `Role.structure`, `Structure.part_of`); it
changed between versions of the API, so what is kept is kept under business identifiers. An inactive resource carries
its identifiers and nothing else. Source: digest ``exchanges.md`` 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

PER: Final = "PER"
ORG: Final = "ORG"
APP: Final = "APP"
CAB: Final = "CAB"
MAILBOX_TYPES: Final = frozenset({PER, ORG, APP, CAB})
"""TRE_R257: of a person, of an organisation, of an application, of a practice shared by several professionals."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An MSSanté mailbox. ``type`` is a code of `MAILBOX_TYPES`, empty when the directory does not say.

    ``dematerialised``: its holder wants no paper (True), still wants paper (False), did not say (None).
    ``red_list``: its holder does not want it published.
    """

    address: str
    type: str = ""
    description: str = ""
    service: str = ""
    dematerialised: bool | None = None
    red_list: bool = False


@dataclass(frozen=True, slots=True)
class Professional:
    """A person, with the mailboxes that are tied to no structure.

    ``profession`` is a code of TRE_G15 (``10``: physician), ``specialties`` are codes of TRE_R38 (``SM26``).
    """

    technical_id: str
    idnps: str = ""
    rpps: str = ""
    active: bool = True
    family: str = ""
    given: str = ""
    civility: str = ""
    title: str = ""
    profession: str = ""
    specialties: tuple[str, ...] = ()
    mailboxes: tuple[Mailbox, ...] = ()
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """What a professional does in a structure, with the mailboxes of that place of practice."""

    technical_id: str
    identifier: str = ""
    active: bool = True
    professional: str = ""
    structure: str = ""
    mode: str = ""
    function: str = ""
    mailboxes: tuple[Mailbox, ...] = ()
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Structure:
    """A structure. ``idnst`` is its national identifier: ``1`` + FINESS or ``3`` + SIRET; ``sector`` is of TRE_R02."""

    technical_id: str
    idnst: str = ""
    finess: str = ""
    siret: str = ""
    active: bool = True
    name: str = ""
    sector: str = ""
    address_line: str = ""
    postal_code: str = ""
    city: str = ""
    phone: str = ""
    part_of: str = ""
    mailboxes: tuple[Mailbox, ...] = ()
    updated: datetime | None = None

    def is_called(self, identifier: str) -> bool:
        """True when the identifier is one of its own: national, FINESS or SIRET."""
        return bool(identifier) and identifier in self.identifiers

    @property
    def identifiers(self) -> frozenset[str]:
        """Every identifier under which the structure is known, national forms included."""
        national = {f"1{self.finess}" * bool(self.finess), f"3{self.siret}" * bool(self.siret)}
        return frozenset({self.idnst, self.finess, self.siret, *national} - {""})


@dataclass(frozen=True, slots=True)
class Remark:
    """Something of a page that was not read: its place among the entries, and why, in French; never a value of it."""

    place: int
    resource: str
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of answers. ``next`` is the opaque address of the following page; ``total`` when the server counted.

    ``skipped`` counts the entries that gave nothing; ``remarks`` says why, and what was left out of the others.
    """

    professionals: tuple[Professional, ...] = ()
    roles: tuple[Role, ...] = ()
    structures: tuple[Structure, ...] = ()
    next: str = ""
    total: int | None = None
    skipped: int = 0
    remarks: tuple[Remark, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when no resource was read."""
        return not (self.professionals or self.roles or self.structures)
