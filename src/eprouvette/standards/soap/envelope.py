"""SOAP 1.2 envelopes with WS-Addressing, and their faults.

Source: W3C SOAP 1.2 part 1; WS-Addressing 1.0; IHE ITI TF-2 appendix V.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from eprouvette.core import xml
from eprouvette.core.errors import EprouvetteError

SOAP: Final = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING: Final = "http://www.w3.org/2005/08/addressing"
SECURITY: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
ANONYMOUS: Final = "http://www.w3.org/2005/08/addressing/anonymous"
MEDIA_TYPE: Final = "application/soap+xml"
_NS: Final = {"s": SOAP, "a": ADDRESSING}


class SoapError(EprouvetteError):
    """La réponse du service n'est pas un message SOAP lisible."""

    permanent = False
    hint = "Attendre le prochain essai ; si cela dure, prévenir l'assistance du service."


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP fault: ``code`` is Sender or Receiver, ``subcode`` that of the service, ``text`` in its words.

    ``detail`` is the service's own element, when the fault carries one.
    """

    code: str
    subcode: str
    text: str
    detail: etree._Element | None = field(default=None, compare=False, repr=False)


def envelope(*, action: str, message_id: str, to: str, security: str, body: str) -> bytes:
    """An envelope; ``security`` is the token that goes inside ``wsse:Security``, both are XML text.

    ``message_id`` is a ``urn:uuid:…`` given by the caller.
    """
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope xmlns:s="{SOAP}" xmlns:a="{ADDRESSING}"><s:Header>'
        f'<a:Action s:mustUnderstand="1">{escape(action)}</a:Action><a:MessageID>{escape(message_id)}</a:MessageID>'
        f"<a:ReplyTo><a:Address>{ANONYMOUS}</a:Address></a:ReplyTo>"
        f'<a:To s:mustUnderstand="1">{escape(to)}</a:To>'
        f'<wsse:Security xmlns:wsse="{SECURITY}" s:mustUnderstand="1">{security}</wsse:Security>'
        f"</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def read(data: bytes) -> etree._Element | Fault:
    """The first element of the body, or the fault; raises `SoapError` for anything else."""
    try:
        root = xml.parse(data).getroot()
    except xml.UnreadableXmlError as error:
        raise SoapError from error
    body = root.find("s:Body", _NS) if root.tag == f"{{{SOAP}}}Envelope" else None
    content = None if body is None else next((child for child in body if isinstance(child.tag, str)), None)
    if content is None:
        raise SoapError
    if content.tag != f"{{{SOAP}}}Fault":
        return content
    return Fault(
        code=_local(content.findtext("s:Code/s:Value", "", _NS)),
        subcode=_local(content.findtext("s:Code/s:Subcode/s:Value", "", _NS)),
        text=content.findtext("s:Reason/s:Text", "", _NS).strip(),
        detail=content.find("s:Detail/*", _NS),
    )


def _local(name: str) -> str:
    return name.strip().rpartition(":")[2]
