"""The XDM package ``IHE_XDM.zip``: the same bytes for the same documents, times and ids.

Source: IHE ITI TF-1 16, TF-2b 3.32; digest ``exchanges.md`` 3.4.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Final

from eprouvette.standards.xdm.metadata import Member, SubmissionSet, submit_objects

DOCUMENT: Final = "IHE_XDM/SUBSET01/DOC0001.XML"
# Most of a report is its PDF in base64, which no level packs better: 6 % more bytes for two thirds of the time.
_LEVEL: Final = 3
METADATA: Final = "IHE_XDM/SUBSET01/METADATA.XML"


@dataclass(frozen=True, slots=True)
class Producer:
    """Who made the package, as its README says."""

    structure: str
    contact: str
    software: str
    version: str


def build_xdm(submission: SubmissionSet, member: Member, cda: bytes, producer: Producer, at: datetime) -> bytes:
    """The zip of one document: INDEX.HTM, README.TXT, METADATA.XML and the CDA, dated ``at`` (aware)."""
    metadata = f'<?xml version="1.0" encoding="UTF-8"?>\n{submit_objects(submission, [member])}'
    files = {
        "INDEX.HTM": _index(member, producer),
        "README.TXT": _readme(member, producer, at),
        METADATA: metadata.encode(),
        DOCUMENT: cda,
    }
    stamp = at.astimezone(UTC)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(
                name, (stamp.year, stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second // 2 * 2)
            )
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, content)
    return buffer.getvalue()


def _index(member: Member, producer: Producer) -> bytes:
    title = escape(member.entry.title)
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML Basic 1.0//EN" "http://www.w3.org/TR/xhtml-basic/xhtml-basic10.dtd">\n'
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>'
        f"{title}</title></head><body><h1>{escape(producer.structure)}</h1><ul>"
        f'<li><a href="{DOCUMENT}">{title}</a></li><li><a href="README.TXT">README.TXT</a></li></ul></body></html>\n'
    ).encode()


def _readme(member: Member, producer: Producer, at: datetime) -> bytes:
    lines = [
        f"Emetteur : {producer.structure}",
        f"Contact : {producer.contact}",
        f"Logiciel : {producer.software} {producer.version}",
        f"Date : {at.astimezone(UTC):%d/%m/%Y %H:%M} UTC",
        "Contenu :",
        f"  {DOCUMENT} : {member.entry.title} (CDA R2)",
        f"  {METADATA} : métadonnées XDS du lot de soumission",
    ]
    return ("\r\n".join(lines) + "\r\n").encode()
