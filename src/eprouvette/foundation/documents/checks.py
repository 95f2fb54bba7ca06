"""What may be wrong with the folder of documents."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's own name

LITTLE_ROOM: Final = 2_000_000_000
NO_ROOM: Final = 200_000_000
"""Bytes: about four thousand reports, and four hundred."""


@register()
def folder(**_: object) -> Sequence[CheckMessage]:
    """The folder can be written by this account alone, and has room."""
    data = Path(settings.EPROUVETTE_DATA)
    found: list[CheckMessage] = []
    if not os.access(data, os.W_OK):
        hint = "Donner le dossier EPROUVETTE_DATA au compte du service."
        return [Error("Le dossier des données ne peut pas être écrit.", hint=hint, id="eprouvette.documents.E001")]
    if data.stat().st_mode & 0o077:
        hint = f"chmod 700 {data}"
        sentence = "Le dossier des données peut être lu par d'autres comptes de cette machine."
        found.append(Warning(sentence, hint=hint, id="eprouvette.documents.W001"))
    free = shutil.disk_usage(data).free
    if free < LITTLE_ROOM:
        kind = Error if free < NO_ROOM else Warning
        sentence = f"Il reste {free // 1_000_000} Mo pour les documents."
        hint = "Libérer de la place ou agrandir le disque du dossier EPROUVETTE_DATA."
        found.append(kind(sentence, hint=hint, id="eprouvette.documents.E002"))
    return found
