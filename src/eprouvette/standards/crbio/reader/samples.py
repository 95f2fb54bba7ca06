"""Samples read back: what was taken, how, when, by whom, and when it came."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from lxml import etree

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.standards.crbio.reader import people
from eprouvette.standards.crbio.reader.tree import HL7, Tree
from eprouvette.standards.report.results import NonHumanSubject, Sample

_COLLECTION: Final = "33882-2"
_RECEPTION: Final = "SPRECEIVE"
_RECEPTION_SYSTEMS: Final = frozenset({None, "1.3.5.1.4.1.19376.1.5.3.2", "1.3.6.1.4.1.19376.1.5.3.2"})


class Samples:
    """The samples of one document: one met in several sections keeps one key."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._known: dict[str, Sample] = {}
        self.keys: dict[Identifier, str] = {}
        for procedure in tree.root.iter(HL7 + "procedure"):
            role = _product(tree, procedure)
            own = tree.child(role, "id")
            if own is not None and own.get("root"):
                number = Identifier(own.get("root", ""), own.get("extension", ""))
                self.keys.setdefault(number, f"T{len(self.keys) + 1}")

    def read(self, procedure: etree._Element, local: dict[Identifier, str]) -> Sample | None:
        """The sample of a ``procedure``; ``local`` learns its key when two that differ bear one number."""
        tree = self._tree
        role = _product(tree, procedure)
        own, kind = tree.identifier(tree.child(role, "id")), tree.child(role, "playingEntity", "code")
        coded = tree.coded(kind)
        time = tree.take(tree.child(procedure, "effectiveTime"))
        collected = tree.moment(tree.child(time, "high")) or tree.moment(tree.child(time, "low")) or tree.moment(time)
        if own is None or coded is None or collected is None:
            tree.leave(procedure, "Prélèvement sans identifiant, type ou heure : il n'est pas repris.")
            return None
        act, act_text = self._act(tree.child(procedure, "code"))
        words = tree.referred(kind)
        sample = Sample(
            key=self.keys[own],
            id=own,
            type=coded,
            collected_at=collected,
            received_at=self._received(procedure),
            site=tree.coded(tree.child(procedure, "targetSiteCode")),
            collector=people.professional(tree, tree.child(procedure, "performer", "assignedEntity")),
            act=act,
            act_text=act_text,
            type_text="" if words == coded.display else words,
            subject=_subject(tree, tree.child(procedure, "subject", "relatedSubject")),
        )
        return self._keyed(sample, procedure, local)

    def _keyed(self, sample: Sample, procedure: etree._Element, local: dict[Identifier, str]) -> Sample:
        first = self._known.setdefault(sample.key, sample)
        if first == sample:
            return sample
        self._tree.remark(procedure, "Deux prélèvements différents portent ce numéro.")
        ranks = range(2, len(self._known) + 3)
        key = next(key for key in (f"{sample.key}-{rank}" for rank in ranks) if key not in self._known)
        local[sample.id] = key
        self._known[key] = replace(sample, key=key)
        return self._known[key]

    def _act(self, code: etree._Element | None) -> tuple[Coded | None, str]:
        """How it was taken; nothing for the code that says no more than « taken »."""
        tree = self._tree
        coded, words = tree.coded(code), tree.referred(code)
        if coded is None or (coded.code == _COLLECTION and coded.system == oids.LOINC and not words):
            return None, ""
        return coded, "" if words == coded.display else words

    def _received(self, procedure: etree._Element) -> datetime | None:
        tree, found = self._tree, None
        for link in tree.children(procedure, "entryRelationship"):
            act = tree.child(link, "act")
            code = tree.child(act, "code")
            if code is None or code.get("code") != _RECEPTION or found is not None:
                continue
            # Both spellings are met: the rules print the first, the tables the second.
            if code.get("codeSystem") in _RECEPTION_SYSTEMS:
                tree.take(code)
            found = tree.moment(tree.child(act, "effectiveTime"))
        return found


def _product(tree: Tree, procedure: etree._Element) -> etree._Element | None:
    """The role of what was taken."""
    for participant in procedure.iterchildren(HL7 + "participant"):
        if participant.get("typeCode") == "PRD":
            return tree.child(participant, "participantRole")
    return None


def _subject(tree: Tree, element: etree._Element | None) -> NonHumanSubject | None:
    """What was sampled when it is not the patient; None without words."""
    code = tree.child(element, "code")
    coded = tree.coded(code)
    words = (tree.referred(code) if code is not None else "") or (coded.display if coded else "")
    return NonHumanSubject(words, coded, people.address(tree, element)) if element is not None and words else None
