"""Reads the envelope: every header that the contract asks for, then the one element of the body.

Source: DESIR_ICIR_EXP 1.5.0, CTXBAM 01_02, CTXLPS 01_00; digest ``exchanges.md`` 1.1 and 1.2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Final

from lxml import etree

from eprouvette.sandbox.insi.faults import SOAP, malformed, unknown_software

BAM: Final = "urn:siram:bam:ctxbam"
LPS: Final = "urn:siram:lps:ctxlps"
ADDRESSING: Final = "http://www.w3.org/2005/08/addressing"
SECURITY: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
ASSERTION: Final = "{urn:oasis:names:tc:SAML:2.0:assertion}Assertion"
CLOCK: Final = timedelta(minutes=5)
ACTION: Final = re.compile(r"urn:ServiceIdentiteCertifiee:1\.0\.0:([A-Za-z]+)")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_KNOWN: Final = frozenset(
    {f"{{{BAM}}}ContexteBAM", f"{{{LPS}}}ContexteLPS", f"{{{SECURITY}}}Security"}
    | {f"{{{ADDRESSING}}}{name}" for name in ("Action", "MessageID", "To", "ReplyTo")}
)


@dataclass(frozen=True, slots=True)
class Question:
    """A message that is of its form."""

    operation: str
    message_id: str
    emitter: str
    content: etree._Element


def parse(body: bytes) -> etree._Element:
    """The envelope, without entities, DTD or network; raises `InsiFaultError`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise malformed("Le message n'est pas du XML bien formé.", "simu_001") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise malformed("Le message porte une DTD.", "simu_002")
    if root.tag != f"{{{SOAP}}}Envelope":
        raise malformed("Ce n'est pas une enveloppe SOAP 1.2.", "simu_003")
    return root


def message_id(root: etree._Element) -> str:
    """The id that a fault repeats, as far as it can be read."""
    return root.findtext(f"{{{SOAP}}}Header/{{{ADDRESSING}}}MessageID") or ""


def read(root: etree._Element, content_type: str, now: datetime) -> Question:
    """The question of an envelope, all its headers checked; raises `InsiFaultError`."""
    headers, bodies = root.findall(f"{{{SOAP}}}Header"), root.findall(f"{{{SOAP}}}Body")
    if len(headers) != 1 or len(bodies) != 1:
        raise malformed("L'enveloppe n'a pas un en-tête et un corps.", "simu_010")
    header = headers[0]
    _understood(header)
    emitter = _bam(_one(header, BAM, "ContexteBAM"), now)
    if _lps(_one(header, LPS, "ContexteLPS"), now) != emitter:
        raise malformed("Les deux contextes n'ont pas le même émetteur.", "simu_025")
    action = (_one(header, ADDRESSING, "Action").text or "").strip()
    operation = ACTION.fullmatch(action)
    if operation is None or action != _http_action(content_type):
        raise malformed("L'action de l'en-tête n'est pas celle de HTTP, ou n'est pas du service.", "simu_011")
    identifier = (_one(header, ADDRESSING, "MessageID").text or "").strip()
    if not identifier.startswith("uuid:") or not _UUID.fullmatch(identifier[5:]):
        raise malformed("MessageID n'a pas la forme uuid:<uuid>.", "simu_012")
    security = header.findall(f"{{{SECURITY}}}Security")
    if any(one.find(ASSERTION) is None for one in security):
        raise malformed("wsse:Security ne porte pas d'assertion.", "simu_013")
    contents = [one for one in bodies[0] if isinstance(one.tag, str)]
    if len(contents) != 1:
        raise malformed("Le corps ne porte pas un seul élément.", "simu_014")
    return Question(operation[1], identifier, emitter, contents[0])


def leaves(
    parent: etree._Element, space: str, allowed: tuple[str, ...], detail: str
) -> dict[str, list[etree._Element]]:
    """The children by name: only those allowed, in that order; raises `InsiFaultError`."""
    found: dict[str, list[etree._Element]] = {name: [] for name in allowed}
    place = 0
    for child in parent:
        if not isinstance(child.tag, str):
            continue
        name = child.tag.removeprefix(f"{{{space}}}")
        if name not in found or allowed.index(name) < place:
            raise malformed(f"L'élément {etree.QName(child).localname} n'est pas attendu à cette place.", detail)
        place = allowed.index(name)
        found[name].append(child)
    return found


