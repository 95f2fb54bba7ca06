"""Results read back: observations with their earlier results, batteries, isolates, pictures."""

from __future__ import annotations

from typing import Final, Literal, cast, get_args

from lxml import etree

from eprouvette.core import oids
from eprouvette.core.coded import Identifier
from eprouvette.standards.crbio.errors import UnreadableCdaError
from eprouvette.standards.crbio.reader import people, values
from eprouvette.standards.crbio.reader.tree import HL7, Tree
from eprouvette.standards.crbio.reader.words import said
from eprouvette.standards.crbio.wording import ucum_unit
from eprouvette.standards.report.results import (
    Battery,
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
    Status,
    TestCode,
    Value,
)

_ROLES: Final[dict[str, Literal["device", "consumable"]]] = {"DEV": "device", "CSM": "consumable"}
_COMMENT: Final = "48767-8"
_INSIDE: Final = (HL7 + "observation", HL7 + "organizer", HL7 + "observationMedia")
_IN_BATTERY: Final = frozenset({HL7 + "observation", HL7 + "observationMedia"})
_IN_ISOLATE: Final = frozenset({HL7 + "observation", HL7 + "organizer"})
_DENIED: Final = "Ce contenu est nié, ou n'est pas un fait (moodCode) : il n'est pas repris comme un résultat."


