"""The two sections of an organised screening: why the examination was made, and the vaccinations that bear on it.

Source: CI-SIS CR-BIO 2024.01 (digest ``cr-bio.md`` 6), sections FR-Raison-de-la-recommandation (128) and
FR-Vaccinations (147); the words of an entry are those of its section.
"""

from __future__ import annotations

from typing import Final

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.standards.crbio import shapes
from eprouvette.standards.crbio.markup import NOTHING, Xml, el, join, text
from eprouvette.standards.report.model import LabReport, Screening, Vaccination
from eprouvette.standards.report.words import day_and_hour

REASON_TITLE: Final = "Contexte de l'examen"
VACCINES_TITLE: Final = "Historique des vaccinations"
_REASON: Final = Xml(
    '<templateId root="1.3.6.1.4.1.19376.1.5.3.1.3.1"/><templateId root="1.3.6.1.4.1.19376.1.5.3.1.3.2"/>'
    '<templateId root="1.2.250.1.213.1.1.2.128"/>'
)
_VACCINES: Final = Xml(
    '<templateId root="2.16.840.1.113883.10.20.1.6"/><templateId root="1.3.6.1.4.1.19376.1.5.3.1.3.23"/>'
    '<templateId root="1.2.250.1.213.1.1.2.147"/>'
)
_SIMPLE: Final = Xml('<templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.13"/><templateId root="1.2.250.1.213.1.1.3.48"/>')
_PROBLEM: Final = Xml(
    '<templateId root="2.16.840.1.113883.10.20.1.28"/><templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.5"/>'
    '<templateId root="1.2.250.1.213.1.1.3.37"/>'
)
_IMMUNIZATION: Final = Xml(
    '<templateId root="2.16.840.1.113883.10.20.1.24"/><templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.12"/>'
    '<templateId root="1.2.250.1.213.1.1.3.45"/>'
)
_PRODUCT: Final = Xml(
    '<templateId root="2.16.840.1.113883.10.20.1.53"/><templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.7.2"/>'
    '<templateId root="1.2.250.1.213.1.1.3.43"/>'
)
_COMPLETED: Final = Xml('<statusCode code="completed"/>')
_CONTEXT, _SOUGHT = "screening-context", "screening-sought"


def reason(report: LabReport) -> Xml:
    """The section that says why the screening was made; nothing when the report is not of a screening."""
    screening = report.screening
    if screening is None:
        return NOTHING
    said = el(
        "text",
        el("paragraph", el("content", text(screening.context.display), ID=_CONTEXT)),
        el("paragraph", el("content", text(screening.sought.display), ID=_SOUGHT)),
    )
    return el(
        "component",
        el(
            "section",
            _REASON,
            el("id", root=shapes.part_id(report, "screening")),
            shapes.loinc("code", "42349-1", "Raison de la recommandation"),
            el("title", text(REASON_TITLE)),
            said,
            el("entry", _context(report, screening)),
            el("entry", _sought(report, screening)),
        ),
    )


def _context(report: LabReport, screening: Screening) -> Xml:
    return el(
        "observation",
        _SIMPLE,
        el("id", root=shapes.part_id(report, "screening-context")),
        shapes.loinc("code", "42349-1", "Raison de la recommandation"),
        _words(_CONTEXT),
        _COMPLETED,
        Xml('<effectiveTime nullFlavor="NI"/>'),
        shapes.code("value", screening.context, xsi_type="CD"),
        classCode="OBS",
        moodCode="EVN",
    )


def _sought(report: LabReport, screening: Screening) -> Xml:
    return el(
        "observation",
        _PROBLEM,
        el("id", root=shapes.part_id(report, "screening-sought")),
        shapes.code("code", Coded("55607006", oids.SNOMED_CT, "problème")),
        _words(_SOUGHT),
        _COMPLETED,
        Xml('<effectiveTime><low nullFlavor="UNK"/></effectiveTime>'),
        shapes.code("value", screening.sought, shapes.original(_SOUGHT), xsi_type="CD"),
        classCode="OBS",
        moodCode="EVN",
    )


def vaccinations(report: LabReport) -> Xml:
    """The section of the vaccinations; nothing when none is told."""
    told = report.screening.vaccinations if report.screening else ()
    if not told:
        return NOTHING
    head = Xml("<thead><tr><th>Vaccin</th><th>Réalisé</th><th>Dose</th><th>Date</th></tr></thead>")
    rows = join(_row(number, one) for number, one in enumerate(told, 1))
    entries = (el("entry", _immunization(report, number, one)) for number, one in enumerate(told, 1))
    return el(
        "component",
        el(
            "section",
            _VACCINES,
            el("id", root=shapes.part_id(report, "vaccinations")),
            shapes.loinc("code", "11369-6", VACCINES_TITLE),
            el("title", text(VACCINES_TITLE)),
            el("text", el("table", head, el("tbody", rows))),
            *entries,
        ),
    )


def _row(number: int, one: Vaccination) -> Xml:
    return el(
        "tr",
        el("td", el("content", text(one.vaccine.display), ID=f"vaccine-{number}")),
        el("td", Xml("oui" if one.status == "given" else "non")),
        el("td", text(one.dose)),
        el("td", text(day_and_hour(one.at)) if one.at else NOTHING),
    )


def _immunization(report: LabReport, number: int, one: Vaccination) -> Xml:
    product = el(
        "manufacturedProduct",
        _PRODUCT,
        el(
            "manufacturedMaterial",
            el("code", shapes.original(f"vaccine-{number}"), shapes.code("translation", one.vaccine)),
            el("name", text(one.vaccine.display)),
        ),
    )
    return el(
        "substanceAdministration",
        _IMMUNIZATION,
        el("id", root=shapes.part_id(report, f"vaccine-{number}")),
        shapes.code("code", Coded("IMMUNIZ", oids.ACT_CODE, "Vaccination sans autre précision")),
        _words(f"vaccine-{number}"),
        _COMPLETED,
        shapes.time("effectiveTime", one.at) if one.at else Xml('<effectiveTime nullFlavor="NA"/>'),
        el("consumable", product, typeCode="CSM"),
        classCode="SBADM",
        moodCode="EVN",
        negationInd="false" if one.status == "given" else "true",
    )


def _words(target: str) -> Xml:
    return Xml(f'<text><reference value="#{target}"/></text>')
