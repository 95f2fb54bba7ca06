"""What can be wrong with a report given from outside.

::

    EprouvetteError
    ├── ReportFormatError      the JSON text is no report, or a report that contradicts itself
    ├── NotAnInsTextError      a scanned code that is not an INS DataMatrix
    └── DamagedInsTextError    an INS DataMatrix of which a part is missing or wrong
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from eprouvette.core.errors import EprouvetteError


class Place(NamedTuple):
    """Where something is wrong (``chapters[0].sections[1].code``) and what, without quoting any value."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path or 'compte rendu'} : {self.message}"


class ReportFormatError(EprouvetteError):
    """Ce compte rendu ne peut pas être lu."""

    hint = "Corriger les champs indiqués ; leur forme est décrite par docs/reference/lab-report.schema.json."

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = tuple(places)
        super().__init__(f"Ce compte rendu ne peut pas être lu ({len(self.places)} erreur(s)). {self.places[0]}")


class NotAnInsTextError(EprouvetteError):
    """Ce code n'est pas un DataMatrix INS."""

    hint = "Scanner le carré « INS à scanner » d'un document de santé, ou saisir la date de naissance et le nom."


class DamagedInsTextError(EprouvetteError):
    """Le DataMatrix INS est abîmé ou incomplet."""

    hint = "Scanner de nouveau, sinon saisir les traits et récupérer l'INS par INSi."
