"""The envelope of every call: contexts BAM and LPS, WS-Addressing, and an assertion when one is needed.

Source: DESIR_ICIR_EXP 1.5.0 (contexts 01_02 and 01_00); digest ``exchanges.md`` 1.1 and 1.2. A VIHF has no place
here; with a structure certificate ``wsse:Security`` is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from eprouvette.core.errors import InvalidValueError
from eprouvette.standards.insi.outcome import Failure, from_fault
from eprouvette.standards.soap.envelope import ADDRESSING, MEDIA_TYPE, SECURITY, SOAP, Fault

BAM: Final = "urn:siram:bam:ctxbam"
LPS: Final = "urn:siram:lps:ctxlps"
SIRAM: Final = "urn:siram"
SERVICE: Final = "urn:ServiceIdentiteCertifiee:1.0.0"


@dataclass(frozen=True, slots=True)
class Software:
    """The product as INSi knows it: authorisation number of the CNDA (IDAM), and the UUID of this installation."""

    name: str
    version: str
    authorisation: str = field(repr=False)
    instance: str


@dataclass(frozen=True, slots=True)
class Call:
    """What one call says of itself: ids (UUID), moment (aware), and an AMO assertion as XML text when one is used."""

    message_uuid: str
    context_uuid: str
    at: datetime
    assertion: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise InvalidValueError("Une heure doit porter son décalage horaire.")


def action(operation: str) -> str:
    """The SOAP action of an operation."""
    return f"{SERVICE}:{operation}"


def content_type(operation: str) -> str:
    """The HTTP Content-Type of a request: it repeats the action."""
    return f'{MEDIA_TYPE}; charset=utf-8; action="{action(operation)}"'


def request(call: Call, operation: str, emitter: str, software: Software, body: str) -> bytes:
    """The whole message; ``body`` is XML text that names its own namespace, ``emitter`` the billing identifier."""
    security = f'<wsse:Security xmlns:wsse="{SECURITY}">{call.assertion}</wsse:Security>' if call.assertion else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="{SOAP}" xmlns:wsa="{ADDRESSING}" '
        f'xmlns:ctxbam="{BAM}" xmlns:ctxlps="{LPS}"><soap:Header>'
        f'<ctxbam:ContexteBAM Nature="CTXBAM" Version="01_02">{_context("ctxbam", call, emitter)}'
        "<ctxbam:COUVERTURE/></ctxbam:ContexteBAM>"
        f'<ctxlps:ContexteLPS Nature="CTXLPS" Version="01_00">{_context("ctxlps", call, emitter)}{_lps(software)}'
        f"</ctxlps:ContexteLPS><wsa:Action>{escape(action(operation))}</wsa:Action>"
        f"<wsa:MessageID>uuid:{escape(call.message_uuid)}</wsa:MessageID>{security}</soap:Header>"
        f"<soap:Body>{body}</soap:Body></soap:Envelope>"
    ).encode()


def _context(prefix: str, call: Call, emitter: str) -> str:
    at = call.at.astimezone(UTC)
    return (
        f"<{prefix}:Id>{escape(call.context_uuid)}</{prefix}:Id>"
        f"<{prefix}:Temps>{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z</{prefix}:Temps>"
        f"<{prefix}:Emetteur>{escape(emitter)}</{prefix}:Emetteur>"
    )


def _lps(software: Software) -> str:
    name, version = escape(software.name), escape(software.version)
    return (
        f'<ctxlps:LPS><ctxlps:IDAM R="4">{escape(software.authorisation)}</ctxlps:IDAM>'
        f"<ctxlps:Version>{version}</ctxlps:Version><ctxlps:Instance>{escape(software.instance)}</ctxlps:Instance>"
        f"<ctxlps:Nom>urn:lps:{name}:{version}</ctxlps:Nom></ctxlps:LPS>"
    )


def element(tag: str, text: str) -> str:
    """An element of the body, or nothing for an empty text."""
    return f"<{tag}>{escape(text)}</{tag}>" if text else ""


def outcome_of(fault: Fault) -> Failure:
    """The typed outcome of a fault; its detail (``siram:Erreur``) gives the finer code and words."""
    detail: etree._Element | None = fault.detail
    if detail is None or detail.tag != f"{{{SIRAM}}}Erreur":
        return from_fault(fault.code, fault.subcode, "", fault.text)
    words = " ".join(part for part in (fault.text, (detail.text or "").strip()) if part)
    return from_fault(fault.code, fault.subcode, detail.get("code", ""), words)
