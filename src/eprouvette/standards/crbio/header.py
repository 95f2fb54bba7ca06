"""The header of the document, in schema order.

Source: CI-SIS CR-BIO 2024.01, en-tête (digest ``cr-bio.md`` 3 to 5).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.standards.crbio import shapes
from eprouvette.standards.crbio.markup import NOTHING, Xml, el, join, text
from eprouvette.standards.crbio.patient import record_target
from eprouvette.standards.crbio.vocabulary import CONFIDENTIALITIES, ENCOUNTERS
from eprouvette.standards.report.model import LabReport, Signature
from eprouvette.standards.report.people import Addressee, Device, Informant, Organization, Professional

# Both texts are compared letter by letter by the official rules, straight apostrophe included.
_CODE = Coded("11502-2", oids.LOINC, "CR d'examens biologiques")
_TITLE = Xml("<title>Compte rendu d'examens biologiques</title>")
_SIGNED = Xml('<signatureCode code="S"/>')
_NOT_APPLICABLE = Xml('<time nullFlavor="NA"/>')
_UNKNOWN_TIME = Xml('<time nullFlavor="UNK"/>')
_PRELV = Coded("PRELV", "1.2.250.1.213.1.1.4.2.280", "Préleveur")
_SECOND = Coded("1443252", oids.TA_ASIP, "Résultats des examens d'un laboratoire de seconde intention")
_PCP = Coded("PCP", "2.16.840.1.113883.5.88", "Médecin traitant")


def header(report: LabReport, templates: Xml) -> Xml:
    """All that stands before ``component``; ``templates`` are the document's templateIds."""
    document = report.document
    return join(
        (
            Xml('<realmCode code="FR"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>'),
            templates,
            shapes.document_id("id", document.id),
            shapes.code("code", _CODE),
            _TITLE,
            shapes.time("effectiveTime", document.created_at),
            el(
                "confidentialityCode",
                code=document.confidentiality,
                displayName=CONFIDENTIALITIES[document.confidentiality],
                codeSystem=oids.CONFIDENTIALITY,
            ),
            Xml('<languageCode code="fr-FR"/>'),
            shapes.document_id("setId", document.set_id),
            el("versionNumber", value=str(document.version)),
            record_target(report.patient),
            join(_author(author, rank, report) for rank, author in enumerate(report.authors)),
            join(_informant(informant) for informant in report.informants),
            _custodian(report.custodian),
            join(_recipient(copy) for copy in report.copies),
            join(_addressee(structure) for structure in report.addressees),
            _legal_authenticator(report.legal_authenticator, report),
            join(_authenticator(signature) for signature in report.validators),
            _participants(report),
            join(_order(number) for number in (report.order.id, *report.order.further_ids)),
            _acts(report),
            _related(document.replaces),
            _encounter(report),
        )
    )


def _order(number: Identifier) -> Xml:
    return el("inFulfillmentOf", el("order", shapes.identifier(number)))


def _author(author: Professional | Device, rank: int, report: LabReport) -> Xml:
    moments = report.authored_at
    when = shapes.time("time", moments[rank] if rank < len(moments) else report.document.created_at)
    if isinstance(author, Device):
        who = _device(author, report.laboratory)
    else:
        who = join(
            (
                shapes.reach(author),
                el("assignedPerson", shapes.person_name(author.name)),
                shapes.organization("representedOrganization", author.organization) if author.organization else NOTHING,
            )
        )
    return el("author", when, el("assignedAuthor", who))


def _device(device: Device, laboratory: Organization) -> Xml:
    made = el(
        "assignedAuthoringDevice",
        el("manufacturerModelName", text(device.manufacturer)),
        el("softwareName", text(device.software)),
    )
    if device.id is None:
        # A software has no national identifier: it is known by the structure that runs it.
        structure = shapes.organization("representedOrganization", laboratory)
        return join((shapes.identifier(laboratory.id), made, structure))
    owner = device.organization
    return join(
        (
            shapes.identifier(device.id),
            shapes.code("code", device.type) if device.type else NOTHING,
            shapes.address(device.address),
            shapes.telecoms(device.telecoms),
            made,
            shapes.organization("representedOrganization", owner) if owner else NOTHING,
        )
    )


def _informant(informant: Informant | Professional) -> Xml:
    if isinstance(informant, Professional):
        return el("informant", shapes.assigned_entity(informant))
    return el(
        "informant",
        el(
            "relatedEntity",
            shapes.code("code", informant.relation) if informant.relation else NOTHING,
            shapes.address(informant.address),
            shapes.telecoms(informant.telecoms),
            el("relatedPerson", shapes.person_name(informant.name)),
            classCode=informant.role,
        ),
    )


def _addressee(structure: Addressee) -> Xml:
    return el(
        "informationRecipient",
        el(
            "intendedRecipient",
            Xml('<templateId root="1.3.6.1.4.1.19376.1.3.3.1.4"/>'),
            shapes.identifier(structure.id) if structure.id else NOTHING,
            shapes.address(structure.address),
            shapes.telecoms(structure.telecoms),
            el("receivedOrganization", el("name", text(structure.name))),
        ),
    )


def _custodian(custodian: Organization) -> Xml:
    # At most one telecom and one address are allowed here.
    return el(
        "custodian",
        el(
            "assignedCustodian",
            el(
                "representedCustodianOrganization",
                shapes.identifier(custodian.id),
                el("name", text(custodian.name)),
                shapes.telecoms(custodian.telecoms[:1]),
                shapes.address(custodian.address),
            ),
        ),
    )


