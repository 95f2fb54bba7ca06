"""What every test may ask for: the reference data and the official pack, when this machine has them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def requirement(identifier: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Mark a test as the proof of a requirement of the national texts (``REQ-…``)."""
    return pytest.mark.requirement(identifier)


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder of reference data (official schemas, value sets, samples) beside the checkout."""
    folder = Path(os.environ.get("EPROUVETTE_SHARED", ROOT.parent / "shared"))
    if not (folder / "ans" / "xsd" / "CDA_extended.xsd").is_file():
        pytest.skip(f"reference data absent: no {folder} (set EPROUVETTE_SHARED)")
    return folder


@pytest.fixture(scope="session")
def pack_dir() -> Path:
    """An official pack of the ANS laid out on this machine (``EPROUVETTE_PACK``)."""
    folder = Path(os.environ.get("EPROUVETTE_PACK", ROOT.parent / ".pack"))
    if not (folder / "schematrons").is_dir():
        pytest.skip("official pack absent: set EPROUVETTE_PACK to a folder laid out by `eprouvette pack install`")
    return folder