def _understood(header: etree._Element) -> None:
    for one in header:
        must = one.get(f"{{{SOAP}}}mustUnderstand", "")
        if isinstance(one.tag, str) and one.tag not in _KNOWN and must in {"1", "true"}:
            fault = malformed("Un en-tête obligatoire n'est pas compris.", "simu_015")
            fault.code = "MustUnderstand"
            raise fault


def _one(header: etree._Element, space: str, name: str) -> etree._Element:
    found = header.findall(f"{{{space}}}{name}")
    if len(found) != 1:
        raise malformed(f"L'en-tête {name} est absent ou n'est pas unique.", "simu_016")
    return found[0]


def _bam(context: etree._Element, now: datetime) -> str:
    if context.get("Version") != "01_02" or context.get("Nature", "CTXBAM") != "CTXBAM":
        raise malformed("La version du contexte BAM n'est pas 01_02.", "simu_020")
    parts = leaves(context, BAM, ("Id", "Temps", "Emetteur", "DateRef", "COUVERTURE"), "simu_021")
    if len(parts["COUVERTURE"]) != 1:
        raise malformed("COUVERTURE doit être présent, même vide.", "simu_022")
    return _identified(parts, now)


def _lps(context: etree._Element, now: datetime) -> str:
    if context.get("Version") != "01_00" or context.get("Nature") != "CTXLPS":
        raise malformed("La version du contexte LPS n'est pas 01_00.", "simu_030")
    parts = leaves(context, LPS, ("Id", "Temps", "Emetteur", "LPS"), "simu_031")
    if len(parts["LPS"]) != 1:
        raise malformed("L'élément LPS manque.", "simu_032")
    software = leaves(parts["LPS"][0], LPS, ("IDAM", "Version", "Instance", "Nom"), "simu_033")
    if any(len(one) != 1 for one in software.values()):
        raise malformed("IDAM, Version, Instance et Nom sont attendus une fois chacun.", "simu_034")
    idam, version, instance, name = (software[key][0] for key in ("IDAM", "Version", "Instance", "Nom"))
    if idam.get("R") != "4":
        raise malformed("IDAM doit porter R=« 4 ».", "simu_035")
    if (idam.text or "").strip() in {"", "KO"}:
        raise unknown_software()
    if not _UUID.fullmatch((instance.text or "").strip()):
        raise malformed("Instance n'est pas un UUID.", "simu_036")
    parts_of_name = (name.text or "").strip().split(":")
    if (
        parts_of_name[:2] != ["urn", "lps"]
        or len(parts_of_name) != 4
        or parts_of_name[3] != (version.text or "").strip()
    ):
        raise malformed("Nom n'a pas la forme urn:lps:<nom>:<version>.", "simu_037")
    return _identified(parts, now)


def _identified(parts: dict[str, list[etree._Element]], now: datetime) -> str:
    """Id, time and emitter of a context; returns the emitter."""
    if any(len(parts[name]) != 1 for name in ("Id", "Temps", "Emetteur")):
        raise malformed("Id, Temps et Emetteur sont attendus une fois chacun dans un contexte.", "simu_040")
    if not _UUID.fullmatch((parts["Id"][0].text or "").strip()):
        raise malformed("L'Id d'un contexte n'est pas un UUID.", "simu_041")
    try:
        at = datetime.fromisoformat((parts["Temps"][0].text or "").strip().replace("Z", "+00:00"))
    except ValueError as error:
        raise malformed("Temps n'est pas une date et une heure.", "simu_042") from error
    if at.tzinfo is None or abs(at.astimezone(UTC) - now) > CLOCK:
        raise malformed("Temps est sans décalage, ou trop loin de l'heure du service.", "simu_043")
    emitter = (parts["Emetteur"][0].text or "").strip()
    if not emitter:
        raise malformed("L'émetteur est vide.", "simu_044")
    return emitter


def _http_action(content_type: str) -> str:
    """The action of the Content-Type, which must be that of SOAP 1.2 in UTF-8."""
    header = Message()
    header["Content-Type"] = content_type
    charset = str(header.get_param("charset", "")).lower()
    if header.get_content_type() != "application/soap+xml" or charset != "utf-8":
        raise malformed("Content-Type n'est pas application/soap+xml en UTF-8.", "simu_017")
    return str(header.get_param("action", ""))
