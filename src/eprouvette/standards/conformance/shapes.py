"""Shapes that are the same wherever they stand: times, telecoms, addresses, person names, null flavours, types."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from lxml import etree

from eprouvette.standards.conformance.cda import HL7, TYPE, Cda, children, elements, local
from eprouvette.standards.conformance.findings import CRBIO, PRACTICE, STRUCTURE, Log, Rule
from eprouvette.standards.terminology import value_sets

_TELECOM: Final = re.compile(r"(tel|fax|mailto|https?|ftp|mllp):[!#-;=?-\[\]_a-z~]+")
"""A scheme, then what an address of the web may hold: neither blank nor accent, quote, brace nor bracket."""
_TELECOM_USES: Final = frozenset({"H", "HP", "HV", "WP", "DIR", "PUB", "EC", "MC", "PG"})
_ADDR_USES: Final = frozenset({"H", "HP", "HV", "WP", "TMP"})
_ABSENCES: Final = frozenset({"UNK", "NASK", "ASKU", "NAV", "MSK"})
_STRUCTURED: Final = frozenset(
    [
        "houseNumber",
        "streetName",
        "streetNameType",
        "unitID",
        "additionalLocator",
        "postBox",
        "precinct",
        "postalCode",
        "city",
        "county",
        "state",
        "country",
    ]
)
_TIME: Final = re.compile(r"([0-9]{4,14})(\.[0-9]+)?([+-][0-9]{4})?")
_PERSONS: Final = frozenset(
    HL7 + name
    for name in (
        [
            "patient",
            "assignedPerson",
            "associatedPerson",
            "informationRecipient",
            "playingEntity",
            "relatedPerson",
            "guardianPerson",
        ]
    )
)
_CARERS: Final = frozenset(HL7 + name for name in ("assignedPerson", "associatedPerson", "informationRecipient"))

TIME = Rule("SHP-01", "error", "Cette date n'a pas la forme AAAAMMJJhhmmss±zzzz.", STRUCTURE)
OFFSET = Rule("SHP-02", "error", "Le décalage horaire (±zzzz) manque à cette heure.", PRACTICE)
FRACTION = Rule("SHP-03", "error", "Les fractions de seconde ne sont pas admises.", PRACTICE)
INTERVAL = Rule("SHP-04", "error", "La fin de cette période précède son début.", PRACTICE)
TELECOM = Rule(
    "SHP-05", "error", "telecom doit commencer par tel:, fax:, mailto:, http:, ftp: ou mllp:, sans espace.", STRUCTURE
)
TELECOM_NULL = Rule(
    "SHP-06", "error", "telecom porte soit une valeur, soit un nullFlavor admis, jamais les deux.", STRUCTURE
)
TELECOM_USE = Rule("SHP-07", "error", "L'usage « {use} » d'un telecom n'est pas admis.", STRUCTURE)
ADDR_USE = Rule("SHP-08", "error", "L'usage « {use} » d'une adresse n'est pas admis.", STRUCTURE)
ADDR_EMPTY = Rule("SHP-09", "error", "Une ligne ou une partie d'adresse est vide.", STRUCTURE)
ADDR_MIXED = Rule(
    "SHP-10", "warning", "Une adresse est soit en lignes, soit en parties structurées, pas les deux.", STRUCTURE
)
CIVILITY = Rule("SHP-11", "error", "La civilité (prefix) « {code} » n'est pas dans le jeu J245 (M, MME).", STRUCTURE)
TITLE = Rule("SHP-12", "error", "Le titre (suffix) « {code} » n'est pas dans le jeu J246 (DR, PR…).", STRUCTURE)
FAMILY = Rule("SHP-13", "error", "Le nom de famille (family) doit figurer une fois et une seule.", STRUCTURE)
NAME_PARTS = Rule("SHP-14", "error", "{name} figure plusieurs fois dans ce nom de professionnel.", STRUCTURE)
LEGAL_NAME = Rule("SHP-15", "error", "Le qualifieur LS est réservé aux organisations.", STRUCTURE)
NULL = Rule("SHP-16", "error", "Un élément à nullFlavor ne porte ni valeur ni contenu.", STRUCTURE)
SPECIALTY = Rule(
    "SHP-18", "error", "Le code de profession « {code} » n'est pas dans le jeu J01, ou incomplet.", STRUCTURE
)
SETTING = Rule("SHP-19", "error", "Le cadre d'exercice « {code} » n'est pas dans le jeu J04, ou incomplet.", STRUCTURE)
PROFESSIONAL = Rule(
    "SHP-20", "error", "Identifiant de professionnel : « 8 » et onze chiffres (RPPS) attendus.", PRACTICE
)
ORGANIZATION = Rule(
    "SHP-21", "error", "Identifiant de structure : « 1 » et un FINESS ou « 3 » et un SIRET attendus.", CRBIO
)
ROOT = Rule("SHP-22", "error", "Un identifiant (id) porte une racine, ou un nullFlavor seul.", STRUCTURE)
BOUND = Rule("SHP-23", "error", "Une date ou une borne ne porte ni valeur ni nullFlavor.", STRUCTURE)

_NULL_FREE: Final = frozenset({"code", "translation", "value"})


def check(cda: Cda, log: Log) -> None:
    """The rules of shapes, over the whole document."""
    _times(cda, log)
    for telecom in cda.all("telecom"):
        _telecom(telecom, log)
    for addr in cda.all("addr"):
        _addr(addr, log)
    for name in cda.all("name"):
        parent = name.getparent()
        if parent is not None and parent.tag in _PERSONS:
            _name(name, log, carer=parent.tag in _CARERS)
    _nulls(cda, log)
    _codes(cda, log)
    _identifiers(cda, log)


def _times(cda: Cda, log: Log) -> None:
    known: dict[str, Rule | None] = {}
    for tag in ("time", "effectiveTime"):
        for element in cda.all(tag):
            _time(element, known, log)
            bounds: dict[str, str] = {}
            for bound in element.iterchildren("*"):
                _time(bound, known, log)
                bounds[local(bound)] = bound.get("value", "")
                if bound.get("value") is None and bound.get("nullFlavor") is None:
                    log.add(BOUND, bound)
            if not bounds:
                if element.get("value") is None and element.get("nullFlavor") is None:
                    log.add(BOUND, element)
            elif len(bounds) > 1:
                low, high = (_instant(bounds.get(side, "")) for side in ("low", "high"))
                if low and high and high < low:
                    log.add(INTERVAL, element)


def _time(element: etree._Element, known: dict[str, Rule | None], log: Log) -> None:
    raw = element.get("value")
    if raw is None:
        return
    if raw not in known:
        known[raw] = _fault(raw)
    rule = known[raw]
    if rule is not None:
        log.add(rule, element)


def _fault(raw: str) -> Rule | None:
    """The rule that a written time does not satisfy."""
    found = _TIME.fullmatch(raw)
    if not found or not _is_date(found[1]):
        return TIME
    if found[2]:
        return FRACTION
    return OFFSET if len(found[1]) > 8 and not found[3] else None


def _is_date(digits: str) -> bool:
    if len(digits) % 2:
        return False
    parts = (int(digits[:4]), *(int(digits[at : at + 2]) for at in range(4, len(digits), 2)))
    try:
        datetime(*(*parts, 1, 1)[: max(3, len(parts))])  # type: ignore[arg-type]  # noqa: DTZ001 - only asks whether the day exists
    except ValueError:
        return False
    return True


def _instant(raw: str) -> datetime | None:
    """The instant, when the text says one to the second with its offset."""
    if len(raw) != 19:
        return None
    try:
        return datetime.fromisoformat(f"{raw[:8]}T{raw[8:]}")
    except ValueError:
        return None


def _telecom(telecom: etree._Element, log: Log) -> None:
    value, absent, use = telecom.get("value"), telecom.get("nullFlavor"), telecom.get("use")
    if (value is None) == (absent is None) or (absent is not None and absent not in _ABSENCES):
        log.add(TELECOM_NULL, telecom)
    if value is not None and not _TELECOM.fullmatch(value):
        log.add(TELECOM, telecom)
    if use is not None and use not in _TELECOM_USES:
        log.add(TELECOM_USE, telecom, use=use)


def _addr(addr: etree._Element, log: Log) -> None:
    use = addr.get("use")
    if use is not None and use not in _ADDR_USES:
        log.add(ADDR_USE, addr, use=use)
    names = set()
    for part in elements(addr):
        names.add(local(part))
        if not (part.text or "").strip() and part.get("nullFlavor") is None:
            log.add(ADDR_EMPTY, part)
    if "streetAddressLine" in names and names & _STRUCTURED:
        log.add(ADDR_MIXED, addr)


def _name(name: etree._Element, log: Log, *, carer: bool) -> None:
    counts: dict[str, int] = {}
    for part in elements(name):
        tag = local(part)
        counts[tag] = counts.get(tag, 0) + 1
        words = (part.text or "").strip()
        if tag == "prefix" and words not in value_sets.codes("J245"):
            log.add(CIVILITY, part, code=words[:12])
        elif tag == "suffix" and words not in value_sets.codes("J246"):
            log.add(TITLE, part, code=words[:12])
        if "LS" in part.get("qualifier", "").split():
            log.add(LEGAL_NAME, part)
    if not carer or name.get("nullFlavor"):
        return
    if counts.get("family", 0) != 1:
        log.add(FAMILY, name)
    for tag in ("given", "prefix", "suffix"):
        if counts.get(tag, 0) > 1:
            log.add(NAME_PARTS, name, name=tag)


def _nulls(cda: Cda, log: Log) -> None:
    for element in cda.absent:
        others = {key for key in element.attrib if key not in {"nullFlavor", TYPE}}
        if others & {"value", "code", "extension", "unit"} or (len(element) and local(element) not in _NULL_FREE):
            log.add(NULL, element)


def _codes(cda: Cda, log: Log) -> None:
    for holder in ("assignedAuthor", "assignedEntity", "associatedEntity"):
        for entity in cda.all(holder):
            for code in children(entity, "code"):
                if not _complete(code) or not value_sets.contains("J01", code.get("codeSystem"), code.get("code")):
                    log.add(SPECIALTY, code, code=code.get("code", ""))
    for code in cda.all("standardIndustryClassCode"):
        if not _complete(code) or not value_sets.contains("J04", code.get("codeSystem"), code.get("code")):
            log.add(SETTING, code, code=code.get("code", ""))


_FORMS: Final = {
    "1.2.250.1.71.4.2.1": (re.compile(r"[0-9].{1,63}"), PROFESSIONAL),
    "1.2.250.1.71.4.2.2": (re.compile(r"[0-9].{1,63}"), ORGANIZATION),
}
_STRICT: Final = {"8": re.compile(r"8[0-9]{11}"), "1": re.compile(r"1[0-9A-Z]{9}"), "3": re.compile(r"3[0-9]{14}")}


def _identifiers(cda: Cda, log: Log) -> None:
    """A national identifier begins with its kind; only the kinds of CR-BIO have a length checked here."""
    for element in cda.all("id"):
        if (element.get("root") is None) == (element.get("nullFlavor") is None):
            log.add(ROOT, element)
        form = _FORMS.get(element.get("root", ""))
        if form is None:
            continue
        extension = element.get("extension", "")
        strict = _STRICT.get(extension[:1]) if form[1] is ORGANIZATION or extension[:1] == "8" else None
        if not (strict or form[0]).fullmatch(extension):
            log.add(form[1], element)


def _complete(code: etree._Element) -> bool:
    return bool(code.get("code") and code.get("displayName") and code.get("codeSystem"))
