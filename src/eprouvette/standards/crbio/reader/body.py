"""The body read back: chapters, sections of words, joined documents, the copy of the PDF."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from lxml import etree

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.standards.crbio.body import CANCELLED_TITLE, CLINICAL_TITLE, COMMENTS_TITLE, REVISION_TITLE
from eprouvette.standards.crbio.reader import files, people, screening
from eprouvette.standards.crbio.reader.narrative import Narratives
from eprouvette.standards.crbio.reader.results import Results
from eprouvette.standards.crbio.reader.samples import Samples
from eprouvette.standards.crbio.reader.tree import HL7, Tree
from eprouvette.standards.crbio.reader.values import octets
from eprouvette.standards.crbio.reader.words import said
from eprouvette.standards.report.model import Attachment, Note, Screening, Vaccination
from eprouvette.standards.report.people import Professional
from eprouvette.standards.report.results import Chapter, Entry, Sample, Section, Validation

_CHAPTER: Final = "1.2.250.1.213.1.1.2.70"
_COMMENTS: Final = "1.2.250.1.213.1.1.2.73"
_SCANNED: Final = "1.2.250.1.213.1.1.2.60"
_COPY: Final = "1.2.250.1.213.1.1.2.243"
_REASON: Final = "1.2.250.1.213.1.1.2.128"
_VACCINES: Final = "1.2.250.1.213.1.1.2.147"
_OTHER_CHAPTER: Final = "1.3.6.1.4.1.19376.1.3.3.2.1"
_CODES: Final = {
    _COMMENTS: "55112-7",
    _SCANNED: "101792-0",
    _COPY: files.COPY,
    _REASON: "42349-1",
    _VACCINES: "11369-6",
}
"""The one code of a section that is no chapter."""


@dataclass(slots=True)
class Body:
    """All that the body says, gathered section by section."""

    chapters: list[Chapter] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
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
        self._samples = Samples(tree)
        self._narratives = Narratives(tree)
        self._body = Body()

    def read(self) -> Body:
        """The body, level 1 or structured."""
        tree, body = self._tree, self._body
        holder = tree.need(tree.root, "component")
        file = tree.child(holder, "nonXMLBody", "text")
        if file is not None:
            tree.expect(file, "mediaType", files.PDF)
            body.pdf = octets(file)
            return body
        for component in tree.children(tree.child(holder, "structuredBody"), "component"):
            for section in tree.children(component, "section"):
                self._section(section)
        if body.screening is None and (body.context or body.sought or body.vaccinations):
            tree.remark(holder, "Le contexte et l'objet du dépistage ne sont pas dits tous deux : il n'est pas repris.")
        return body

    def _section(self, section: etree._Element) -> None:
        tree, body = self._tree, self._body
        held = {one.get("root", "") for one in tree.children(section, "templateId")}
        for name in ("id", "title"):
            tree.take(tree.child(section, name))
        if held & {_CHAPTER, _OTHER_CHAPTER}:
            self._chapter(section)
            return
        kind = next((kind for kind in _CODES if kind in held), "")
        if not kind:
            tree.leave(section, "Cette section n'a pas de place dans le compte rendu : elle n'est pas reprise.")
            return
        tree.listed(tree.child(section, "code"), oids.LOINC, _CODES[kind])
        title = tree.line(tree.child(section, "title"))
        if kind == _COMMENTS:
            self._words(section, title)
            return
        if kind == _SCANNED:
            joined = files.attachment(tree, section, title)
            body.attachments += [joined] if joined else []
        elif kind == _REASON:
            context, sought = screening.reason(tree, section)
            body.context, body.sought = body.context or context, body.sought or sought
        elif kind == _VACCINES:
            body.vaccinations += screening.vaccinations(tree, section)
        elif body.pdf is None:
            body.pdf = files.copy(tree, section)
        else:
            tree.leave(section, "Une seconde copie du document n'est pas reprise.")
            return
        self._narratives.check(section, whole=kind == _SCANNED)

    def _words(self, section: etree._Element, title: str) -> None:
        body, text = self._body, self._tree.child(section, "text")
        if text is None:
            return
        words = _paragraphs(text)
        if title == CLINICAL_TITLE and not body.clinical_data:
            body.clinical_data = "\n".join(words)
        elif title in {REVISION_TITLE, CANCELLED_TITLE}:
            body.cancelled = title == CANCELLED_TITLE
            # The first line names who corrected and when: it is the legal authenticator.
            body.changes += words[1:]
        elif title in {COMMENTS_TITLE, ""}:
            body.comments += words
        elif words:
            body.notes.append(Note(title, words))

    def _chapter(self, section: etree._Element) -> None:
        tree = self._tree
        title = tree.line(tree.child(section, "title"))
        subs = [sub for part in tree.children(section, "component") for sub in tree.children(part, "section")]
        own = tree.coded(tree.child(section, "code"))
        read = [self._part(part, inside=True) for part in subs] if subs else [self._part(section, inside=False)]
        found = tuple(one for one in read if one is not None)
        code = own or next((one.code or one.act_codes[0] for one in found if one.code or one.act_codes), None)
        if code is None or not found:
            tree.leave(section, "Chapitre sans code ou sans résultat lisible : il n'est pas repris.")
            return
        code = code if code.display else Coded(code.code, code.system, title)
        self._body.chapters.append(Chapter(code, tuple(_under(one, code) for one in found), _other(title, code)))
        if subs:
            self._narratives.check(section)

    def _part(self, section: etree._Element, *, inside: bool) -> Section | None:
        """The results of a chapter of its own, or of a sub-chapter ``inside`` of one."""
        tree = self._tree
        title = tree.line(tree.child(section, "title"))
        tree.take(tree.child(section, "id"))
        act = tree.child(section, "entry", "act")
        if act is None or act.get("negationInd") == "true" or act.get("moodCode", "EVN") != "EVN":
            tree.leave(section, "Cette partie n'a pas de résultats lisibles : elle n'est pas reprise.")
            return None
        codes = self._act_codes(act)
        own = tree.coded(tree.child(section, "code")) if inside else None
        code = (own or (codes[0] if codes else None)) if inside else None
        if code is not None and not code.display:
            code = Coded(code.code, code.system, title)
        local: dict[Identifier, str] = {}
        samples = self._read_samples(act, local)
        results = Results(tree, {**self._samples.keys, **local} if local else self._samples.keys)
        entries = tuple(self._entries(act, results))
        read = Section(
            entries=entries,
            samples=samples,
            status=results.status(act),
            comments=results.comments(act, "entryRelationship"),
            validation=self._validation(act),
            code=code,
            performer=results.performer(act),
            title=_other(title, code) if inside and code else "",
            act_codes=codes,
        )
        read = replace(read, words=self._narratives.words(section, read))
        if not entries:
            tree.remark(section, "Cette partie n'a pas de résultat lisible : le reste n'en est pas repris.")
            return None
        return read

    def _act_codes(self, act: etree._Element) -> tuple[Coded, ...]:
        """The codes of the act of results: its own, then its translations."""
        tree, code = self._tree, self._tree.child(act, "code")
        if code is None:
            return ()
        known = (tree.coded(one) for one in (code, *tree.children(code, "translation")))
        return tuple(one for one in known if one is not None)

    def _read_samples(self, act: etree._Element, local: dict[Identifier, str]) -> tuple[Sample, ...]:
        """The samples of a section, also those that stand inside of a battery."""
        read = (self._samples.read(one, local) for one in act.iter(HL7 + "procedure"))
        return tuple(one for one in read if one is not None)

    def _entries(self, act: etree._Element, results: Results) -> list[Entry]:
        found = []
        for link in self._tree.children(act, "entryRelationship"):
            if link.get("typeCode") != "COMP":
                continue
            for one in link.iterchildren("*"):
                entry = results.entry(one) if one.tag != HL7 + "procedure" else None
                if entry is not None:
                    found.append(entry)
        return found

    def _validation(self, act: etree._Element) -> Validation | None:
        """Who validated the results; other participants of the act are left, and said."""
        found = None
        for participant in self._tree.children(act, "participant"):
            read = self._validated(participant) if found is None else None
            if read is None:
                kind = participant.get("typeCode", "")
                self._tree.leave(participant, f"Ce participant de l'acte ({kind}) n'est pas repris.")
            found = found or read
        return found

    def _validated(self, participant: etree._Element) -> Validation | None:
        tree = self._tree
        role = tree.child(participant, "participantRole")
        called = people.name(tree, tree.child(role, "playingEntity"))
        own = tree.identifier(tree.child(role, "id"))
        time = tree.take(tree.child(participant, "time"))
        at = tree.moment(tree.child(time, "high")) or tree.moment(time)
        if participant.get("typeCode") != "AUTHEN" or not called or not own or not at:
            return None
        reach = people.telecoms(tree, role)
        return Validation(Professional(own, called, address=people.address(tree, role), telecoms=reach), at)


def _paragraphs(text: etree._Element) -> tuple[str, ...]:
    """The words of a narrative, one block after the other, with what stands between."""
    blocks = [text.text or ""]
    for one in text:
        if isinstance(one.tag, str):
            blocks.append(said(one))
        blocks.append(" ".join((one.tail or "").split()))
    return tuple(block for block in map(str.strip, blocks) if block)


def _other(title: str, code: Coded) -> str:
    """A title when it is not the words of the code."""
    return "" if title == code.display else title


def _under(section: Section, chapter: Coded) -> Section:
    """``section`` without the codes of its act when they are those that the writer gives."""
    usual = section.code or chapter
    told = [(one.code, one.system) for one in section.act_codes]
    return replace(section, act_codes=()) if told == [(usual.code, usual.system)] else section
