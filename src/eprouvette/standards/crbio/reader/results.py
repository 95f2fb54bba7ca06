"""Results read back: values, ranges, earlier results, methods, batteries, isolates, pictures."""

from __future__ import annotations

import base64
import re
from decimal import Decimal, InvalidOperation
from typing import Final, Literal, cast, get_args

from lxml import etree

from eprouvette.core import oids
from eprouvette.core.coded import Identifier
from eprouvette.standards.crbio.errors import UnreadableCdaError
from eprouvette.standards.crbio.reader import people
from eprouvette.standards.crbio.reader.tree import HL7, TYPE, Tree, said
from eprouvette.standards.report.results import (
    Battery,
    Bounds,
    CodedResult,
    Comparator,
    Entry,
    Image,
    ImageType,
    Interval,
    Isolate,
    Limit,
    Material,
    Method,
    Numeric,
    Observation,
    Organism,
    Performer,
    Prior,
    Quantity,
    Ratio,
    ReferenceRange,
    Status,
    TestCode,
    Text,
    Value,
)

_CRITERIA: Final = re.compile(r"(?:(?P<text>.*?) ?)?\[(?P<criteria>[^\]]+)\]", re.DOTALL)
_ROLES: Final[dict[str, Literal["device", "consumable"]]] = {"DEV": "device", "CSM": "consumable"}
_DIGITS: Final = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?")


