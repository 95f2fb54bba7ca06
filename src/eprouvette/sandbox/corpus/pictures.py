"""The curve of a protein electrophoresis, drawn from its fractions."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

_WIDTH, _HEIGHT, _BASE = 560, 220, 196
_INK, _AXIS, _FILL = (16, 62, 82), (150, 158, 164), (224, 236, 240)


@dataclass(frozen=True, slots=True)
class Peak:
    """A fraction: where it stands (0 to 1), its width (same scale), its weight in g/L."""

    at: float
    width: float
    weight: float


def curve(peaks: Sequence[Peak]) -> bytes:
    """The curve as PNG bytes, 560 by 220 points."""
    heights = [sum(_height(peak, x / _WIDTH) for peak in peaks) for x in range(_WIDTH)]
    scale = (_BASE - 16) / max(heights)
    points = [(float(x), _BASE - height * scale) for x, height in enumerate(heights)]
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), "white")
    pencil = ImageDraw.Draw(picture)
    pencil.polygon([(0.0, float(_BASE)), *points, (float(_WIDTH - 1), float(_BASE))], fill=_FILL)
    pencil.line(points, fill=_INK, width=2)
    pencil.line([(0, _BASE), (_WIDTH, _BASE)], fill=_AXIS, width=1)
    output = io.BytesIO()
    picture.save(output, "PNG", optimize=True)
    return output.getvalue()


def _height(peak: Peak, x: float) -> float:
    return peak.weight / peak.width * math.exp(-(((x - peak.at) / peak.width) ** 2))
