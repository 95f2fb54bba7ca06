"""The identity banner: the traits that RNIV wants on every patient page, with the status and its mark."""

from __future__ import annotations

from typing import Any, Final

from eprouvette.lab.identity.queries import Banner

TONES: Final = {"qualifiee": ("✓", "done"), "validee": ("◐", "waiting"), "recuperee": ("◑", "waiting")}


def banner_context(banner: Banner) -> dict[str, Any]:
    """The banner with the mark and colour token of its status."""
    mark, tone = TONES.get(banner.status, ("○", "attention"))
    return {"banner": banner, "status_mark": mark, "status_tone": tone}
