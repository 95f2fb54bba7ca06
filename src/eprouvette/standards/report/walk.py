"""Walking through the results of an entry, whatever holds them."""

from __future__ import annotations

from collections.abc import Iterator

from eprouvette.standards.report.results import Battery, Entry, Image, Isolate, Observation


def observations(entry: Entry) -> Iterator[tuple[str, Observation]]:
    """Each result of ``entry`` with its path from it (``observations[2]``; empty for a result that stands alone)."""
    match entry:
        case Observation():
            yield "", entry
        case Battery():
            yield from _numbered("observations", entry.observations)
        case Isolate():
            yield from _numbered("observations", entry.observations)
            for rank, battery in enumerate(entry.batteries):
                yield from _numbered(f"batteries[{rank}].observations", battery.observations)
        case Image():
            return


def batteries(entry: Entry) -> Iterator[tuple[str, Battery]]:
    """Each battery of ``entry``, itself included, with its path from it."""
    if isinstance(entry, Battery):
        yield "", entry
    if isinstance(entry, Isolate):
        for rank, battery in enumerate(entry.batteries):
            yield f"batteries[{rank}]", battery


def images(entry: Entry) -> Iterator[tuple[str, Image]]:
    """Each picture of ``entry``, itself included, with its path from it."""
    if isinstance(entry, Image):
        yield "", entry
    for path, battery in batteries(entry):
        for rank, image in enumerate(battery.images):
            yield f"{path}.images[{rank}]".lstrip("."), image


def _numbered(name: str, found: tuple[Observation, ...]) -> Iterator[tuple[str, Observation]]:
    for rank, observation in enumerate(found):
        yield f"{name}[{rank}]", observation