class Results:
    """Reads the entries of one section; ``samples`` maps a sample's identifier to its key."""

    def __init__(self, tree: Tree, samples: dict[Identifier, str]) -> None:
        self._tree = tree
        self._samples = samples
        self._columns: dict[etree._Element, tuple[int, int]] = {}

    def entry(self, element: etree._Element) -> Entry | None:
        """The entry that an ``observation``, ``organizer`` or ``observationMedia`` is; None for anything else."""
        name = element.tag
        if name == HL7 + "observation":
            return self.observation(element)
        if name == HL7 + "observationMedia":
            return self.image(element)
        if name == HL7 + "organizer":
            grown = self._tree.child(element, "specimen") is not None
            return self._isolate(element) if grown else self._battery(element)
        return None

    def observation(self, element: etree._Element) -> Observation | None:
        """One result; None, with a remark, when nothing can be said of it."""
        tree = self._tree
        code = self._code(tree.child(element, "code"))
        time = tree.moment(tree.child(element, "effectiveTime"))
        if code is None or time is None:
            tree.remark(element, "Résultat sans code lisible ou sans heure : il n'est pas repris.")
            return None
        unit = self._unit_shown(tree.child(element, "code"))
        aborted = tree.get(tree.child(element, "statusCode"), "code") == "aborted"
        sample = tree.identifier(tree.child(element, "specimen", "specimenRole", "id"))
        return Observation(
            code=code,
            value=None if aborted else self._value(tree.child(element, "value"), unit),
            time=time,
            status="aborted" if aborted else "completed",
            interpretation=tree.get(tree.child(element, "interpretationCode"), "code") or None,
            method=self._method(tree.child(element, "methodCode")),
            reference=self._range(tree.child(element, "referenceRange", "observationRange")),
            priors=tuple(self._priors(element, unit)),
            comments=self.comments(element, "entryRelationship"),
            sample=self._samples.get(sample) if sample else None,
            derivation=tree.words(tree.child(element, "derivationExpr")),
            performer=self.performer(element),
            materials=self._materials(element),
        )

    def _materials(self, element: etree._Element) -> tuple[Material, ...]:
        tree, found = self._tree, []
        for participant in tree.children(element, "participant"):
            role = _ROLES.get(participant.get("typeCode", ""))
            coded = tree.coded(tree.child(participant, "participantRole", "playingDevice", "code")) if role else None
            if role and coded:
                found.append(Material(coded, role))
        return tuple(found)

    def _code(self, element: etree._Element | None) -> TestCode | None:
        tree = self._tree
        if element is None:
            return None
        own, local = tree.coded(element), tree.coded(tree.child(element, "translation"))
        for further in tree.children(element, "translation")[1:]:
            tree.remark(further, "Un second code local n'est pas repris.")
            tree.take(further)
        loinc = own if own is not None and own.system == oids.LOINC else None
        other = local or (own if loinc is None else None)
        label = tree.referred(element) or (loinc.display if loinc else other.display if other else "")
        return TestCode(label, loinc, other) if label and (loinc or other) else None

    def _unit_shown(self, code: etree._Element | None) -> str:
        """The unit in the row of the narrative that names the test, under the column of that name."""
        reference = self._tree.child(code, "originalText", "reference")
        target = self._tree.target(reference.get("value", "")) if reference is not None else None
        row = next(target.iterancestors(HL7 + "tr"), None) if target is not None else None
        table = next(row.iterancestors(HL7 + "table"), None) if row is not None else None
        if row is None or table is None:
            return ""
        if table not in self._columns:
            heads = [said(one).lower() for one in table.iterfind(f"{HL7}thead/{HL7}tr/{HL7}th")]
            rank = next((rank for rank, head in enumerate(heads) if head.startswith("unité")), -1)
            self._columns[table] = (rank, len(heads))
        rank, count = self._columns[table]
        return said(row[rank]) if rank >= 0 and len(row) == count else ""

    def _value(self, element: etree._Element | None, shown: str) -> Value | None:
        tree = self._tree
        if tree.take(element) is None or element is None:
            return None
        kind = element.get(TYPE, "").rpartition(":")[2]
        if kind in {"PQ", "INT", "REAL"}:
            unit = element.get("unit")
            number = self._number(element)
            return None if number is None else Numeric(number, unit, _other(shown, unit), self._second(element))
        if kind == "IVL_PQ":
            return self._interval(element, shown)
        if kind in {"RTO", "RTO_PQ_PQ"}:
            top, bottom = (self._number(tree.take(tree.child(element, name))) for name in ("numerator", "denominator"))
            return Ratio(top, bottom) if top is not None and bottom else None
        if kind in {"CD", "CE", "CV"}:
            coded = tree.coded(element)
            return CodedResult(tree.referred(element) or (coded.display if coded else ""), coded)
        words = tree.words(element)
        reference = tree.take(tree.child(element, "reference"))
        target = tree.target(reference.get("value", "")) if reference is not None else None
        return Text(said(target) if target is not None else words)

    def _second(self, element: etree._Element | None) -> Quantity | None:
        """The same quantity in a second unit."""
        other = self._tree.child(element, "translation") if element is not None else None
        if other is None or not other.get("code"):
            return None
        self._tree.take(other)
        number = self._number(other)
        return None if number is None else Quantity(number, other.get("code", ""))

    def _interval(self, element: etree._Element, shown: str) -> Value | None:
        tree = self._tree
        sides = {name: tree.take(tree.child(element, name)) for name in ("low", "high")}
        numbers = {name: self._number(side) for name, side in sides.items()}
        unit = next((side.get("unit") for side in sides.values() if side is not None), None)
        low, high = numbers["low"], numbers["high"]
        if low is not None and high is not None:
            return Interval(low, high, unit, _other(shown, unit))
        for name, sign in (("high", "<"), ("low", ">")):
            number, side = numbers[name], sides[name]
            if number is not None and side is not None:
                comparator = sign if side.get("inclusive") == "false" else f"{sign}="
                return Limit(cast("Comparator", comparator), number, unit, _other(shown, unit))
        return None

    def _number(self, element: etree._Element | None) -> Decimal | None:
        text = "" if element is None else element.get("value", "")
        if element is None or not text:
            return None
        try:
            if _DIGITS.fullmatch(text):
                return Decimal(text)
        except InvalidOperation:
            pass
        self._tree.remark(element, "Ce nombre est illisible : il n'est pas repris.")
        return None

    def _range(self, element: etree._Element | None) -> ReferenceRange | None:
        tree = self._tree
        if element is None:
            return None
        tree.take(tree.child(element, "interpretationCode"))
        value, words = tree.child(element, "value"), tree.words(tree.child(element, "text"))
        read = self._value(value, "")
        also = self._second_bounds(value)
        match read:
            case Interval(low=low, high=high, unit=unit):
                return ReferenceRange(low, high, unit, words, also=also)
            case Limit(comparator=comparator, value=number, unit=unit):
                under = comparator.startswith("<")
                return ReferenceRange(None if under else number, number if under else None, unit, words, also=also)
            case Text(text=text) | CodedResult(text=text):
                found = _CRITERIA.fullmatch(text)
                if found:
                    return ReferenceRange(text=found["text"] or "", criteria=found["criteria"])
                return ReferenceRange(text=text)
        return ReferenceRange(text=words) if words else None

    def _second_bounds(self, value: etree._Element | None) -> Bounds | None:
        low, high = (self._second(self._tree.child(value, side)) for side in ("low", "high"))
        known = low or high
        if known is None:
            return None
        return Bounds(known.unit, low.value if low else None, high.value if high else None)

    def _method(self, element: etree._Element | None) -> Method | None:
        coded = self._tree.coded(element)
        words = self._tree.referred(element) if element is not None else ""
        return Method(words or (coded.display if coded else ""), coded) if words or coded else None

    def _priors(self, element: etree._Element, unit: str) -> list[Prior]:
        tree, found = self._tree, []
        own = _unit_of(tree.child(element, "value"))
        for link in tree.children(element, "entryRelationship"):
            prior = tree.child(link, "observation")
            if link.get("typeCode") != "REFR" or prior is None:
                continue
            # The code of a prior is that of the result.
            tree.take_all(tree.child(prior, "code"))
            time, value = tree.moment(tree.child(prior, "effectiveTime")), self._value(tree.child(prior, "value"), "")
            if time is None or value is None:
                tree.remark(prior, "Résultat antérieur sans heure ou sans valeur : il n'est pas repris.")
                continue
            if isinstance(value, Numeric | Limit | Interval) and value.unit == own:
                value = _printed(value, _other(unit, own))
            code = tree.get(tree.child(prior, "interpretationCode"), "code") or None
            found.append(Prior(value, time, code, self._method(tree.child(prior, "methodCode"))))
            tree.take_all(tree.child(prior, "referenceRange"))
        return found

    def comments(self, element: etree._Element, link: str) -> tuple[str, ...]:
        """The words of the comment acts of an element."""
        tree, found = self._tree, []
        for holder in tree.children(element, link):
            act = tree.child(holder, "act")
            code = tree.child(act, "code")
            if act is None or code is None or code.get("code") != "48767-8":
                continue
            tree.take_all(code)
            found.append(tree.referred(act, inside="text"))
        return tuple(words for words in found if words)

    def performer(self, element: etree._Element) -> Performer | None:
        """The other laboratory of an act, a battery or a result."""
        tree = self._tree
        found = tree.child(element, "performer")
        who = tree.child(found, "assignedEntity")
        laboratory = people.organization(tree, tree.child(who, "representedOrganization"))
        if found is None or laboratory is None:
            return None
        biologist = people.professional(tree, who, holder="none")
        if biologist is None:
            for name in ("id", "addr", "telecom"):
                tree.take_all(tree.child(who, name))
        time = tree.take(tree.child(found, "time"))
        return Performer(laboratory, biologist, tree.moment(time) or tree.moment(tree.child(time, "high")))

    def _battery(self, element: etree._Element) -> Battery:
        tree = self._tree
        code = tree.child(element, "code")
        own = tree.coded(code) or tree.coded(tree.child(code, "translation"))
        inside = [tree.child(one, name) for one in tree.children(element, "component") for name in _INSIDE]
        read = [self.entry(one) for one in inside if one is not None]
        return Battery(
            label=(tree.referred(code) if code is not None else "") or (own.display if own else ""),
            observations=tuple(one for one in read if isinstance(one, Observation)),
            code=own,
            status=self._status(element),
            comments=self.comments(element, "component"),
            images=tuple(one for one in read if isinstance(one, Image)),
            performer=self.performer(element),
        )

    def _status(self, element: etree._Element) -> Status:
        state = self._tree.get(self._tree.child(element, "statusCode"), "code")
        return cast("Status", state) if state in get_args(Status) else "completed"

    def _isolate(self, element: etree._Element) -> Isolate | None:
        tree = self._tree
        role = tree.child(element, "specimen", "specimenRole")
        code = tree.child(role, "specimenPlayingEntity", "code")
        own, time = tree.identifier(tree.child(role, "id")), tree.moment(tree.child(element, "effectiveTime"))
        if code is None or time is None:
            tree.remark(element, "Isolat sans micro-organisme ou sans heure : il n'est pas repris.")
            return None
        coded, taxonomy = tree.coded(code), tree.coded(tree.child(code, "translation"))
        inside = [tree.child(one, name) for one in tree.children(element, "component") for name in _INSIDE]
        read = [self.entry(one) for one in inside if one is not None]
        return Isolate(
            id=own or Identifier("", ""),
            organism=Organism(tree.referred(code) or (coded.display if coded else ""), coded, taxonomy),
            time=time,
            observations=tuple(one for one in read if isinstance(one, Observation)),
            batteries=tuple(one for one in read if isinstance(one, Battery)),
            status=self._status(element),
            comments=self.comments(element, "component"),
        )

    def image(self, element: etree._Element) -> Image | None:
        """A picture, named by the narrative that shows it."""
        tree = self._tree
        value = tree.take(tree.child(element, "value"))
        kind = "" if value is None else value.get("mediaType", "")
        if value is None or kind not in get_args(ImageType):
            tree.remark(element, "Contenu joint qui n'est pas une image : il n'est pas repris ici.")
            return None
        return Image(self._shown_as(element), cast("ImageType", kind), octets(value))

    def _shown_as(self, element: etree._Element) -> str:
        wanted = element.get("ID", "")
        for shown in self._tree.root.iter(HL7 + "renderMultiMedia"):
            if wanted and shown.get("referencedObject") == wanted:
                cell = shown.getparent()
                content = None if cell is None else cell.find(HL7 + "content")
                return said(content) if content is not None else ""
        return ""


_INSIDE: Final = ("observation", "organizer", "observationMedia")


def octets(value: etree._Element) -> bytes:
    """The bytes of a ``value`` in base64; raises `UnreadableCdaError` when they are not."""
    try:
        return base64.b64decode("".join((value.text or "").split()), validate=True)
    except ValueError as error:
        raise UnreadableCdaError("Un contenu joint n'est pas en base64.") from error


def _unit_of(value: etree._Element | None) -> str | None:
    """The UCUM unit of a value, or of its bounds."""
    if value is None:
        return None
    return value.get("unit") or next((part.get("unit") for part in value if part.get("unit")), None)


def _other(shown: str, unit: str | None) -> str:
    """The printed unit, empty when it is UCUM's own."""
    return "" if shown == (unit or "") else shown


def _printed(value: Numeric | Limit | Interval, shown: str) -> Value:
    match value:
        case Numeric():
            return Numeric(value.value, value.unit, shown)
        case Limit():
            return Limit(value.comparator, value.value, value.unit, shown)
        case Interval():
            return Interval(value.low, value.high, value.unit, shown)
