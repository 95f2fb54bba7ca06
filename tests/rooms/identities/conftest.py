"""One simulated INSi for the tests of this room; Django is not ready yet when this file is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.conf import LazySettings as Settings

if TYPE_CHECKING:
    from support.insi import SimulatedInsi


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedInsi]:
    from support.insi import simulated_insi

    with simulated_insi(tmp_path_factory.mktemp("insi")) as running:
        yield running


@pytest.fixture
def insi(service: SimulatedInsi, settings: Settings, db: None) -> Iterator[SimulatedInsi]:
    from support.insi import forget_clients, use_it
    from support.lab import demo_site

    use_it(service, settings)
    demo_site()
    yield service
    forget_clients()
