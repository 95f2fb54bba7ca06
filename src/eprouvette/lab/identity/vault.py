"""Sealing and opening copies of identity documents: AES-256-GCM, the key being elsewhere than the bytes.

``keys`` holds the key in use first, then former ones, which only open. A sealed copy is its nonce (12 bytes), then the
ciphertext with its tag; its label is authenticated with it, so that a file put in the place of another does not open.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eprouvette.lab.identity.errors import CopyKeyError

_NONCE: Final = 12


def key_id(key: bytes) -> str:
    """A name for a key that says nothing of it."""
    return hashlib.sha256(b"eprouvette identity copies\0" + key).hexdigest()[:16]


def seal(keys: Sequence[bytes], content: bytes, label: bytes) -> tuple[str, bytes]:
    """The id of the key in use, and ``content`` sealed under it; raises `CopyKeyError` without a key."""
    if not keys:
        raise CopyKeyError
    nonce = os.urandom(_NONCE)
    return key_id(keys[0]), nonce + AESGCM(keys[0]).encrypt(nonce, content, label)


def unseal(keys: Sequence[bytes], wanted: str, sealed: bytes, label: bytes) -> bytes:
    """What was sealed; raises `CopyKeyError` when the key is not there, or when bytes or label are not its own."""
    key = next((key for key in keys if key_id(key) == wanted), None)
    if key is None:
        raise CopyKeyError
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], label)
    except InvalidTag as error:
        raise CopyKeyError("La copie ne s'ouvre pas : son contenu n'est plus celui qui a été gardé.") from error
