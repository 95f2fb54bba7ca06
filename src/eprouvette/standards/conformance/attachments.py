"""The PDF copy, attached documents, images, the body of a level 1 document, and the self-presentable file."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final, cast

from lxml import etree

from eprouvette.core import oids
from eprouvette.standards.conformance.body import PDF_COPY
from eprouvette.standards.conformance.cda import (
    XSL,
    Cda,
    child,
    children,
    descend,
    local,
    templates,
    text_of,
)
from eprouvette.standards.conformance.findings import CRBIO, MODELS, PRACTICE, STRUCTURE, Log, Rule

_ORGANIZER: Final = "1.2.250.1.213.1.1.3.18"
_KIND: Final = ("1.3.6.1.4.1.19376.1.5.3.1.4.13", "1.2.250.1.213.1.1.3.48", "1.2.250.1.213.1.1.3.48.18")
_IMAGE: Final = ("2.16.840.1.113883.10.12.304", "1.2.250.1.213.1.1.3.103")
_IMAGES: Final = frozenset({"image/png", "image/jpeg", "image/gif"})
_CONTENTS: Final = "{urn:asip-sante:ci-sis}Contenu"
_PREFIX_CHARACTERS: Final = 40
_ACTING: Final = frozenset({"script", "iframe", "embed", "applet", "base", "link", "form"})
_FETCHING: Final = frozenset({"src", "href", "data", "srcset", "background", "poster", "action"})
_OUTSIDE: Final = re.compile(r"\s*([a-z][a-z0-9+.\-]*:)?//|\s*(javascript|vbscript|file):", re.IGNORECASE)
_STYLED: Final = re.compile(r"@import|url\(\s*['\"]?(?!data:|#)", re.IGNORECASE)

SECTION = Rule("ATT-01", "error", "La section de copie a pour code 55108-5 et pour titre « Copie du document ».", CRBIO)
ORGANIZER = Rule("ATT-02", "error", "Le document attaché (CLUSTER, 55107-7, un id, completed) manque.", MODELS)
KIND = Rule("ATT-03", "error", "Le type du document attaché (69764-9) manque ou est incomplet.", MODELS)
MEDIA = Rule("ATT-04", "error", "Le document attaché n'a pas de contenu (observationMedia OBS, EVN, avec ID).", MODELS)
ENCODED = Rule("ATT-05", "error", "Le contenu doit porter mediaType et representation « B64 ».", MODELS)
PDF = Rule("ATT-06", "error", "Le contenu annoncé en PDF n'en est pas un.", PRACTICE)
IMAGE_ID = Rule("ATT-07", "error", "L'image ne porte pas d'ID : le texte ne peut pas la montrer.", PRACTICE)
IMAGE_T = Rule("ATT-08", "error", "L'image doit porter ses deux templateId.", MODELS)
IMAGE_TYPE = Rule("ATT-09", "error", "Une image est png, jpeg ou gif, en B64.", CRBIO)
BODY = Rule("ATT-10", "error", "Un document de niveau 1 contient un PDF en B64 (nonXMLBody).", STRUCTURE)
FIRST = Rule("ATT-11", "error", "data:Contenu doit être le premier élément d'un fichier auto-présentable.", CRBIO)
OUTSIDE = Rule("ATT-12", "error", "La feuille de style ne doit rien charger d'ailleurs ({name}).", CRBIO)
ACTS = Rule(
    "ATT-14", "error", "La feuille de style n'écrit ni script, ni action, ni adresse du dehors ({name}).", CRBIO
)
SHOWN = Rule("ATT-13", "error", "Le fichier auto-présentable doit désigner sa propre feuille de style (#…).", CRBIO)


def check(cda: Cda, log: Log) -> None:
    """The rules of attachments and of the envelope."""
    if cda.is_n1:
        value = descend(cda.root, "component", "nonXMLBody", "text")
        if value is None or value.get("mediaType") != "application/pdf" or value.get("representation") != "B64":
            log.add(BODY, cda.root)
        else:
            _content(value, log)
    for section in cda.all("section"):
        if PDF_COPY in templates(section):
            _copy(section, log)
    for organizer in cda.all("organizer"):
        if _ORGANIZER in templates(organizer):
            _organizer(organizer, log)
    for media in cda.all("observationMedia"):
        _media(media, log)
    if cda.envelope is not None:
        _envelope(cda.envelope, log)


def _copy(section: etree._Element, log: Log) -> None:
    code = child(section, "code")
    named = code is not None and code.get("code") == "55108-5" and code.get("codeSystem") == oids.LOINC
    if not named or text_of(child(section, "title")) != "Copie du document":
        log.add(SECTION, section)
    organizers = [found for entry in children(section, "entry") for found in children(entry, "organizer")]
    if not any(_ORGANIZER in templates(organizer) for organizer in organizers):
        log.add(ORGANIZER, section)


def _organizer(organizer: etree._Element, log: Log) -> None:
    code, status = child(organizer, "code"), child(organizer, "statusCode")
    if (
        (organizer.get("classCode"), organizer.get("moodCode")) != ("CLUSTER", "EVN")
        or len(children(organizer, "id")) != 1
        or code is None
        or code.get("code") != "55107-7"
        or status is None
        or status.get("code") != "completed"
    ):
        log.add(ORGANIZER, organizer)
    parts = children(organizer, "component")
    observations = [found for part in parts for found in children(part, "observation")]
    medias = [found for part in parts for found in children(part, "observationMedia")]
    if not any(_is_kind(observation) for observation in observations):
        log.add(KIND, organizer)
    shown = [media for media in medias if (media.get("classCode"), media.get("moodCode")) == ("OBS", "EVN")]
    if not shown or any(not media.get("ID") for media in medias):
        log.add(MEDIA, organizer)


def _is_kind(observation: etree._Element) -> bool:
    code, status = child(observation, "code"), child(observation, "statusCode")
    return (
        set(templates(observation)) >= set(_KIND)
        and len(children(observation, "id")) == 1
        and code is not None
        and (code.get("code"), code.get("codeSystem")) == ("69764-9", oids.LOINC)
        and status is not None
        and status.get("code") == "completed"
        and all(child(observation, name) is not None for name in ("id", "effectiveTime", "value"))
        and descend(observation, "text", "reference") is not None
    )


def _media(media: etree._Element, log: Log) -> None:
    value, held = child(media, "value"), templates(media)
    kind = "" if value is None else value.get("mediaType", "")
    if value is None or not kind or value.get("representation") != "B64":
        log.add(ENCODED, media)
    else:
        _content(value, log)
    image = kind.startswith("image/") or any(oid in held for oid in _IMAGE)
    if not image:
        return
    if not media.get("ID"):
        log.add(IMAGE_ID, media)
    if not set(held) >= set(_IMAGE):
        log.add(IMAGE_T, media)
    if kind not in _IMAGES:
        log.add(IMAGE_TYPE, media)


def _content(value: etree._Element, log: Log) -> None:
    """Only the first bytes are decoded: the PDF itself is judged where it is made."""
    if value.get("mediaType") != "application/pdf":
        return
    start = "".join((value.text or "")[:_PREFIX_CHARACTERS].split())
    try:
        head = base64.b64decode(start[: len(start) // 4 * 4], validate=True)
    except (binascii.Error, ValueError):
        head = b""
    if not head.startswith(b"%PDF"):
        log.add(PDF, value)


def _envelope(sheet: etree._Element, log: Log) -> None:
    first = next(sheet.iterchildren("*"), None)
    if first is None or first.tag != _CONTENTS:
        log.add(FIRST, sheet)
    instructions = [
        node for node in sheet.itersiblings(preceding=True) if isinstance(node, etree._ProcessingInstruction)
    ]
    if not any(node.target == "xml-stylesheet" and 'href="#' in (node.text or "") for node in instructions):
        log.add(SHOWN, sheet)
    for element in sheet.iter(XSL + "import", XSL + "include"):
        log.add(OUTSIDE, element, name=local(element))
    for element in sheet.iterchildren("*"):
        if element.tag != _CONTENTS:
            _written(element, log)
    for element in sheet.iter(XSL + "*"):
        if "document(" in element.get("select", "") + element.get("test", ""):
            log.add(OUTSIDE, element, name="document()")


def _written(template: etree._Element, log: Log) -> None:
    """What a template writes: a page that acts by itself, or that fetches, is refused."""
    for element in template.iter("*"):
        name = local(element)
        if element.tag == XSL + "element" or element.tag == XSL + "attribute":
            name = element.get("name", "")
        if name.lower() in _ACTING or (element.tag == XSL + "attribute" and name.lower().startswith("on")):
            log.add(ACTS, element, name=name)
        for attribute, value in cast("list[tuple[str, str]]", element.items()):
            outside = attribute.lower() in _FETCHING and _OUTSIDE.match(value) and not element.tag.startswith(XSL)
            if attribute.lower().startswith("on") or outside or "@import" in value:
                log.add(ACTS, element, name=attribute)
        if local(element) == "style" and _STYLED.search(element.text or ""):
            log.add(ACTS, element, name="style")
