"""How a site's OID is divided: one arc for each kind of thing that the site names."""

from __future__ import annotations

from typing import Final, Literal

from eprouvette.core import oids

Kind = Literal["patient", "dossier", "sample", "document", "submission", "local_code", "order", "set", "isolate"]

ARCS: Final[dict[Kind, int]] = {
    "patient": 1,
    "dossier": 2,
    "sample": 3,
    "document": 4,
    "submission": 5,
    "local_code": 6,
    "order": 7,
    "set": 8,
    "isolate": 9,
}


def root_of(oid: str, kind: Kind) -> str:
    """The OID of the site's own numbering for ``kind``: the root of an identifier with an extension."""
    return oids.child(oid, ARCS[kind])
