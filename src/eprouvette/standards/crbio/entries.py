"""The entry of a section: one act holding samples, results, batteries, comments and the validator.

Source: CI-SIS CR-BIO 2024.01 (digest ``cr-bio.md`` 6.2 to 6.5). The templateIds stand on ``entry``, where the
official rules look for them.
"""

from __future__ import annotations

import base64
from typing import Final

from eprouvette.core import oids
from eprouvette.core.coded import Coded
from eprouvette.standards.crbio import rows, shapes, values
from eprouvette.standards.crbio.markup import NOTHING, Xml, attribute, el, join, text
from eprouvette.standards.crbio.rows import Place
from eprouvette.standards.report.results import (
    Battery,
    Entry,
    Image,
    Isolate,
    Material,
    Method,
    NonHumanSubject,
    Observation,
    Organism,
    Performer,
    Prior,
    Sample,
    TestCode,
    Validation,
)

_ENTRY: Final = Xml('<templateId root="1.3.6.1.4.1.19376.1.3.1"/><templateId root="1.2.250.1.213.1.1.3.21"/>')
_RESULT: Final = Xml('<templateId root="1.3.6.1.4.1.19376.1.3.1.6"/><templateId root="1.2.250.1.213.1.1.3.80"/>')
_BATTERY: Final = Xml('<templateId root="1.3.6.1.4.1.19376.1.3.1.4"/><templateId root="1.2.250.1.213.1.1.3.78"/>')
_SAMPLE: Final = Xml('<templateId root="1.3.6.1.4.1.19376.1.3.1.2"/><templateId root="1.2.250.1.213.1.1.3.77"/>')
_RECEIVED: Final = Xml('<templateId root="1.3.6.1.4.1.19376.1.3.1.3"/><templateId root="1.2.250.1.213.1.1.3.107"/>')
_VALIDATOR: Final = Xml('<templateId root="1.3.6.1.4.1.19376.1.3.3.1.5"/><templateId root="1.2.250.1.213.1.1.3.109"/>')
_COMMENT: Final = Xml(
    '<templateId root="2.16.840.1.113883.10.20.1.40"/><templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.2"/>'
    '<templateId root="1.2.250.1.213.1.1.3.32"/>'
)
_ISOLATE: Final = Xml('<templateId root="1.3.6.1.4.1.19376.1.3.1.5"/><templateId root="1.2.250.1.213.1.1.3.79"/>')
_MEDIA: Final = Xml('<templateId root="2.16.840.1.113883.10.12.304"/><templateId root="1.2.250.1.213.1.1.3.103"/>')
_OTHER: Final = Xml('<templateId root="1.3.6.1.4.1.19376.1.3.3.1.7"/><templateId root="1.2.250.1.213.1.1.3.23"/>')
_COMPLETED: Final = Xml('<statusCode code="completed"/>')
_COMMENT_CODE: Final = shapes.loinc("code", "48767-8", "Commentaire")
_COLLECTION_CODE: Final = shapes.loinc("code", "33882-2", "Prélèvement")
# The rules print this root with 1.3.5 where 1.3.6 is meant; they compare it literally.
_RECEPTION_CODE: Final = shapes.code("code", Coded("SPRECEIVE", "1.3.5.1.4.1.19376.1.5.3.2", "Échantillon reçu"))


def section_entry(place: Place, code: Coded) -> Xml:
    """``entry`` of a section; ``code`` is the sub-chapter's, else the chapter's."""
    section = place.section
    base = place.base
    samples = (_sample(sample, base, number) for number, sample in enumerate(section.samples, 1))
    results = (_entry(inner, entry, place) for inner, entry in place.entries())
    act = el(
        "act",
        _act_code(*(section.act_codes or (code,))),
        el("statusCode", code=section.status),
        _performer(section.performer),
        _validator(section.validation) if section.validation else NOTHING,
        *(Xml(f'<entryRelationship typeCode="COMP">{sample}</entryRelationship>') for sample in samples),
        *(Xml(f'<entryRelationship typeCode="COMP">{result}</entryRelationship>') for result in results),
        *_comments(base, section.comments, "entryRelationship", "SUBJ"),
        classCode="ACT",
        moodCode="EVN",
    )
    return el("entry", _ENTRY, act, typeCode="DRIV")


def _entry(base: str, entry: Entry, place: Place) -> Xml:
    match entry:
        case Observation():
            return _result(base, entry, place)
        case Battery():
            return _battery(base, entry, place)
        case Isolate():
            return _isolate(base, entry, place)
        case Image():
            return _image(base, entry)


def _act_code(code: Coded, *further: Coded) -> Xml:
    """A LOINC code; any other one goes into ``translation`` of a code without attribute."""
    others = join(shapes.code("translation", one) for one in further)
    if code.system == oids.LOINC:
        return shapes.code("code", code, others)
    return el("code", shapes.code("translation", code), others)


