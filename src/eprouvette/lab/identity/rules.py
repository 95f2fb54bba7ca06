"""Decisions on identities: status table, evidence, what of the INS may leave.

Source: RNIV 1 v2.0 (EXI SI 07, 10, 22, 23; EXI PP 09), digest ``requirements.md`` 1.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from eprouvette.core.ins import Ins


class Status(StrEnum):
    """The four statuses of an identity."""

    PROVISIONAL = "provisoire"
    RETRIEVED = "recuperee"
    VALIDATED = "validee"
    QUALIFIED = "qualifiee"


STATUS_LABELS: Final[dict[Status, str]] = {
    Status.PROVISIONAL: "provisoire",
    Status.RETRIEVED: "récupérée",
    Status.VALIDATED: "validée",
    Status.QUALIFIED: "qualifiée",
}

TRANSITIONS: Final[dict[Status, frozenset[Status]]] = {
    # RNIV 1, 3.2: retrieval by INSi gives "récupérée", a high-trust document gives "validée", both give "qualifiée".
    Status.PROVISIONAL: frozenset({Status.RETRIEVED, Status.VALIDATED}),
    Status.RETRIEVED: frozenset({Status.QUALIFIED, Status.PROVISIONAL}),
    Status.VALIDATED: frozenset({Status.QUALIFIED, Status.PROVISIONAL}),
    # REQ-INS-02: a verification that fails takes the INS away.
    Status.QUALIFIED: frozenset({Status.VALIDATED, Status.PROVISIONAL}),
}
"""REQ-INS-07: from a status, those that it may become."""

HIGH_TRUST: Final[dict[str, str]] = {
    "passeport": "Passeport",
    "carte_identite": "Carte nationale d'identité",
    "titre_sejour": "Titre permanent de séjour",
    "acte_naissance": "Extrait d'acte de naissance (mineur)",
    "livret_famille": "Livret de famille (mineur)",
    "identite_numerique": "Identité numérique de niveau élevé",
}
"""REQ-INS-15: documents that allow *validée* and *qualifiée* (RNIV 1, EXI PP 09)."""

LOW_TRUST: Final[dict[str, str]] = {
    "carte_vitale": "Carte Vitale",
    "permis_conduire": "Permis de conduire",
    "declaration": "Déclaration du patient",
    "aucun": "Aucun document",
}
DOCUMENTS: Final[dict[str, str]] = HIGH_TRUST | LOW_TRUST


def may_become(before: Status, after: Status) -> bool:
    """True when the table allows the change."""
    return after in TRANSITIONS[before]


def ins_to_send(status: Status, ins: Ins | None) -> Ins | None:
    """The INS that may leave the laboratory: that of a *qualifiée* identity only (REQ-INS-09)."""
    return ins if status is Status.QUALIFIED else None
