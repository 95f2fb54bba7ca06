"""The XDM package ``IHE_XDM.zip``: the same bytes for the same documents, times and ids.

Source: IHE ITI TF-1 16, TF-2b 3.32; digest ``exchanges.md`` 3.4.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Final

from eprouvette.standards.xdm.metadata import Member, SubmissionSet, submit_objects
from eprouvette.standards.xdm.reading import read_entry

SUBSET: Final = "IHE_XDM/SUBSET01"
# Most of a report is its PDF in base64, which no level packs better: 6 % more bytes for two thirds of the time.
_LEVEL: Final = 3
METADATA: Final = f"{SUBSET}/METADATA.XML"


@dataclass(frozen=True, slots=True)
class Producer:
    """Who made the package, as its README says."""

    structure: str
    contact: str
    software: str
    version: str


def members_of(documents: Sequence[bytes]) -> tuple[Member, ...]:
    """Each CDA as a member of a package, named by its rank: ``Document01`` in ``DOC0001.XML``, and so on."""
    return tuple(
        Member(f"Document{rank:02d}", read_entry(cda), f"DOC{rank:04d}.XML") for rank, cda in enumerate(documents, 1)
    )


def build_xdm(
    submission: SubmissionSet, members: Sequence[Member], documents: Sequence[bytes], producer: Producer, at: datetime
) -> bytes:
    """The zip of some documents: INDEX.HTM, README.TXT, METADATA.XML and each CDA, dated ``at`` (aware)."""
    metadata = f'<?xml version="1.0" encoding="UTF-8"?>\n{submit_objects(submission, members)}'
    files = {
        "INDEX.HTM": _index(members, producer),
        "README.TXT": _readme(members, producer, at),
        METADATA: metadata.encode(),
        **{f"{SUBSET}/{member.uri}": cda for member, cda in zip(members, documents, strict=True)},
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


def _index(members: Sequence[Member], producer: Producer) -> bytes:
    title = escape(members[0].entry.title)
    links = "".join(f'<li><a href="{SUBSET}/{one.uri}">{escape(one.entry.title)}</a></li>' for one in members)
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML Basic 1.0//EN" "http://www.w3.org/TR/xhtml-basic/xhtml-basic10.dtd">\n'
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>'
        f"{title}</title></head><body><h1>{escape(producer.structure)}</h1><ul>"
        f'{links}<li><a href="README.TXT">README.TXT</a></li></ul></body></html>\n'
    ).encode()


def _readme(members: Sequence[Member], producer: Producer, at: datetime) -> bytes:
    lines = [
        f"Emetteur : {producer.structure}",
        f"Contact : {producer.contact}",
        f"Logiciel : {producer.software} {producer.version}",
        f"Date : {at.astimezone(UTC):%d/%m/%Y %H:%M} UTC",
        "Contenu :",
        *(f"  {SUBSET}/{one.uri} : {one.entry.title} (CDA R2)" for one in members),
        f"  {METADATA} : métadonnées XDS du lot de soumission",
    ]
    return ("\r\n".join(lines) + "\r\n").encode()
