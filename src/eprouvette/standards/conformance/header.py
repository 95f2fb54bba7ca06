"""The document's own identity: templates, id, code, title, time, language, version, what it replaces."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from eprouvette.core import oids
from eprouvette.standards.conformance.cda import Cda, Version, child, children, elements, local, templates, text_of
from eprouvette.standards.conformance.findings import CRBIO, PRACTICE, STRUCTURE, Log, Rule
from eprouvette.standards.terminology import value_sets

COMMON_TEMPLATES: Final = ("2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1")
N1_TEMPLATES: Final = {*COMMON_TEMPLATES, "1.3.6.1.4.1.19376.1.2.20"}
PALM_TEMPLATE: Final = "1.3.6.1.4.1.19376.1.3.3"
CRBIO_TEMPLATE: Final = "1.2.250.1.213.1.1.1.55"
VERSIONS: Final[dict[Version, frozenset[str | None]]] = {
    # The rules of 2024.01 hold for a document of 2023.01, which differs by its extension only.
    "2024.01": frozenset({"2023.01", "2024.01"}),
    "2021.01": frozenset({None}),
}
TITLE: Final = "Compte rendu d'examens biologiques"
CODE: Final = {"code": "11502-2", "codeSystem": oids.LOINC, "displayName": "CR d'examens biologiques"}

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}-[A-Z]{2}")

REALM = Rule("HDR-01", "error", "realmCode doit valoir « FR ».", STRUCTURE)
TYPE_ID = Rule("HDR-02", "error", "typeId doit valoir 2.16.840.1.113883.1.3 / POCD_HD000040.", STRUCTURE)
TEMPLATE = Rule("HDR-03", "error", "Le templateId {oid} manque au document.", STRUCTURE)
PALM = Rule("HDR-04", "error", "Le templateId IHE du compte rendu de biologie (1.3.6.1.4.1.19376.1.3.3) manque.", CRBIO)
DECLARED = Rule("HDR-05", "error", "Le templateId CR-BIO (1.2.250.1.213.1.1.1.55) manque au document.", PRACTICE)
VERSION = Rule("HDR-06", "warning", "La version CR-BIO déclarée n'est pas celle du profil demandé.", PRACTICE)
N1 = Rule(
    "HDR-07", "error", "Un document de niveau 1 porte exactement trois templateId, et aucun de CR-BIO.", STRUCTURE
)
ID = Rule("HDR-08", "error", "L'identifiant du document doit avoir une racine OID ou UUID valable.", STRUCTURE)
KIND = Rule("HDR-09", "error", "Le code du document doit être 11502-2 (LOINC), « CR d'examens biologiques ».", CRBIO)
TITLED = Rule("HDR-10", "error", "Le titre doit être exactement « Compte rendu d'examens biologiques ».", CRBIO)
CREATED = Rule("HDR-11", "error", "effectiveTime du document doit porter une seule valeur, sans contenu.", STRUCTURE)
SECRECY = Rule("HDR-12", "error", "confidentialityCode doit être complet et dans son jeu de valeurs.", STRUCTURE)
LANGUAGE = Rule("HDR-13", "error", "languageCode doit avoir la forme « fr-FR ».", STRUCTURE)
SET_ID = Rule("HDR-14", "error", "setId est obligatoire, avec une racine valable et sans nullFlavor.", STRUCTURE)
NUMBER = Rule("HDR-15", "error", "versionNumber doit être un entier supérieur à zéro.", STRUCTURE)
REPLACES = Rule("HDR-16", "error", "Une version supérieure à 1 doit citer le document remplacé.", PRACTICE)
REPLACED = Rule(
    "HDR-17", "error", "relatedDocument doit être RPLC, avec un seul identifiant, autre que le sien.", STRUCTURE
)
FIRST = Rule("HDR-18", "error", "Un document qui en remplace un autre a un numéro de version supérieur à 1.", PRACTICE)
ONCE = Rule("HDR-20", "error", "L'élément {name} doit figurer une fois et une seule dans l'en-tête.", STRUCTURE)

_ONCE: Final = [
    "realmCode",
    "typeId",
    "id",
    "code",
    "title",
    "effectiveTime",
    "confidentialityCode",
    "languageCode",
    "setId",
    "versionNumber",
    "recordTarget",
    "custodian",
    "legalAuthenticator",
    "componentOf",
    "component",
]


def check(cda: Cda, log: Log) -> None:
    """The rules of the document's identity, for N3 and N1."""
    root = cda.root
    _shape(root, log)
    _templates(cda, log)
    _fixed(root, log)
    _identity(root, log)
    _replacement(root, log)


