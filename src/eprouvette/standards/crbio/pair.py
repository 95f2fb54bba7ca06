"""N3 and N1 of one report sent together (the first wave): two documents, so two ids and two series.

The ids of the N1 follow from those of the N3, so that they are fixed before anything leaves and the same at each
attempt, and so that a new N1 names the N1 that it replaces. Source: digest ``exchanges.md`` 2.5 (uniqueId, 64 signs).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from eprouvette.core import oids
from eprouvette.standards.report.model import LabReport

_ARC: Final = 1


def companion(report: LabReport) -> LabReport:
    """The report under the ids of its N1; raises `InvalidValueError` when one would be longer than XDS takes."""
    document = report.document
    return replace(
        report,
        document=replace(
            document,
            id=oids.child(document.id, _ARC),
            set_id=oids.child(document.set_id, _ARC),
            replaces=oids.child(document.replaces, _ARC) if document.replaces else None,
        ),
    )
