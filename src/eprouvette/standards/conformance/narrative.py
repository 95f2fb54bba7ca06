"""What people read, and the links from the entries to it."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from eprouvette.standards.conformance.cda import HL7, Cda, select
from eprouvette.standards.conformance.findings import PRACTICE, SCHEMA, Log, Rule

_SECTION: Final = HL7 + "section"
_NAMED: Final = etree.XPath("descendant::*[@ID]")
_NAME: Final = re.compile(r"[^\W\d][\w.\-]*")

DANGLING = Rule("NAR-01", "error", "La référence {target} ne mène à aucun ID du document.", PRACTICE)
DUPLICATE = Rule("NAR-02", "error", "L'ID {target} figure deux fois.", SCHEMA)
NAME = Rule("NAR-03", "error", "L'ID {target} n'est pas un nom XML (ni chiffre en tête, ni espace).", SCHEMA)
MEDIA = Rule("NAR-04", "error", "renderMultiMedia renvoie à {target}, qui n'existe pas.", PRACTICE)
EMPTY = Rule("NAR-05", "error", "Le texte de cette section est vide : rien ne serait lu.", PRACTICE)
FORM = Rule("NAR-06", "error", "Une référence au texte commence par « # ».", PRACTICE)


def check(cda: Cda, log: Log) -> None:
    """The rules of the narrative; a level 1 document has none."""
    held = _names(cda, log)
    for reference in cda.all("reference"):
        value = reference.get("value")
        if value is None:
            continue
        if not value.startswith("#"):
            log.add(FORM, reference)
        elif value[1:] not in held:
            log.add(DANGLING, reference, target=value)
    for media in cda.all("renderMultiMedia"):
        for target in media.get("referencedObject", "").split():
            if target not in held:
                log.add(MEDIA, media, target=target)
    for text in cda.all("text"):
        parent = text.getparent()
        if parent is not None and parent.tag == _SECTION and not len(text) and not (text.text or "").strip():
            log.add(EMPTY, parent)


def _names(cda: Cda, log: Log) -> set[str]:
    held: set[str] = set()
    for element in select(_NAMED, cda):
        name = element.get("ID", "")
        if name in held:
            log.add(DUPLICATE, element, target=name)
        if not _NAME.fullmatch(name):
            log.add(NAME, element, target=name)
        held.add(name)
    return held
