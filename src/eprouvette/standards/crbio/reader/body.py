"""The body read back: chapters, sections of words, joined documents, the copy of the PDF."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, cast, get_args

from lxml import etree

from eprouvette.core.coded import Coded, Identifier
from eprouvette.standards.crbio.body import CANCELLED_TITLE, CLINICAL_TITLE, REVISION_TITLE
from eprouvette.standards.crbio.reader import people, screening
from eprouvette.standards.crbio.reader.results import Results, octets
from eprouvette.standards.crbio.reader.tree import HL7, Tree, said
from eprouvette.standards.report.model import Attachment, Screening, Vaccination
from eprouvette.standards.report.people import Professional
from eprouvette.standards.report.results import Chapter, NonHumanSubject, Sample, Section, Status, Validation

_CHAPTER: Final = "1.2.250.1.213.1.1.2.70"
_COMMENTS: Final = "1.2.250.1.213.1.1.2.73"
_SCANNED: Final = "1.2.250.1.213.1.1.2.60"
_COPY: Final = "1.2.250.1.213.1.1.2.243"
_REASON: Final = "1.2.250.1.213.1.1.2.128"
_VACCINES: Final = "1.2.250.1.213.1.1.2.147"
_OTHER_CHAPTER: Final = "1.3.6.1.4.1.19376.1.3.3.2.1"


@dataclass(slots=True)
class Body:
    """All that the body says, gathered section by section."""

    chapters: list[Chapter] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    clinical_data: str = ""
    changes: list[str] = field(default_factory=list)
    cancelled: bool = False
    attachments: list[Attachment] = field(default_factory=list)
    context: Coded | None = None
    sought: Coded | None = None
    vaccinations: list[Vaccination] = field(default_factory=list)
    pdf: bytes | None = None

    @property
    def screening(self) -> Screening | None:
        """The screening that the report belongs to, when its context and its object are both told."""
        if self.context is None or self.sought is None:
            return None
        return Screening(self.context, self.sought, tuple(self.vaccinations))


class BodyReader:
    """Reads the sections of one document; a sample met in several sections keeps one key."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._keys: dict[Identifier, str] = {}
        self._body = Body()

    def read(self) -> Body:
        """The body, level 1 or structured."""
        tree = self._tree
        holder = tree.need(tree.root, "component")
        file = tree.child(holder, "nonXMLBody", "text")
        if file is not None:
            tree.take(file)
            self._body.pdf = octets(file)
            return self._body
        for component in tree.children(tree.child(holder, "structuredBody"), "component"):
            for section in tree.children(component, "section"):
                self._section(section)
        return self._body

    def _section(self, section: etree._Element) -> None:
        tree = self._tree
        held = {one.get("root") for one in tree.children(section, "templateId")}
        for name in ("id", "code", "title"):
            tree.take(tree.child(section, name))
        if held & {_CHAPTER, _OTHER_CHAPTER}:
            self._chapter(section)
        elif _COMMENTS in held:
            self._words(section)
        elif _SCANNED in held:
            self._scanned(section)
        elif _REASON in held:
            self._body.context, self._body.sought = screening.reason(tree, section)
        elif _VACCINES in held:
            self._body.vaccinations += screening.vaccinations(tree, section)
        elif _COPY in held:
            media = self._media(section)
            self._body.pdf = media
        else:
            tree.remark(section, "Cette section n'a pas de place dans le compte rendu : elle n'est pas reprise.")
            tree.take_all(section)

    def _words(self, section: etree._Element) -> None:
        tree, body = self._tree, self._body
        title, text = tree.words(tree.child(section, "title")), tree.child(section, "text")
        tree.take_all(text)
        if text is None:
            return
        blocks = [said(one) for one in text if isinstance(one.tag, str)] or [said(text)]
        words = [block for block in blocks if block]
        if title == CLINICAL_TITLE:
            body.clinical_data = "\n".join(words)
        elif title in {REVISION_TITLE, CANCELLED_TITLE}:
            body.cancelled = title == CANCELLED_TITLE
            # The first line names who corrected and when: it is the legal authenticator.
            body.changes += words[1:]
        else:
            body.comments += words

    def _media(self, section: etree._Element) -> bytes | None:
        tree = self._tree
        found = next(section.iter(HL7 + "observationMedia"), None)
        value = tree.child(found, "value")
        tree.take_all(section)
        return None if value is None else octets(value)

    def _scanned(self, section: etree._Element) -> None:
        title = self._tree.words(self._tree.child(section, "title"))
        content = self._media(section)
        if content is not None:
            self._body.attachments.append(Attachment(title, content))

    def _chapter(self, section: etree._Element) -> None:
        tree = self._tree
        subs = [sub for part in tree.children(section, "component") for sub in tree.children(part, "section")]
        code = self._named(section)
        parts = [(self._named(sub), sub) for sub in subs] if subs else [(None, section)]
        read = [self._part(part, named) for named, part in parts]
        found = tuple(one for one in read if one is not None)
        if code is not None and found:
            self._body.chapters.append(Chapter(code, found))
        else:
            tree.remark(section, "Chapitre sans code ou sans résultat lisible : il n'est pas repris.")

    def _named(self, section: etree._Element) -> Coded | None:
        """The code of a section, under the words of its title."""
        tree = self._tree
        own, title = tree.coded(tree.child(section, "code")), tree.words(tree.child(section, "title"))
        return Coded(own.code, own.system, own.display or title) if own else None

    def _part(self, section: etree._Element, code: Coded | None) -> Section | None:
        tree = self._tree
        act = tree.child(section, "entry", "act")
        if act is None:
            return None
        tree.take_all(tree.child(act, "code"))
        inside = [
            (link, one)
            for link in tree.children(act, "entryRelationship")
            if link.get("typeCode") == "COMP"
            for one in link
            if isinstance(one.tag, str)
        ]
        samples = [self._sample(one) for _, one in inside if one.tag == HL7 + "procedure"]
        results = Results(tree, self._keys)
        entries = [results.entry(one) for _, one in inside if one.tag != HL7 + "procedure"]
        state = tree.get(tree.child(act, "statusCode"), "code")
        return Section(
            entries=tuple(entry for entry in entries if entry is not None),
            samples=tuple(sample for sample in samples if sample is not None),
            status=cast("Status", state) if state in get_args(Status) else "completed",
            comments=results.comments(act, "entryRelationship"),
            validation=self._validation(act),
            code=code,
            performer=results.performer(act),
        )

    def _sample(self, procedure: etree._Element) -> Sample | None:
        tree = self._tree
        tree.take_all(tree.child(procedure, "code"))
        time = tree.take(tree.child(procedure, "effectiveTime"))
        collected = tree.moment(tree.child(time, "high")) or tree.moment(tree.child(time, "low")) or tree.moment(time)
        role = tree.child(procedure, "participant", "participantRole")
        own, kind = tree.identifier(tree.child(role, "id")), tree.child(role, "playingEntity", "code")
        coded = tree.coded(kind)
        if own is None or coded is None or collected is None:
            tree.remark(procedure, "Prélèvement sans identifiant, type ou heure : il n'est pas repris.")
            return None
        tree.take_all(kind)
        received = None
        for link in tree.children(procedure, "entryRelationship"):
            act = tree.child(link, "act")
            tree.take_all(tree.child(act, "code"))
            received = tree.moment(tree.child(act, "effectiveTime")) or received
        return Sample(
            key=self._keys.setdefault(own, f"T{len(self._keys) + 1}"),
            id=own,
            type=coded,
            collected_at=collected,
            received_at=received,
            site=tree.coded(tree.child(procedure, "targetSiteCode")),
            collector=people.professional(tree, tree.child(procedure, "performer", "assignedEntity")),
            subject=_subject(tree, tree.child(procedure, "subject", "relatedSubject")),
        )

    def _validation(self, act: etree._Element) -> Validation | None:
        tree = self._tree
        for participant in tree.children(act, "participant"):
            role = tree.child(participant, "participantRole")
            called = people.name(tree, tree.child(role, "playingEntity"))
            own = tree.identifier(tree.child(role, "id"))
            time = tree.take(tree.child(participant, "time"))
            at = tree.moment(tree.child(time, "high")) or tree.moment(time)
            if participant.get("typeCode") == "AUTHEN" and called and own and at:
                where, reach = people.address(tree, role), people.telecoms(tree, role)
                return Validation(Professional(own, called, address=where, telecoms=reach), at)
        return None


def _subject(tree: Tree, element: etree._Element | None) -> NonHumanSubject | None:
    """What was sampled when it is not the patient; None without words."""
    code = tree.child(element, "code")
    coded = tree.coded(code)
    words = (tree.referred(code) if code is not None else "") or (coded.display if coded else "")
    return NonHumanSubject(words, coded, people.address(tree, element)) if element is not None and words else None
