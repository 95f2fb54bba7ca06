"""The corpus at the desk: dossiers of the demonstration, registered and measured through the product's own services."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.results.models import Observation
from eprouvette.sandbox.corpus.desk import furnish
from eprouvette.sandbox.scenario.laboratory import prepare

pytestmark = pytest.mark.django_db


def test_dossiers_of_many_kinds_wait_for_the_bench_and_the_biologist() -> None:
    made = furnish(prepare(), 12, 7, datetime.now(UTC).replace(microsecond=0))
    assert made == Dossier.objects.count() == 12
    assert set(Observation.objects.values_list("state", flat=True)) == {"measured"}
    expected = [dossier.requested.count() - dossier.observations.count() for dossier in Dossier.objects.all()]
    assert any(expected)
    assert not all(expected)
    assert Dossier.objects.values("patient_id").distinct().count() == 12
