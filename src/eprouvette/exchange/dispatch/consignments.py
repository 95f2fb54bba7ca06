"""What a channel is handed for a delivery, and which channel that is."""

from __future__ import annotations

from typing import Final, cast

from eprouvette.core.dates import PARIS
from eprouvette.exchange.channels.base import Channel, ChannelCode, Consignment, Sender
from eprouvette.exchange.channels.dmp import DmpChannel
from eprouvette.exchange.channels.mssante import MssanteChannel
from eprouvette.exchange.dispatch.facts import facts_for, report_of
from eprouvette.exchange.dispatch.forms import PARCELS
from eprouvette.exchange.dispatch.holding import held
from eprouvette.exchange.dispatch.models import Delivery
from eprouvette.exchange.dispatch.rules import Decision, decide
from eprouvette.exchange.dispatch.states import State
from eprouvette.foundation.documents import queries as documents
from eprouvette.foundation.structures.models import Site
from eprouvette.standards.report.model import LabReport

CHANNELS: Final[dict[ChannelCode, Channel]] = {
    "dmp": DmpChannel(),
    "mss_pro": MssanteChannel(),
    "mss_patient": MssanteChannel(),
}


def channel(code: ChannelCode) -> Channel:
    """The way out of that code."""
    return CHANNELS[code]


def of(delivery: Delivery) -> Consignment:
    """The consignment of a delivery (its release, dossier and site are read with it)."""
    release = delivery.release
    report = report_of(release)
    digests = dict(release.documents.values_list("form", "digest"))
    second = PARCELS[delivery.form].second
    patient = report.patient
    return Consignment(
        channel=cast(ChannelCode, delivery.channel),
        recipient=delivery.address,
        recipient_name=delivery.recipient_name,
        submission_id=delivery.submission_id,
        message_id=delivery.message_id,
        sealed_at=delivery.sealed_at,
        attempt=delivery.attempts + (delivery.state == State.QUEUED),
        document_id=release.document_id,
        dossier_number=release.dossier.number,
        cda=documents.load(digests[delivery.form]),
        pdf=documents.load(digests["pdf"]),
        ins=patient.ins,
        patient_family=patient.used_family_name or patient.birth_family_name,
        patient_given=patient.used_given_name or patient.first_given_name,
        patient_birth_date=patient.birth_date.french(),
        act_date=f"{report.encounter.started_at.astimezone(PARIS):%Y%m%d}",
        sender=_sender(release.dossier.site, report),
        replaces=held_before(delivery) if delivery.version > 1 else None,
        cancels=report.cancelled,
        second=documents.load(digests[second]) if second else None,
    )


def held_before(delivery: Delivery) -> str | None:
    """The document id of the last version that this recipient has by this channel, if any.

    What a channel is told about replacement follows from what it accepted, never from the version number.
    """
    rows = held(delivery.set_id, delivery.version).filter(
        channel=delivery.channel, recipient_key=delivery.recipient_key
    )
    before = rows.select_related("release").last()
    return before.release.document_id if before else None


def decided_now(delivery: Delivery) -> Decision | None:
    """What would be decided for this recipient at this moment, whatever was decided before (REQ-INS-26)."""
    for line in decide(facts_for(delivery.release)):
        if (line.channel, line.key) == (delivery.channel, delivery.recipient_key):
            return line
    return None


def _sender(site: Site, report: LabReport) -> Sender:
    person = report.legal_authenticator.by
    return Sender(
        structure_id=site.structure_id,
        structure_name=site.name,
        oid=site.oid,
        person_id=person.id.extension,
        person_family=person.name.family,
        person_given=person.name.given,
        person_specialty=person.specialty.code if person.specialty else "",
        person_specialty_label=person.specialty.display if person.specialty else "",
        from_address=site.mss_from,
        reply_to=site.mss_reply_to,
    )