def _recipient(copy: Professional) -> Xml:
    return el(
        "informationRecipient",
        el(
            "intendedRecipient",
            Xml('<templateId root="1.3.6.1.4.1.19376.1.3.3.1.4"/>'),
            shapes.identifier(copy.id),
            shapes.address(copy.address),
            shapes.telecoms(copy.telecoms),
            el("informationRecipient", shapes.person_name(copy.name)),
            # The published model of a recipient has no practice setting.
            shapes.organization("receivedOrganization", replace(copy.organization, industry=None))
            if copy.organization
            else NOTHING,
        ),
    )


def _legal_authenticator(signature: Signature, report: LabReport) -> Xml:
    return el(
        "legalAuthenticator",
        shapes.time("time", signature.at),
        _SIGNED,
        shapes.assigned_entity(signature.by, industry=report.laboratory.industry),
    )


def _authenticator(signature: Signature) -> Xml:
    return el(
        "authenticator",
        Xml('<templateId root="1.3.6.1.4.1.19376.1.3.3.1.5"/>'),
        shapes.time("time", signature.at),
        _SIGNED,
        shapes.assigned_entity(signature.by),
    )


def _until(moment: datetime) -> Xml:
    return el("time", shapes.time("high", moment), xsi_type="IVL_TS")


def _participants(report: LabReport) -> Xml:
    order = report.order
    found = [
        el(
            "participant",
            Xml('<templateId root="1.3.6.1.4.1.19376.1.3.3.1.6"/>'),
            _until(order.prescribed_at) if order.prescribed_at else _UNKNOWN_TIME,
            shapes.associated_entity(order.prescriber),
            typeCode="REF",
        )
    ]
    if sampler := report.sampler:
        found.append(
            el(
                "participant",
                shapes.code("functionCode", _PRELV),
                _until(sampler.at),
                shapes.associated_entity(sampler.by),
                typeCode="PRF",
            )
        )
    if attending := report.attending:
        found.append(
            el(
                "participant",
                shapes.code("functionCode", _PCP),
                _NOT_APPLICABLE,
                shapes.associated_entity(attending),
                typeCode="INF",
            )
        )
    return join(found)


def _acts(report: LabReport) -> Xml:
    """The laboratory's act under its code or the first chapter's, then one bare act for each further code."""
    event = report.service_event
    own = (event.code,) if event.code else ()
    codes = list(dict.fromkeys((*own, *(chapter.code for chapter in report.chapters), *event.further_codes)))
    # The schema of the extension knows two values: nothing more is awaited of an abandoned report.
    state = "active" if report.document.status == "active" else "completed"
    first = el(
        "serviceEvent",
        shapes.identifier(event.id),
        shapes.code("code", codes[0]),
        el("lab:statusCode", code=state),
        el(
            "effectiveTime",
            shapes.time("low", event.started_at),
            shapes.time("high", event.ended_at) if event.ended_at else NOTHING,
        ),
        el(
            "performer",
            Xml('<templateId root="1.3.6.1.4.1.19376.1.3.3.1.7"/>'),
            el("time", shapes.time("high", event.performed_at)),
            _director(report),
            typeCode="PRF",
        ),
    )
    # A chapter of second intention is told by the act of the specialised laboratory.
    told = _SECOND.code if report.second_intention else ""
    others = (el("serviceEvent", shapes.code("code", code)) for code in codes[1:] if code.code != told)
    return join(el("documentationOf", act) for act in (first, *others, *_second_intention(report)))


def _second_intention(report: LabReport) -> list[Xml]:
    """The act of the specialised laboratory, with its own state and times."""
    second = report.second_intention
    if second is None:
        return []
    return [
        el(
            "serviceEvent",
            shapes.code("code", _SECOND),
            el("lab:statusCode", code=second.status),
            el(
                "effectiveTime",
                shapes.time("low", second.started_at),
                shapes.time("high", second.ended_at) if second.ended_at else NOTHING,
            ),
        )
    ]


def _director(report: LabReport) -> Xml:
    director = report.service_event.director
    laboratory = director.organization or report.laboratory
    return el(
        "assignedEntity",
        shapes.reach(director),
        el("assignedPerson", shapes.person_name(director.name)),
        shapes.organization("representedOrganization", laboratory, industry=report.laboratory.industry),
    )


def _related(replaced: str | None) -> Xml:
    if replaced is None:
        return NOTHING
    return el("relatedDocument", el("parentDocument", shapes.document_id("id", replaced)), typeCode="RPLC")


def _encounter(report: LabReport) -> Xml:
    encounter = report.encounter
    laboratory = report.laboratory
    # The minimal structure refuses an interval whose two bounds are one instant.
    ended = encounter.ended_at if encounter.ended_at != encounter.started_at else None
    return el(
        "componentOf",
        el(
            "encompassingEncounter",
            shapes.identifier(encounter.id) if encounter.id else NOTHING,
            shapes.code("code", ENCOUNTERS[encounter.type]),
            el(
                "effectiveTime",
                shapes.time("low", encounter.started_at),
                shapes.time("high", ended) if ended else NOTHING,
            ),
            el("responsibleParty", shapes.assigned_entity(encounter.responsible, accreditation=True)),
            el(
                "location",
                el(
                    "healthCareFacility",
                    shapes.code("code", encounter.facility_type),
                    el("location", el("name", text(laboratory.name)), shapes.address(laboratory.address)),
                ),
            ),
        ),
    )
