"""Writes the pieces of a released report as files: what was made, and what was received."""

from __future__ import annotations

import email
import email.policy
import json
from pathlib import Path
from typing import Any

NAMES = {
    "n3": "n3.xml",
    "n3_xsl": "n3-presentable.xml",
    "n1": "n1.xml",
    "n1_xsl": "n1-presentable.xml",
    "pdf": "report.pdf",
}


def write_out(out: Path, release_id: int, received: dict[str, Any]) -> list[Path]:
    """The stored forms, the mails as they left and as they were read in the mailboxes, the country's records."""
    from eprouvette.exchange.dispatch import queries as dispatch
    from eprouvette.foundation.documents import queries as documents
    from eprouvette.lab.validation import queries as validation
    from eprouvette.standards.crbio import SHEET_NAME, sheet

    out.mkdir(parents=True, exist_ok=True)
    files = {name: validation.document(release_id, form).content for form, name in NAMES.items()}
    files[SHEET_NAME] = sheet()
    for line in dispatch.deliveries_of(release_id):
        if not line.sealed_digest:
            continue
        sealed = documents.load(line.sealed_digest)
        if line.channel == "dmp":
            files["dmp-submission.xml"] = sealed
            continue
        files[f"{line.channel}.eml"] = sealed
        files[f"{line.channel}-IHE_XDM.zip"] = _attached(sealed, "application/zip")
    for address, mails in received["mailboxes"].items():
        for rank, content in enumerate(mails, start=1):
            files[f"received-{address.partition('@')[2].partition('.')[0]}-{rank}.eml"] = content
    files["received.json"] = _pretty(received["records"])
    written = []
    for name, content in files.items():
        (out / name).write_bytes(content)
        written.append(out / name)
    return written


def _attached(mail: bytes, media_type: str) -> bytes:
    message = email.message_from_bytes(mail, policy=email.policy.default)
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        if part.get_content_type() == media_type and isinstance(content, bytes):
            return content
    return b""


def _pretty(content: dict[str, Any]) -> bytes:
    return json.dumps(content, indent=2, ensure_ascii=False).encode()
