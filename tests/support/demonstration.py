"""What the browser tests share: the browser of this machine, a running demonstration."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

CHROMIUM = shutil.which("chromium")


@dataclass(frozen=True)
class Site:
    """A running demonstration, its passwords, and the page of the simulated country."""

    url: str
    passwords: dict[str, str]
    country: str
