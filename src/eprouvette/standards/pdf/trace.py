"""The small print that ends a report: every element of the document's header that the first page does not say.

Source: ANS, foire aux questions des industriels: the PDF shows every header element of the document (REQ-CRB-03).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from eprouvette.standards.pdf import wording
from eprouvette.standards.report import walk
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.people import Device, Organization, Professional
from eprouvette.standards.report.words import address, person

_CONFIDENTIALITIES = {"N": "normale", "R": "restreinte", "V": "très restreinte"}


def trace(report: LabReport) -> list[tuple[str, str]]:
    """Pairs of label and words: document, keeper, stay, and each person under all that he or she is here."""
    return [
        ("Document", _document(report)),
        ("Prise en charge", _encounter(report)),
        *([("Examens de deuxième intention", second)] if (second := _second_intention(report)) else []),
        *_people(report),
        *(("Logiciel", f"{one.software} ({one.manufacturer})") for one in report.authors if isinstance(one, Device)),
        *(("Exécution d'une partie des examens", _organization(one)) for one in _partners(report)),
        ("Conservation", _organization(report.custodian)),
    ]


def _partners(report: LabReport) -> list[Organization]:
    """The other laboratories that did a part of the work, each once."""
    performers = [attachment.performer for attachment in report.attachments]
    for chapter in report.chapters:
        for section in chapter.sections:
            performers.append(section.performer)
            for entry in section.entries:
                performers += [battery.performer for _, battery in walk.batteries(entry)]
                performers += [observation.performer for _, observation in walk.observations(entry)]
    found = {one.laboratory.id: one.laboratory for one in performers if one is not None}
    return list(found.values())


def _document(report: LabReport) -> str:
    document = report.document
    replaced = f"remplace {document.replaces}" if document.replaces else ""
    said = (
        document.id,
        f"série {document.set_id}",
        f"version {document.version}",
        replaced,
        f"confidentialité {_CONFIDENTIALITIES[document.confidentiality]}",
    )
    return ", ".join(part for part in said if part)


def _encounter(report: LabReport) -> str:
    encounter = report.encounter
    number = f"n° {encounter.id.extension}" if encounter.id else ""
    ended = f"au {wording.moment(encounter.ended_at)}" if encounter.ended_at else ""
    said = (
        wording.ENCOUNTERS[encounter.type],
        number,
        " ".join(part for part in (f"du {wording.moment(encounter.started_at)}", ended) if part),
        encounter.facility_type.display,
    )
    return ", ".join(part for part in said if part)


def _second_intention(report: LabReport) -> str:
    second = report.second_intention
    if second is None:
        return ""
    state = "en cours" if second.status == "active" else "terminés"
    ended = f" au {wording.moment(second.ended_at)}" if second.ended_at else ""
    return f"{state}, du {wording.moment(second.started_at)}{ended}"


def _people(report: LabReport) -> Iterator[tuple[str, str]]:
    on_first_page = (report.order.prescriber, report.attending, *report.copies, report.sampler and report.sampler.by)
    for roles, who in _professionals(report):
        reach = "" if who in on_first_page else _reach(who, report.laboratory)
        yield ", ".join(roles), _professional(who, reach)


def _reach(who: Professional, laboratory: Organization) -> str:
    """Contacts, after the address when it is not that of the laboratory."""
    return wording.reach(replace(who, address=None) if who.address == laboratory.address else who)


def _named(report: LabReport) -> Iterator[tuple[str, Professional]]:
    yield "Responsable du compte rendu", report.legal_authenticator.by
    for validator in report.validators:
        yield "Validation", validator.by
    for author in report.authors:
        if isinstance(author, Professional):
            yield "Auteur", author
    yield "Exécution", report.service_event.director
    yield "Prise en charge", report.encounter.responsible
    yield "Prescripteur", report.order.prescriber
    if report.attending:
        yield "Médecin traitant", report.attending
    for copy in report.copies:
        yield "Copie à", copy
    if report.sampler:
        yield "Prélevé par", report.sampler.by
    for informant in report.informants:
        if isinstance(informant, Professional):
            yield "Renseignements donnés par", informant


def _professionals(report: LabReport) -> list[tuple[list[str], Professional]]:
    found: dict[tuple[str, str], tuple[list[str], Professional]] = {}
    for role, who in _named(report):
        roles, _ = found.setdefault((who.id.root, who.id.extension), ([], who))
        said = role[0].lower() + role[1:] if roles else role
        if said.casefold() not in {one.casefold() for one in roles}:
            roles.append(said)
    return list(found.values())


def _professional(who: Professional, reach: str) -> str:
    said = (
        person(who.name),
        who.specialty.display if who.specialty else "",
        f"n° national {who.id.extension}",
        f"{who.organization.name} (n° {who.organization.id.extension})" if who.organization else "",
        reach,
    )
    return ", ".join(part for part in said if part)


def _organization(one: Organization) -> str:
    contacts = filter(None, map(wording.contact, one.telecoms))
    accreditation = (f"accréditation Cofrac n° {', '.join(one.accreditation)}",) if one.accreditation else ()
    said = (
        f"{one.name} (n° {one.id.extension})",
        *address(one.address),
        *contacts,
        *accreditation,
    )
    return ", ".join(part for part in said if part)
