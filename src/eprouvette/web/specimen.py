"""The report shown when a laboratory chooses its dress: fictitious results, under its own name."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files

from eprouvette.foundation.structures.models import Site
from eprouvette.lab.validation.gather import director_of, laboratory_of
from eprouvette.standards.report.codec import from_json
from eprouvette.standards.report.model import LabReport


@cache
def _specimen() -> LabReport:
    return from_json(files("eprouvette.web").joinpath("specimen.json").read_bytes())


def specimen(site: Site) -> LabReport:
    """The specimen as that site would report it."""
    report, laboratory = _specimen(), laboratory_of(site)
    director = director_of(site, laboratory)
    return replace(
        report,
        custodian=laboratory,
        service_event=replace(report.service_event, director=director),
        encounter=replace(report.encounter, responsible=director),
        legal_authenticator=replace(report.legal_authenticator, by=director),
    )