def _shape(root: etree._Element, log: Log) -> None:
    counts = dict.fromkeys(_ONCE, 0)
    for element in elements(root):
        name = local(element)
        if name in counts:
            counts[name] += 1
    for name, count in counts.items():
        if count != 1:
            log.add(ONCE, root, name=name)


def _templates(cda: Cda, log: Log) -> None:
    root, held = cda.root, templates(cda.root)
    for oid in COMMON_TEMPLATES:
        if oid not in held:
            log.add(TEMPLATE, root, oid=oid)
    if cda.is_n1:
        if len(held) != 3 or set(held) != N1_TEMPLATES:
            log.add(N1, root)
        return
    if PALM_TEMPLATE not in held:
        log.add(PALM, root)
    if CRBIO_TEMPLATE not in held:
        log.add(DECLARED, root)
        return
    declared = next(t for t in children(root, "templateId") if t.get("root") == CRBIO_TEMPLATE)
    if declared.get("extension") not in VERSIONS[cda.version]:
        log.add(VERSION, declared)


def _fixed(root: etree._Element, log: Log) -> None:
    for name, wanted, rule in (
        ("realmCode", {"code": "FR"}, REALM),
        ("typeId", {"root": "2.16.840.1.113883.1.3", "extension": "POCD_HD000040"}, TYPE_ID),
        ("code", CODE, KIND),
    ):
        element = child(root, name)
        if element is not None and any(element.get(key) != value for key, value in wanted.items()):
            log.add(rule, element)
    title = child(root, "title")
    if title is not None and (title.text != TITLE or len(title)):
        log.add(TITLED, title)
    secrecy = child(root, "confidentialityCode")
    if secrecy is not None and not (
        value_sets.contains("confidentiality", secrecy.get("codeSystem"), secrecy.get("code"))
        and secrecy.get("displayName")
    ):
        log.add(SECRECY, secrecy)
    language = child(root, "languageCode")
    if language is not None and not _LANGUAGE.fullmatch(language.get("code", "")):
        log.add(LANGUAGE, language)


def _identity(root: etree._Element, log: Log) -> None:
    own = child(root, "id")
    if own is not None and (not is_root(own.get("root")) or own.get("extension") == ""):
        log.add(ID, own)
    created = child(root, "effectiveTime")
    if created is not None and (not created.get("value") or len(created) or text_of(created)):
        log.add(CREATED, created)
    group = child(root, "setId")
    if group is not None and (group.get("nullFlavor") or not is_root(group.get("root"))):
        log.add(SET_ID, group)
    number = child(root, "versionNumber")
    if number is not None and version_of(root) < 1:
        log.add(NUMBER, number)


def _replacement(root: etree._Element, log: Log) -> None:
    number, related = version_of(root), child(root, "relatedDocument")
    if related is None:
        if number > 1:
            log.add(REPLACES, root)
        return
    named = children(child(related, "parentDocument"), "id")
    own = child(root, "id")
    same = own is not None and len(named) == 1 and named[0].items() == own.items()
    if related.get("typeCode") != "RPLC" or len(named) != 1 or same:
        log.add(REPLACED, related)
    if number == 1:
        log.add(FIRST, related)


def version_of(root: etree._Element) -> int:
    """The version number of the document; 0 when it is not a positive integer."""
    number = child(root, "versionNumber")
    raw = "" if number is None else number.get("value", "")
    return int(raw) if raw.isascii() and raw.isdecimal() else 0


def is_root(text: str | None) -> bool:
    """True for an OID or a UUID: no reserved identifier (RUID) is known to CDA."""
    return text is not None and (oids.is_oid(text) or _UUID.fullmatch(text) is not None)
