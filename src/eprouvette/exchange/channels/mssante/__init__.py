"""MSSanté: one mail for one recipient, professional or patient, through the laboratory's operator.

Source: digest ``exchanges.md`` 3; the design's four answers of a channel.
"""

from __future__ import annotations

from functools import cache

from django.conf import settings

from eprouvette import __version__
from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.core.dates import utc_stamp
from eprouvette.exchange.channels.base import Ambiguous, Consignment, Done, Later, Outcome, Refused
from eprouvette.foundation import trust
from eprouvette.standards.mssante.message import Mail, compose
from eprouvette.standards.mssante.smtp import Receipt, SmtpSubmitter, Taken
from eprouvette.standards.tls import client_context
from eprouvette.standards.xdm.entry import Author, ce, xcn, xon
from eprouvette.standards.xdm.metadata import SubmissionSet
from eprouvette.standards.xdm.package import Producer, build_xdm, members_of

PRODUCT = f"Eprouvette {__version__}"


class MssanteChannel:
    """Mails one document to one recipient."""

    def seal(self, consignment: Consignment) -> bytes:
        """The whole mail, with its IHE_XDM.zip and its PDF."""
        sender = consignment.sender
        return compose(_mail(consignment), _xdm(consignment, sender.structure_name), consignment.pdf)

    def send(self, consignment: Consignment, sealed: bytes) -> Outcome:
        """Hand the mail to the operator."""
        receipt = submitter().submit(consignment.sender.from_address, consignment.recipient, sealed)
        return outcome_of(receipt, consignment)


def outcome_of(receipt: Receipt, consignment: Consignment) -> Outcome:
    """The channel's answer for the operator's."""
    match receipt.taken:
        case Taken.DONE:
            return Done(remote_id=consignment.message_id, detail=receipt.text)
        case Taken.REFUSED:
            return Refused(receipt.code, receipt.text, receipt.remedy)
        case Taken.LATER:
            return Later(receipt.code, receipt.text, receipt.remedy)
        case Taken.CONFIGURATION:
            return Later(receipt.code, receipt.text, receipt.remedy, stops_channel=True)
        case Taken.AMBIGUOUS:
            return Ambiguous(receipt.text)


@cache
def submitter() -> SmtpSubmitter:
    """The submitter of this process: connections are kept."""
    host, _, port = settings.EPROUVETTE_SMTP.rpartition(":")
    credential = trust.load("mss")
    context = client_context(cert=credential.cert_path, key=credential.key_path, authorities=trust.ca_path())
    return SmtpSubmitter(
        host,
        int(port or 587),
        context,
        limit=settings.EPROUVETTE_MAIL_LIMIT,
        more_domains=settings.EPROUVETTE_MAIL_DOMAINS,
    )


def _mail(consignment: Consignment) -> Mail:
    return Mail(
        sender_label=consignment.sender.structure_name,
        sender=consignment.sender.from_address,
        reply_to=consignment.sender.reply_to,
        recipient=consignment.recipient,
        kind="patient" if consignment.channel == "mss_patient" else "professional",
        message_id=consignment.message_id,
        at=consignment.sealed_at,
        family=consignment.patient_family,
        given=consignment.patient_given,
        birth_date=consignment.patient_birth_date,
        act_date=consignment.act_date,
        dossier=consignment.dossier_number,
        has_ins=consignment.ins is not None,
        replaces=consignment.replaces is not None,
        cancels=consignment.cancels,
        product=PRODUCT,
    )


def _xdm(consignment: Consignment, structure: str) -> bytes:
    sender = consignment.sender
    documents = (consignment.cda, *([consignment.second] if consignment.second else []))
    members = members_of(documents)
    entry = members[0].entry
    author = Author(
        institution=xon(Identifier(oids.STRUCTURE, sender.structure_id), structure),
        person=xcn(Identifier(oids.PROFESSIONAL, sender.person_id), sender.person_family, sender.person_given),
        specialty=ce(Coded(sender.person_specialty, oids.SPECIALTY, sender.person_specialty_label)),
    )
    submission = SubmissionSet(
        unique_id=consignment.submission_id,
        source_id=sender.oid,
        patient_id=entry.patient_id,
        time=utc_stamp(consignment.sealed_at),
        title=entry.title,
        author=author,
        recipient=f"^^Internet^{consignment.recipient}",
    )
    producer = Producer(structure, sender.reply_to, "Éprouvette", __version__)
    return build_xdm(submission, members, documents, producer, consignment.sealed_at)
