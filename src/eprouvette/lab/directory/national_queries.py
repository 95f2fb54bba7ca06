"""Reading the copy of the national directory: a search, and the sheet of one professional with what to choose."""

from __future__ import annotations

from dataclasses import dataclass

from eprouvette.lab.directory import rules
from eprouvette.lab.directory.models import Mailbox, Practitioner, Professional, Role, Structure
from eprouvette.lab.directory.queries import PractitionerLine, line_of
from eprouvette.standards.annuaire import model as national
from eprouvette.standards.annuaire.choice import Choice, choose


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """Where somebody practises."""

    national_id: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class NationalLine:
    """A professional of the copy, as listed. ``practitioner_id`` when the laboratory has this correspondent already."""

    number: str
    name: str
    specialty: str
    cities: str
    mailboxes: int
    practitioner_id: int | None
    active: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A professional of the copy, where he or she practises, and the mailboxes to choose from."""

    line: NationalLine
    places: tuple[PlaceLine, ...]
    place: str
    choice: Choice
    practitioner: PractitionerLine | None

    @property
    def only_place(self) -> str:
        """The structure of who practises in one alone."""
        return self.places[0].national_id if len(self.places) == 1 else ""


def is_empty() -> bool:
    """True before the first page of the first copy."""
    return not Professional.objects.exists()


def search(text: str, city: str = "", *, page: int = 1, size: int = 50) -> tuple[tuple[NationalLine, ...], int]:
    """A page of active professionals by number, or by the start of the name, in a town when one is said; and how many.

    Without a word to search for, nothing: the directory has two million lines.
    """
    key = rules.search_key(text)
    if not key:
        return (), 0
    rows = Professional.objects.filter(active=True)
    rows = rows.filter(number=text) if text.isdigit() else rows.filter(search_name__startswith=key)
    if town := rules.search_key(city):
        places = Structure.objects.filter(search_city__startswith=town, active=True).values("ref")
        roles = Role.objects.filter(active=True, structure_ref__in=places).values("professional_ref")
        rows = rows.filter(ref__in=roles)
    found = list(rows[(page - 1) * size : page * size])
    return _lines(found), rows.count()


def sheet(number: str, place: str = "") -> Sheet | None:
    """The sheet of a professional, with mailboxes ranked for an order of the structure ``place``; None for nobody."""
    row = Professional.objects.filter(number=number).first()
    if row is None:
        return None
    roles = list(Role.objects.filter(professional_ref=row.ref, active=True).order_by("number"))
    places = list(Structure.objects.filter(ref__in=[one.structure_ref for one in roles], active=True).order_by("name"))
    known = Practitioner.objects.filter(rpps=row.number).first()
    place = place if place in {one.national_id for one in places} else ""
    boxes = _boxes(row, roles, places)
    choice = choose(
        national.Professional(
            row.ref, active=row.active, mailboxes=boxes.get(rules.holder("professional", row.number), ())
        ),
        [
            national.Role(
                one.number,
                professional=row.ref,
                structure=one.structure_ref,
                mailboxes=boxes.get(rules.holder("role", one.number), ()),
            )
            for one in roles
        ],
        [
            national.Structure(
                one.ref, idnst=one.national_id, mailboxes=boxes.get(rules.holder("structure", one.national_id), ())
            )
            for one in places
        ],
        ordering=place,
        declared=(known.mss_address,) if known and known.mss_address and not known.mss_gone_at else (),
    )
    return Sheet(
        line=_lines([row])[0],
        places=tuple(PlaceLine(one.national_id, one.name, _address(one)) for one in places),
        place=place,
        choice=choice,
        practitioner=line_of(known) if known else None,
    )


def _boxes(row: Professional, roles: list[Role], places: list[Structure]) -> dict[str, tuple[national.Mailbox, ...]]:
    """The living mailboxes of a person, of the roles and of the structures, by holder."""
    holders = [
        rules.holder("professional", row.number),
        *(rules.holder("role", one.number) for one in roles),
        *(rules.holder("structure", one.national_id) for one in places),
    ]
    found: dict[str, tuple[national.Mailbox, ...]] = {}
    for box in Mailbox.objects.filter(holder__in=holders, gone_at=None).order_by("search_address"):
        read = national.Mailbox(box.address, box.type, box.description, box.service, box.dematerialised, box.red_list)
        found[box.holder] = (*found.get(box.holder, ()), read)
    return found


def _lines(rows: list[Professional]) -> tuple[NationalLine, ...]:
    """Rows as listed, in four questions whatever their number."""
    refs = {row.ref for row in rows}
    roles = list(Role.objects.filter(professional_ref__in=refs, active=True))
    towns = dict(Structure.objects.filter(ref__in={one.structure_ref for one in roles}).values_list("ref", "city"))
    owners = {rules.holder("role", one.number): one.professional_ref for one in roles}
    owners |= {rules.holder("professional", row.number): row.ref for row in rows}
    counts: dict[str, int] = {}
    for holder in Mailbox.objects.filter(holder__in=owners, gone_at=None).values_list("holder", flat=True):
        counts[owners[holder]] = counts.get(owners[holder], 0) + 1
    known = dict(Practitioner.objects.filter(rpps__in=[row.number for row in rows]).values_list("rpps", "pk"))
    cities: dict[str, dict[str, None]] = {}
    for one in roles:
        if town := towns.get(one.structure_ref):
            cities.setdefault(one.professional_ref, {})[town] = None
    return tuple(
        NationalLine(
            number=row.number,
            name=rules.full_name(row.civility, row.title, row.given_name, row.family_name),
            specialty=rules.national_specialty(row.profession, row.specialty)[1],
            cities=", ".join(cities.get(row.ref, ())),
            mailboxes=counts.get(row.ref, 0),
            practitioner_id=known.get(row.number),
            active=row.active,
        )
        for row in rows
    )


def _address(place: Structure) -> str:
    town = f"{place.postal_code} {place.city}".strip()
    return ", ".join(part for part in (place.address_line, town) if part)
