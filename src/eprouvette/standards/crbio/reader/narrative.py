"""What the narrative of a section says that no entry points at.

A row or a paragraph that an entry points at is its words, with the value and the range beside: they are taken as said.
A paragraph or a table that nothing points at is kept as words of the section, a row is said with its place; a sentence
that repeats what the model holds, a heading (it ends with a colon) and a mark without letters are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree

from eprouvette.standards.crbio import narrative
from eprouvette.standards.crbio.reader.tree import HL7, Tree
from eprouvette.standards.crbio.reader.words import said
from eprouvette.standards.report.results import Section

_TABLE: Final = HL7 + "table"
_BODY: Final = HL7 + "tbody"
_ROW: Final = HL7 + "tr"
_UNSAID: Final = "Ces mots ne sont désignés par aucune entrée : ils ne sont pas repris."


class Narratives:
    """Checks the narrative of each section once its entries are read."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def words(self, section: etree._Element, read: Section) -> tuple[str, ...]:
        """The paragraphs and tables that no entry points at and that say more than ``read``; such rows are said."""
        known = frozenset(narrative.sentences(read))
        kept = []
        for block in self._blocks(section):
            words = said(block)
            if not _tells(words) or words in known:
                continue
            if block.tag == _ROW:
                self._tree.remark(block, _UNSAID)
            else:
                kept.append(words)
        return tuple(kept)

    def check(self, section: etree._Element, *, whole: bool = False) -> None:
        """Say what the narrative of a section without results tells beside its entries.

        With ``whole``, also what stands in a block that an entry points at, beside the words that it points at.
        """
        for block in self._blocks(section):
            if _tells(said(block)):
                self._tree.remark(block, _UNSAID)
        text = self._tree.child(section, "text") if whole else None
        for block in text.iterchildren("*") if text is not None else ():
            pointed = [said(one) for one in block.iter("*") if one in self._tree.pointed]
            words = said(block) if pointed else ""
            for part in pointed:
                words = words.replace(part, "", 1)
            if _tells(words):
                self._tree.remark(block, "Des mots à côté de ceux que l'entrée désigne ne sont pas repris.")

    def _blocks(self, section: etree._Element) -> Iterator[etree._Element]:
        text = self._tree.child(section, "text")
        if text is None:
            return
        loose = (text.text, *(one.tail for one in text))
        if any(_tells(words or "") for words in loose):
            self._tree.remark(text, "Des mots hors de tout paragraphe ne sont pas repris.")
        yield from self._silent(text, self._pointed_in(text))

    def _pointed_in(self, text: etree._Element) -> set[etree._Element]:
        """What entries point at, and all that holds it, up to ``text``."""
        alive = {text}
        for one in text.iter("*"):
            if one not in self._tree.pointed:
                continue
            node: etree._Element | None = one
            while node is not None and node not in alive:
                alive.add(node)
                node = node.getparent()
        return alive

    def _silent(self, text: etree._Element, alive: set[etree._Element]) -> Iterator[etree._Element]:
        """The blocks and the rows that hold nothing pointed at."""
        for block in text.iterchildren("*"):
            if block not in alive:
                yield block
            elif block.tag == _TABLE:
                for body in block.iterchildren(_BODY):
                    yield from (row for row in body.iterchildren(_ROW) if row not in alive)


def _tells(words: str) -> bool:
    """True for words that say something by themselves."""
    return not words.endswith(":") and any(sign.isalnum() for sign in words)