class Results:
    """Reads the entries of one section; ``samples`` maps a sample's identifier to its key."""

    def __init__(self, tree: Tree, samples: dict[Identifier, str]) -> None:
        self._tree = tree
        self._samples = samples
        self._columns: dict[etree._Element, tuple[int, int]] = {}

    def entry(self, element: etree._Element) -> Entry | None:
        """The entry that an ``observation``, ``organizer`` or ``observationMedia`` is; None, said, for the rest."""
        if _denied(element):
            self._tree.leave(element, _DENIED)
            return None
        name = element.tag
        if name == HL7 + "observation":
            return self.observation(element)
        if name == HL7 + "observationMedia":
            return self.image(element)
        if name == HL7 + "organizer":
            return self._isolate(element) if _grown(self._tree, element) else self._battery(element)
        self._tree.leave(element, "Cette sorte d'entrée n'a pas de place parmi les résultats : elle n'est pas reprise.")
        return None

    def observation(self, element: etree._Element) -> Observation | None:
        """One result; None, with a remark, when nothing can be said of it."""
        tree = self._tree
        coded = tree.child(element, "code")
        code = self._code(coded)
        if code is None:
            tree.leave(element, "Résultat sans code lisible : il n'est pas repris.")
            return None
        unit = self._unit_shown(coded)
        aborted = tree.expect(tree.child(element, "statusCode"), "code", "completed", "aborted") == "aborted"
        held = None if aborted else tree.child(element, "value")
        if not aborted and held is None:
            tree.remark(element, "Ce résultat n'a pas de valeur.")
        read = values.value(tree, held)
        return Observation(
            code=code,
            value=None if read is None else values.printed(read, unit),
            time=tree.moment(tree.child(element, "effectiveTime")),
            status="aborted" if aborted else "completed",
            interpretation=self._interpretation(element),
            method=self._method(tree.child(element, "methodCode")),
            reference=values.reference_range(
                tree, tree.child(element, "referenceRange", "observationRange"), ucum_unit(read)
            ),
            priors=self._priors(element, code, read, unit),
            comments=self.comments(element, "entryRelationship"),
            sample=self._sample(element),
            derivation=tree.words(tree.child(element, "derivationExpr")),
            performer=self.performer(element),
            materials=self._materials(element),
        )

    def _interpretation(self, element: etree._Element) -> str | None:
        found = self._tree.child(element, "interpretationCode")
        if found is None:
            return None
        system = found.get("codeSystem", oids.INTERPRETATION)
        if system != oids.INTERPRETATION:
            self._tree.remark(found, "Cette interprétation n'est pas de la table HL7 : son code seul est repris.")
        return self._tree.get(found, "code") or None

    def _sample(self, element: etree._Element) -> str | None:
        found = self._tree.child(element, "specimen", "specimenRole", "id")
        own = self._tree.identifier(found)
        if own is None or found is None:
            return None
        key = self._samples.get(own)
        if key is None:
            self._tree.remark(found, "Ce prélèvement n'est pas décrit dans le document : le lien n'est pas repris.")
        return key

    def _materials(self, element: etree._Element) -> tuple[Material, ...]:
        tree, found = self._tree, []
        for participant in tree.children(element, "participant"):
            role = _ROLES.get(participant.get("typeCode", ""))
            code = tree.child(participant, "participantRole", "playingDevice", "code") if role else None
            coded = tree.coded(code)
            if role and coded:
                words = tree.referred(code)
                found.append(Material(coded, role, "" if words == coded.display else words))
            else:
                tree.leave(participant, "Ce participant du résultat n'est pas repris.")
        return tuple(found)

    def _code(self, element: etree._Element | None) -> TestCode | None:
        tree = self._tree
        if element is None:
            return None
        known = [tree.coded(one) for one in (element, *element.iterchildren(HL7 + "translation"))]
        codes = [one for one in known if one is not None]
        loinc = next((one for one in codes if one.system == oids.LOINC), None)
        others = [one for one in codes if one is not loinc]
        first = loinc or next(iter(others), None)
        if first is None:
            return None
        label = tree.referred(element) or first.display or first.code
        return TestCode(label, loinc, others[0] if others else None, tuple(others[1:]))

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

    def _method(self, element: etree._Element | None) -> Method | None:
        if element is None:
            return None
        coded, words = self._tree.coded(element), self._tree.referred(element)
        return Method(words or (coded.display if coded else ""), coded) if words or coded else None

    def _priors(self, element: etree._Element, code: TestCode, read: Value | None, unit: str) -> tuple[Prior, ...]:
        tree, found = self._tree, []
        own = ucum_unit(read)
        for link in tree.children(element, "entryRelationship"):
            prior = tree.child(link, "observation")
            if link.get("typeCode") != "REFR" or prior is None:
                continue
            if _denied(prior):
                tree.leave(prior, _DENIED)
                continue
            value = values.value(tree, tree.child(prior, "value"))
            if value is None:
                tree.leave(prior, "Résultat antérieur sans valeur lisible : il n'est pas repris.")
                continue
            tree.expect(tree.child(prior, "statusCode"), "code", "completed")
            if isinstance(value, Numeric | Limit | Interval) and value.unit == own:
                value = values.printed(value, unit)
            found.append(
                Prior(
                    value=value,
                    time=tree.moment(tree.child(prior, "effectiveTime")),
                    interpretation=self._interpretation(prior),
                    method=self._method(tree.child(prior, "methodCode")),
                    reference=values.reference_range(
                        tree, tree.child(prior, "referenceRange", "observationRange"), ucum_unit(value)
                    ),
                    code=self._prior_code(prior, code),
                )
            )
        return tuple(found)

    def _prior_code(self, prior: etree._Element, own: TestCode) -> TestCode | None:
        """The code of a prior when it is not that of the result; other words of one same code are its own."""
        then = self._code(self._tree.child(prior, "code"))
        if then is None or not _keys(then) - _keys(own):
            return None
        return then

    def comments(self, element: etree._Element, link: str) -> tuple[str, ...]:
        """The words of the comment acts of an element."""
        tree, found = self._tree, []
        for holder in element.iterchildren(HL7 + link):
            act = next(holder.iterchildren(HL7 + "act"), None)
            code = tree.child(act, "code")
            if act is None or code is None or code.get("code") != _COMMENT or _denied(act):
                continue
            tree.listed(code, oids.LOINC, _COMMENT)
            tree.expect(tree.child(act, "statusCode"), "code", "completed")
            words = tree.referred(act, inside="text")
            if words:
                found.append(words)
            else:
                tree.remark(act, "Ce commentaire n'a pas de mots.")
        return tuple(found)

    def performer(self, element: etree._Element) -> Performer | None:
        """The other laboratory of an act, a battery or a result."""
        tree = self._tree
        found = tree.child(element, "performer")
        who = tree.child(found, "assignedEntity")
        if found is None or who is None:
            return None
        laboratory = people.organization(tree, tree.child(who, "representedOrganization"))
        if laboratory is None:
            tree.leave(found, "Exécutant sans structure identifiée : il n'est pas repris.")
            return None
        biologist = people.professional(tree, who, holder="none")
        if biologist is None and tree.identifier(tree.child(who, "id")) == laboratory.id:
            people.same_reach(tree, who, laboratory)
        elif biologist is None:
            tree.remark(who, "Cet exécutant n'est pas nommé : seule sa structure est reprise.")
        time = tree.take(tree.child(found, "time"))
        at = tree.moment(tree.child(time, "high")) or tree.moment(time)
        return Performer(laboratory, biologist, at)

    def _battery(self, element: etree._Element) -> Battery:
        tree = self._tree
        code = tree.child(element, "code")
        own = tree.coded(code) or tree.coded(tree.child(code, "translation"))
        read = self._inside(element, _IN_BATTERY)
        return Battery(
            label=(tree.referred(code) if code is not None else "") or (own.display if own else ""),
            observations=tuple(one for one in read if isinstance(one, Observation)),
            code=own,
            status=self.status(element),
            comments=self.comments(element, "component"),
            images=tuple(one for one in read if isinstance(one, Image)),
            performer=self.performer(element),
        )

    def _inside(self, element: etree._Element, places: frozenset[str]) -> list[Entry]:
        """The entries inside of an organizer that has ``places`` for them; the others are left, and said."""
        tree, found = self._tree, []
        for component in tree.children(element, "component"):
            for one in component.iterchildren(*_INSIDE):
                if one.tag not in places or _grown(tree, one):
                    tree.leave(
                        one, "Cette entrée n'a pas de place dans ce bilan ou cet isolat : elle n'est pas reprise."
                    )
                elif (read := self.entry(one)) is not None:
                    found.append(read)
        return found

    def status(self, element: etree._Element) -> Status:
        """The state of an act, a battery or an isolate."""
        state = self._tree.expect(self._tree.child(element, "statusCode"), "code", *get_args(Status))
        return cast("Status", state) if state in get_args(Status) else "completed"

    def _isolate(self, element: etree._Element) -> Isolate | None:
        tree = self._tree
        role = tree.child(element, "specimen", "specimenRole")
        code = tree.child(role, "specimenPlayingEntity", "code")
        coded, words = tree.coded(code), tree.referred(code)
        if not words and coded is None:
            tree.leave(element, "Isolat sans micro-organisme : il n'est pas repris.")
            return None
        read = self._inside(element, _IN_ISOLATE)
        return Isolate(
            id=tree.identifier(tree.child(role, "id")),
            organism=Organism(
                words or (coded.display if coded else ""), coded, tree.coded(tree.child(code, "translation"))
            ),
            time=tree.moment(tree.child(element, "effectiveTime")),
            observations=tuple(one for one in read if isinstance(one, Observation)),
            batteries=tuple(one for one in read if isinstance(one, Battery)),
            status=self.status(element),
            comments=self.comments(element, "component"),
        )

    def image(self, element: etree._Element) -> Image | None:
        """A picture, named by the narrative that shows it."""
        tree = self._tree
        value = tree.take(tree.child(element, "value"))
        kind = "" if value is None else value.get("mediaType", "")
        if value is None or kind not in get_args(ImageType):
            tree.leave(element, "Contenu joint qui n'est pas une image : il n'est pas repris ici.")
            return None
        try:
            return Image(self._shown_as(element), cast("ImageType", kind), values.octets(value))
        except UnreadableCdaError as error:
            tree.leave(element, error.message)
            return None

    def _shown_as(self, element: etree._Element) -> str:
        shown = self._tree.shown(element)
        cell = None if shown is None else shown.getparent()
        content = None if cell is None else cell.find(HL7 + "content")
        return said(content) if content is not None else ""


def _grown(tree: Tree, element: etree._Element) -> bool:
    """True for an organizer that is an isolate: it names what grew."""
    return tree.child(element, "specimen", "specimenRole", "specimenPlayingEntity") is not None


def _denied(element: etree._Element) -> bool:
    """True for what did not happen, or is only asked or wished for."""
    return element.get("negationInd") == "true" or element.get("moodCode", "EVN") != "EVN"


def _keys(code: TestCode) -> set[tuple[str, str]]:
    return {(one.code, one.system) for one in (code.loinc, code.local, *code.further) if one is not None}
