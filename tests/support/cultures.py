"""Cultures of the tests: what grew in Mme Pat-Trois's urines."""

from __future__ import annotations

import io
from datetime import timedelta

from django.utils import timezone
from PIL import Image as Picture

from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.results import isolates
from eprouvette.lab.results.incoming import IncomingIsolate, IncomingMark, IncomingTest
from eprouvette.lab.results.models import Isolate
from eprouvette.lab.results.services import record
from support.lab import demo_technician, incoming, open_dossier

URINE = {"UASP": "Trouble", "ULEUC": "500", "UHEM": "5", "UGRAM": "Nombreux bacilles à Gram négatif."}
COLI = (
    IncomingTest("AMP", mic=">16", category="R"),
    IncomingTest("CTX", mic="<=0,5", category="S"),
    IncomingTest("CIP", mic="0,25", diameter="26", category="I"),
    IncomingTest("NIT", category="S"),
)


def coli(minutes_ago: int = 30, **more: object) -> IncomingIsolate:
    """Escherichia coli at 10^5, an ESBL looked for and not found, four antibiotics."""
    fields: dict[str, object] = {
        "exam_codes": ("ECBUC",),
        "rank": 0,
        "measured_at": timezone.now().replace(microsecond=0) - timedelta(minutes=minutes_ago),
        "organism": "ECOL",
        "quantity": ">=10^5 UFC/mL",
        "tests": COLI,
        "marks": (IncomingMark("BLSE", "absente"),),
        "place": "OBX^1",
    }
    return IncomingIsolate(**(fields | more))  # type: ignore[arg-type]


def urine_dossier() -> Dossier:
    """A urine culture asked for, its microscopy done, its culture expected."""
    dossier = open_dossier("GLU", panels=("ECBU",))
    lines = [incoming(code, value) for code, value in {**URINE, "GLU": "0.98"}.items()]
    record(dossier.pk, lines, source="tests")
    return dossier


def grow(dossier: Dossier, said: IncomingIsolate | None = None, exam: str = "ECBUC") -> Isolate:
    """Type an isolate as the technician does; returns its row."""
    requested = dossier.requested.get(exam__code=exam)
    isolates.save(requested.pk, said or coli(), user=demo_technician())
    isolate = Isolate.objects.filter(observation__requested=requested).last()
    assert isolate is not None
    return isolate


def png(colour: str = "white", size: tuple[int, int] = (60, 20)) -> bytes:
    """A small picture."""
    output = io.BytesIO()
    Picture.new("RGB", size, colour).save(output, "PNG")
    return output.getvalue()
