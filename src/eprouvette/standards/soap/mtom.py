"""MTOM: a SOAP message whose big contents travel beside it, as parts of a MIME package.

Source: W3C MTOM and XOP (2005); IHE ITI TF-2 appendix V.3. Read as bytes, never as text: a fault may come
in a package too.
"""

from __future__ import annotations

import email.parser
import email.policy
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from eprouvette.standards.soap.envelope import MEDIA_TYPE, SoapError

XOP: Final = "application/xop+xml"
XOP_NAMESPACE: Final = "http://www.w3.org/2004/08/xop/include"
_ROOT_ID: Final = "root.message@eprouvette"


@dataclass(frozen=True, slots=True)
class Package:
    """What is sent: the HTTP body and its Content-Type."""

    content_type: str
    body: bytes


def include(content_id: str) -> str:
    """The element that stands for a part inside the envelope."""
    return f'<xop:Include xmlns:xop="{XOP_NAMESPACE}" href="cid:{content_id}"/>'


def pack(envelope: bytes, parts: Mapping[str, tuple[str, bytes]], action: str) -> Package:
    """The package of an envelope and its parts (content id → media type, bytes).

    The boundary is drawn from the bytes, so that the same message gives the same package.
    """
    digest = hashlib.sha256(envelope)
    for _, content in parts.values():
        digest.update(content)
    boundary = f"MIMEBoundary-{digest.hexdigest()[:40]}"
    chunks = [
        f'--{boundary}\r\nContent-Type: {XOP}; charset=UTF-8; type="{MEDIA_TYPE}"\r\n'
        f"Content-Transfer-Encoding: binary\r\nContent-ID: <{_ROOT_ID}>\r\n\r\n".encode(),
        envelope,
    ]
    for content_id, (media_type, content) in parts.items():
        chunks.append(
            f"\r\n--{boundary}\r\nContent-Type: {media_type}\r\nContent-Transfer-Encoding: binary\r\n"
            f"Content-ID: <{content_id}>\r\n\r\n".encode()
        )
        chunks.append(content)
    chunks.append(f"\r\n--{boundary}--\r\n".encode())
    content_type = (
        f'multipart/related; boundary="{boundary}"; type="{XOP}"; start="<{_ROOT_ID}>"; '
        f'start-info="{MEDIA_TYPE}"; action="{action}"'
    )
    return Package(content_type, b"".join(chunks))


def root_part(content_type: str, body: bytes) -> bytes:
    """The envelope of an answer, in a package or alone; raises `SoapError` for a package without one."""
    if not content_type.lower().lstrip().startswith("multipart/"):
        return body
    header = f"Content-Type: {content_type.replace(chr(13), '').replace(chr(10), '')}\r\n\r\n"
    parser = email.parser.BytesParser(policy=email.policy.HTTP)
    message = parser.parsebytes(header.encode("latin-1", "replace") + body)
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        if part.get_content_type() in {XOP, MEDIA_TYPE} and isinstance(content, bytes):
            return content
    raise SoapError