def _result(base: str, observation: Observation, place: Place) -> Xml:
    content = observation.value
    return el(
        "observation",
        _RESULT,
        _test_code(observation.code, base),
        el("derivationExpr", text(observation.derivation)) if observation.derivation else NOTHING,
        Xml(f'<statusCode code="{attribute(observation.status)}"/>'),
        shapes.time("effectiveTime", observation.time) if observation.time else NOTHING,
        values.value(content, rows.value_id(base)) if content is not None else NOTHING,
        values.interpretation(observation.interpretation),
        _method(observation.method, base),
        _specimen(place.samples[observation.sample]) if observation.sample is not None else NOTHING,
        _performer(observation.performer),
        *(_material(one, rows.material_id(base, number)) for number, one in enumerate(observation.materials, 1)),
        *(
            _prior(prior, observation, base, rows.prior_base(base, number))
            for number, prior in enumerate(observation.priors, 1)
        ),
        *_comments(base, observation.comments, "entryRelationship", "SUBJ"),
        values.reference_range(observation.reference, content),
        classCode="OBS",
        moodCode="EVN",
    )


def _test_code(code: TestCode, base: str) -> Xml:
    words = shapes.original(rows.label_id(base))
    local = shapes.code("translation", code.local) if code.local else NOTHING
    if code.further:
        local = join((local, *(shapes.code("translation", one) for one in code.further)))
    if code.loinc is None:
        return el("code", words, local)
    return shapes.code("code", code.loinc, words, local)


def _method(method: Method | None, base: str) -> Xml:
    if method is None:
        return NOTHING
    words = shapes.original(rows.method_id(base))
    return shapes.code("methodCode", method.coded, words) if method.coded else el("methodCode", words)


def _material(material: Material, words: str) -> Xml:
    """An analyser or a kit (DEV), a medium or a reagent (CSM)."""
    kind, role = ("DEV", "MANU") if material.role == "device" else ("CSM", "ADTV")
    device = el("playingDevice", shapes.code("code", material.coded, shapes.original(words)))
    return el("participant", el("participantRole", device, classCode=role), typeCode=kind)


def _specimen(sample: Sample) -> Xml:
    held = shapes.identifier(sample.id)
    return Xml(f'<specimen typeCode="SPC"><specimenRole classCode="SPEC">{held}</specimenRole></specimen>')


def _prior(prior: Prior, parent: Observation, base: str, own: str) -> Xml:
    """An earlier result: the code of its parent, no templateId; the same method is the parent's words."""
    observation = el(
        "observation",
        _test_code(prior.code, own) if prior.code else _test_code(parent.code, base),
        _COMPLETED,
        shapes.time("effectiveTime", prior.time) if prior.time else Xml('<effectiveTime nullFlavor="UNK"/>'),
        values.value(prior.value, rows.value_id(own)),
        values.interpretation(prior.interpretation),
        _method(prior.method, base if prior.method == parent.method else own),
        values.reference_range(prior.reference, prior.value),
        classCode="OBS",
        moodCode="EVN",
    )
    return el("entryRelationship", observation, typeCode="REFR")


def _battery(base: str, battery: Battery, place: Place) -> Xml:
    results = (_result(inner, observation, place) for inner, observation in rows.members(base, battery))
    return el(
        "organizer",
        _BATTERY,
        _battery_code(battery, base),
        el("statusCode", code=battery.status),
        _performer(battery.performer),
        *(Xml(f'<component typeCode="COMP">{result}</component>') for result in results),
        *(el("component", _image(inner, image), typeCode="COMP") for inner, image in rows.pictures(base, battery)),
        *_comments(base, battery.comments, "component", "COMP"),
        classCode="BATTERY",
        moodCode="EVN",
    )


def _isolate(base: str, isolate: Isolate, place: Place) -> Xml:
    """The micro-organism, its results, then its antibiograms, each a battery inside."""
    results = (_result(inner, observation, place) for inner, observation in rows.members(base, isolate))
    antibiograms = (_battery(inner, battery, place) for inner, battery in rows.antibiograms(base, isolate))
    role = el(
        "specimenRole",
        shapes.identifier(isolate.id) if isolate.id else NOTHING,
        el("specimenPlayingEntity", _organism(isolate.organism, base), classCode="MIC"),
        classCode="SPEC",
    )
    return el(
        "organizer",
        _ISOLATE,
        el("statusCode", code=isolate.status),
        shapes.time("effectiveTime", isolate.time) if isolate.time else NOTHING,
        el("specimen", role, typeCode="SPC"),
        *(el("component", inner, typeCode="COMP") for inner in (*results, *antibiograms)),
        *_comments(base, isolate.comments, "component", "COMP"),
        classCode="CLUSTER",
        moodCode="EVN",
    )


