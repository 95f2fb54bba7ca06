"""Shapes used all over the document: identifiers, codes, times, names, addresses, people, organisations.

Source: CI-SIS, structuration minimale (digest ``cr-bio.md`` 3, « common shapes »). What is unknown is said
so (``nullFlavor="UNK"``), since several rules demand the element itself.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.core.dates import hl7_time
from eprouvette.standards.crbio.markup import NOTHING, Xml, attribute, el, join, text
from eprouvette.standards.crbio.vocabulary import SYSTEM_NAMES
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.people import Address, FurtherId, Organization, PersonName, Professional, Telecom

UNKNOWN_TELECOM: Final = Xml('<telecom nullFlavor="UNK"/>')
_SYSTEMS: Final = {
    system: f'codeSystem="{attribute(system)}" codeSystemName="{attribute(name)}"'
    for system, name in SYSTEM_NAMES.items()
}
UNKNOWN_ADDRESS: Final = Xml('<addr nullFlavor="UNK"/>')


def identifier(value: Identifier) -> Xml:
    """``id`` with root and extension; nothing for an identifier that is not known."""
    if not value.root:
        return NOTHING
    extension = f' extension="{attribute(value.extension)}"' if value.extension else ""
    return Xml(f'<id root="{attribute(value.root)}"{extension}/>')


def document_id(name: str, value: str) -> Xml:
    """The identifier of a version: an OID, or ``root^extension`` as other software names its documents."""
    root, _, extension = value.partition("^")
    return el(name, root=root, extension=extension or None)


def part_id(report: LabReport, part: str) -> str:
    """An identifier of a part of the document, new for each version and equal for equal reports."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{report.document.id}/{part}")).upper()


def code(name: str, value: Coded, *children: Xml, xsi_type: str | None = None) -> Xml:
    """The element ``name`` as a coded value, with its words and, for known systems, the system's name."""
    kind = f' xsi:type="{xsi_type}"' if xsi_type else ""
    system = _SYSTEMS.get(value.system) or f'codeSystem="{attribute(value.system)}"'
    start = f'<{name}{kind} code="{attribute(value.code)}" displayName="{attribute(value.display)}" {system}'
    inside = "".join(children)
    return Xml(f"{start}>{inside}</{name}>" if inside else f"{start}/>")


def original(reference: str) -> Xml:
    """``originalText`` pointing at the narrative content ``reference``."""
    return Xml(f'<originalText><reference value="#{reference}"/></originalText>')


def time(name: str, moment: datetime) -> Xml:
    """``<name value="20261124101200+0100"/>``."""
    return Xml(f'<{name} value="{hl7_time(moment)}"/>')


def loinc(name: str, value: str, display: str) -> Xml:
    """A LOINC code of this package's own."""
    return code(name, Coded(value, oids.LOINC, display))


def address(value: Address | None, use: str | None = None) -> Xml:
    """``addr`` in free lines when there are any, else in parts; mixing both is a fault. Unknown when empty.

    ``use`` is the usual one of the place, for an address that does not tell another.
    """
    if value is None:
        return UNKNOWN_ADDRESS
    if value.absent:
        return el("addr", nullFlavor=value.absent)
    use = value.use or use
    free = [line.strip() for line in value.lines if line.strip()]
    city = " ".join(part for part in (value.postal_code.strip(), value.city.strip()) if part)
    if free:
        free += [line for line in (city, value.country.strip()) if line]
        return el("addr", *(el("streetAddressLine", text(line)) for line in free), use=use)
    parts = (("postalCode", value.postal_code), ("city", value.city), ("country", value.country))
    children = [el(name, text(part.strip())) for name, part in parts if part.strip()]
    return el("addr", *children, use=use) if children else UNKNOWN_ADDRESS


def telecoms(values: tuple[Telecom, ...]) -> Xml:
    """One ``telecom`` each, or the unknown one."""
    if not values:
        return UNKNOWN_TELECOM
    return join(
        el("telecom", value=item.value, use=item.use or None)
        if not item.absent
        else el("telecom", nullFlavor=item.absent)
        for item in values
    )


def person_name(value: PersonName) -> Xml:
    """``name`` of a person who is not the patient: civility in ``prefix``, title in ``suffix``."""
    return el(
        "name",
        el("prefix", text(value.prefix)) if value.prefix else NOTHING,
        el("given", text(value.given)) if value.given else NOTHING,
        el("family", text(value.family)),
        el("suffix", text(value.suffix)) if value.suffix else NOTHING,
    )


def organization(name: str, value: Organization, *, industry: Coded | None = None, accreditation: bool = False) -> Xml:
    """An organisation; ``industry`` stands in for a practice setting that it does not state itself."""
    setting = value.industry or industry
    numbers = value.accreditation if accreditation else ()
    return el(
        name,
        identifier(value.id),
        *(el("id", root=oids.ACCREDITATION, extension=number, assigningAuthorityName="COFRAC") for number in numbers),
        *(_further_id(further) for further in value.further_ids),
        el("name", text(value.name)),
        telecoms(value.telecoms),
        address(value.address),
        code("standardIndustryClassCode", setting) if setting else NOTHING,
        el("asOrganizationPartOf", code("code", value.part_of)) if value.part_of else NOTHING,
    )


def _further_id(further: FurtherId) -> Xml:
    known = further.id
    authority = further.authority or None
    return el("id", root=known.root, extension=known.extension or None, assigningAuthorityName=authority)


def reach(value: Professional) -> Xml:
    """Identifier, specialty and contact of a professional, in schema order."""
    return join(
        (
            identifier(value.id),
            code("code", value.specialty) if value.specialty else NOTHING,
            address(value.address),
            telecoms(value.telecoms),
        )
    )


def assigned_entity(value: Professional, *, industry: Coded | None = None, accreditation: bool = False) -> Xml:
    """``assignedEntity`` of a professional with his or her organisation."""
    return el(
        "assignedEntity",
        reach(value),
        el("assignedPerson", person_name(value.name)),
        organization("representedOrganization", value.organization, industry=industry, accreditation=accreditation)
        if value.organization
        else NOTHING,
    )


def associated_entity(value: Professional) -> Xml:
    """``associatedEntity`` (prescriber, sampler, attending physician)."""
    return el(
        "associatedEntity",
        reach(value),
        el("associatedPerson", person_name(value.name)),
        organization("scopingOrganization", value.organization) if value.organization else NOTHING,
        classCode="PROV",
    )
