"""The folder of contents: written whole and synced before it has its name, checked when read."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from eprouvette.foundation.documents.errors import DamagedDocumentError, MissingDocumentError


def digest_of(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def path_of(folder: Path, digest: str) -> Path:
    """Where a content lives: two levels of folders, so that none grows without end."""
    return folder / digest[:2] / digest[2:4] / digest


def write(folder: Path, content: bytes) -> str:
    """Put ``content`` in the folder, durably, and return its digest; writing it twice changes nothing."""
    digest = digest_of(content)
    path = path_of(folder, digest)
    if path.exists():
        return digest
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return digest


def read(folder: Path, digest: str) -> bytes:
    """The content of that digest; raises `MissingDocumentError` or `DamagedDocumentError`."""
    try:
        content = path_of(folder, digest).read_bytes()
    except FileNotFoundError as error:
        raise MissingDocumentError from error
    if digest_of(content) != digest:
        raise DamagedDocumentError
    return content


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
