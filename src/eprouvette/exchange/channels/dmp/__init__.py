"""The DMP, directly, with the certificates of the structure (TD0.2 then TD2.1).

Source: digest ``exchanges.md`` 2; the design's four answers of a channel.
"""

from __future__ import annotations

import uuid
from functools import cache

from django.conf import settings
from django.utils import timezone

from eprouvette import __version__
from eprouvette.core import oids
from eprouvette.core.coded import Coded, Identifier
from eprouvette.exchange.channels.base import Ambiguous, Consignment, Done, Later, Outcome, Refused
from eprouvette.foundation import trust
from eprouvette.standards.dmp.client import Call, DmpClient, Endpoints
from eprouvette.standards.dmp.existence import Dmp
from eprouvette.standards.dmp.outcome import Answer, Kind
from eprouvette.standards.dmp.submission import REPLACED, Ids, Submission, replacing, seal
from eprouvette.standards.dmp.vihf import Actor, Software, VihfVersion
from eprouvette.standards.tls import client_context
from eprouvette.standards.xdm.entry import Author, ce, xcn, xon
from eprouvette.standards.xdm.reading import PLAIN, PRESENTABLE
from eprouvette.standards.xmlsign.signer import Signer

_SIGNATURE_START = b"\n<?xml"


class DmpChannel:
    """Deposits one document in the patient's DMP."""

    def seal(self, consignment: Consignment) -> bytes:
        """The signed submission: its registry objects, then its signature document."""
        sealed = seal(
            consignment.cda,
            _ids(consignment),
            _author(consignment),
            consignment.sender.oid,
            signer(),
            replaces=REPLACED if consignment.replaces else "",
        )
        return sealed.body.encode() + b"\n" + sealed.signature

    def send(self, consignment: Consignment, sealed: bytes) -> Outcome:
        """Ask whether there is a DMP, then submit; a document already there under its id is done.

        A new version asks first for the registry's reference of the one that it replaces.
        """
        if consignment.ins is None:
            return Refused("INS", "Le compte rendu ne porte pas d'INS.", "Qualifier l'identité du patient.")
        sender = consignment.sender
        actor = Actor(
            sender.person_id, sender.person_family, sender.person_given, sender.person_specialty, sender.structure_id
        )
        found = client().exists(
            _call(),
            actor,
            consignment.ins,
            sender_oid=sender.oid,
            message_oid=f"{consignment.submission_id}.2.{consignment.attempt}",
            production=settings.EPROUVETTE_PROFILE == "production",
        )
        if isinstance(found, Answer):
            return outcome_of(found, consignment)
        if found.dmp is not Dmp.OPEN:
            words = "fermé" if found.dmp is Dmp.CLOSED else "absent"
            return Refused(f"TD0.2 {found.dmp}", f"Le DMP du patient est {words}.", "", not_applicable=True)
        submission = _submission(consignment, sealed)
        if consignment.replaces:
            reference = client().find(_call(), actor, consignment.ins, consignment.replaces)
            if isinstance(reference, Answer):
                return outcome_of(reference, consignment)
            submission = replacing(submission, reference)
        return outcome_of(client().submit(_call(), actor, consignment.ins, submission), consignment)


def outcome_of(answer: Answer, consignment: Consignment) -> Outcome:
    """The channel's answer for the DMP's."""
    match answer.kind:
        case Kind.DONE:
            return Done(remote_id=consignment.document_id, detail=answer.text)
        case Kind.NOT_APPLICABLE:
            return Refused(answer.code, answer.text, answer.remedy, not_applicable=True)
        case Kind.FINAL:
            return Refused(answer.code, answer.text, answer.remedy)
        case Kind.CONFIGURATION:
            return Later(answer.code, answer.text, answer.remedy, stops_channel=True)
        case Kind.TRANSIENT:
            return Later(answer.code, answer.text, answer.remedy)
        case Kind.AMBIGUOUS:
            return Ambiguous(f"{answer.code} {answer.text}".strip())


@cache
def client() -> DmpClient:
    """The client of this process: connections and keys are kept."""
    credential = trust.load("dmp_auth")
    context = client_context(cert=credential.cert_path, key=credential.key_path, authorities=trust.ca_path())
    software = Software("Éprouvette", __version__, settings.EPROUVETTE_DMP_APPROVAL)
    endpoints = Endpoints.under(settings.EPROUVETTE_DMP_URL)
    version: VihfVersion = "3.0" if settings.EPROUVETTE_VIHF_VERSION == "3.0" else "4.0"
    return DmpClient(endpoints, context, signer(), software, version)


@cache
def signer() -> Signer:
    """The seal of the structure (ORG SIGN), parsed once."""
    credential = trust.load("dmp_sign")
    return Signer(credential.cert_pem, credential.key_pem)


def _ids(consignment: Consignment) -> Ids:
    return Ids(consignment.submission_id, f"{consignment.submission_id}.1", consignment.sealed_at)


def _author(consignment: Consignment) -> Author:
    sender = consignment.sender
    specialty = Coded(sender.person_specialty, oids.SPECIALTY, sender.person_specialty_label)
    return Author(
        institution=xon(Identifier(oids.STRUCTURE, sender.structure_id), sender.structure_name),
        person=xcn(Identifier(oids.PROFESSIONAL, sender.person_id), sender.person_family, sender.person_given),
        specialty=ce(specialty),
    )


def _submission(consignment: Consignment, sealed: bytes) -> Submission:
    body, _, signature = sealed.partition(_SIGNATURE_START)
    presentable = b"<xsl:stylesheet" in consignment.cda[:1000]
    return Submission(
        body=body.decode(),
        document=consignment.cda,
        signature=_SIGNATURE_START[1:] + signature,
        unique_id=consignment.document_id,
        mime_type=PRESENTABLE if presentable else PLAIN,
    )


def _call() -> Call:
    return Call(f"_{uuid.uuid4()}", str(uuid.uuid4()), timezone.now())