def _organism(organism: Organism, base: str) -> Xml:
    words = shapes.original(rows.label_id(base))
    if organism.coded is None:
        return el("code", words)
    taxonomy = shapes.code("translation", organism.taxonomy) if organism.taxonomy else NOTHING
    return shapes.code("code", organism.coded, words, taxonomy)


def _image(base: str, image: Image) -> Xml:
    content = base64.b64encode(image.content).decode("ascii")
    return el(
        "observationMedia",
        _MEDIA,
        el("value", Xml(content), mediaType=image.media_type, representation="B64"),
        classCode="OBS",
        moodCode="EVN",
        ID=rows.image_id(base),
    )


def _performer(performer: Performer | None) -> Xml:
    """The other laboratory; known by its biologist's identifier, else by its own."""
    if performer is None:
        return NOTHING
    laboratory, biologist = performer.laboratory, performer.biologist
    structure = shapes.organization("representedOrganization", laboratory, industry=laboratory.industry)
    if biologist is None:
        reach = (shapes.identifier(laboratory.id), shapes.address(laboratory.address))
        who = join((*reach, shapes.telecoms(laboratory.telecoms)))
    else:
        who = join((shapes.reach(biologist), el("assignedPerson", shapes.person_name(biologist.name))))
    return el(
        "performer",
        _OTHER,
        shapes.time("time", performer.at) if performer.at else Xml('<time nullFlavor="UNK"/>'),
        el("assignedEntity", who, structure),
        typeCode="PRF",
    )


def _battery_code(battery: Battery, base: str) -> Xml:
    words = shapes.original(rows.label_id(base))
    if battery.code is None:
        return el("code", words)
    if battery.code.system != oids.LOINC:
        return el("code", words, shapes.code("translation", battery.code))
    return shapes.code("code", battery.code, words)


def _sample(sample: Sample, base: str, number: int) -> Xml:
    kind = shapes.code("code", sample.type, shapes.original(rows.sample_id(base, number)))
    act = sample.act
    role = el("participantRole", shapes.identifier(sample.id), el("playingEntity", kind), classCode="SPEC")
    return el(
        "procedure",
        _SAMPLE,
        shapes.code("code", act, shapes.original(rows.taking_id(base, number))) if act else _COLLECTION_CODE,
        el("effectiveTime", shapes.time("high", sample.collected_at)),
        shapes.code("targetSiteCode", sample.site) if sample.site else NOTHING,
        _subject(sample.subject, rows.subject_id(base, number)) if sample.subject else NOTHING,
        el("performer", shapes.assigned_entity(sample.collector), typeCode="PRF") if sample.collector else NOTHING,
        el("participant", role, typeCode="PRD"),
        _reception(sample),
        classCode="PROC",
        moodCode="EVN",
    )


def _subject(subject: NonHumanSubject, reference: str) -> Xml:
    """What was sampled when it is not the patient, on the sampling and without templateId.

    The templates of a non-human subject demand a child ``Addr`` that the schema of CDA has not, and the rules of an
    act or a battery demand those templates: nothing else passes both.
    """
    words = shapes.original(reference)
    kind = shapes.code("code", subject.coded, words) if subject.coded else el("code", words)
    place = shapes.address(subject.place) if subject.place else NOTHING
    return el("subject", el("relatedSubject", kind, place), typeCode="SBJ")


def _reception(sample: Sample) -> Xml:
    if sample.received_at is None:
        return NOTHING
    received = shapes.time("effectiveTime", sample.received_at)
    act = el("act", _RECEIVED, _RECEPTION_CODE, received, classCode="ACT", moodCode="EVN")
    return el("entryRelationship", act, typeCode="COMP")


def _validator(validation: Validation) -> Xml:
    who = validation.by
    return el(
        "participant",
        _VALIDATOR,
        el("time", shapes.time("high", validation.at)),
        el(
            "participantRole",
            shapes.identifier(who.id),
            shapes.address(who.address),
            shapes.telecoms(who.telecoms),
            el("playingEntity", shapes.person_name(who.name)),
        ),
        typeCode="AUTHEN",
    )


def _comments(base: str, comments: tuple[str, ...], around: str, type_code: str) -> list[Xml]:
    return [
        el(
            around,
            el(
                "act",
                _COMMENT,
                _COMMENT_CODE,
                Xml(f'<text><reference value="#{rows.comment_id(base, number)}"/></text>'),
                _COMPLETED,
                classCode="ACT",
                moodCode="EVN",
            ),
            typeCode=type_code,
        )
        for number, _ in enumerate(comments, 1)
    ]
