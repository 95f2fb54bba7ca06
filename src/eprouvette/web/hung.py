"""What hangs from the results of a dossier's page: isolates, pictures, and to which results a picture may be joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eprouvette.lab.results import cultures
from eprouvette.lab.results.queries import ChapterLines


def hung(dossier_id: int, chapters: Sequence[ChapterLines]) -> dict[str, Any]:
    """Isolates and pictures by result, and the lines that take a picture or give one back."""
    lines = [line for chapter in chapters for group in chapter.groups for line in group.lines]
    open_lines = [line for line in lines if line.may_change]
    pictures = cultures.pictures_of(dossier_id)
    return {
        "isolates_of": cultures.isolates_of(dossier_id) if any(line.grows for line in lines) else {},
        "pictures_of": pictures,
        "picturable": open_lines,
        "removable": [one for line in open_lines for one in pictures.get(line.id or 0, ())],
    }
