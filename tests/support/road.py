"""A dossier ready to be released, through the services of the product, and a channel that does as it is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from eprouvette.core.dates import PARIS
from eprouvette.exchange.channels.base import Consignment, Done, Outcome
from eprouvette.exchange.intake import services as intake
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.results import queries as results
from eprouvette.lab.validation import services as validation
from eprouvette.lab.validation.models import Release
from eprouvette.sandbox.scenario import report as player
from eprouvette.sandbox.scenario.laboratory import Laboratory, patient_of_demonstration, prepare, register

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
RECEIVED_AT = datetime(2026, 11, 23, 9, 15, tzinfo=PARIS)


def demonstration_dossier(laboratory: Laboratory) -> Dossier:
    """The dossier that the messages of ``examples/`` are for."""
    return register(
        laboratory,
        patient_of_demonstration(),
        player.PANELS,
        exams=player.EXAMS,
        order_number=player.ORDER,
        tubes=player.TUBES,
        received_at=player.RECEIVED_AT,
    )


def receive_examples() -> list[bytes]:
    """Take the messages of ``examples/`` as the listener would; returns the answers."""
    return [intake.receive(path.read_bytes(), peer="test") for path in sorted(EXAMPLES.glob("*.hl7"))]


def released() -> Release:
    """The demonstration report, released by the biologist."""
    laboratory = prepare()
    dossier = demonstration_dossier(laboratory)
    receive_examples()
    observations = [row.pk for row in results.observations_of(dossier.pk)]
    validation.check(observations, user=laboratory.technician)
    validation.validate(observations, user=laboratory.biologist)
    return validation.release(dossier.pk, user=laboratory.biologist)


class Scripted:
    """A channel that gives the outcomes it was told, then accepts; it keeps what it was handed."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[tuple[Consignment, bytes]] = []

    def seal(self, consignment: Consignment) -> bytes:
        """Bytes that follow from the consignment only."""
        return f"{consignment.channel} {consignment.submission_id} {consignment.message_id}".encode()

    def send(self, consignment: Consignment, sealed: bytes) -> Outcome:
        """The next outcome of the script."""
        self.sent.append((consignment, sealed))
        return self.outcomes.pop(0) if self.outcomes else Done(remote_id=f"remote-{consignment.message_id}")


MINUTE = timedelta(minutes=1)


def next_version(release: Release) -> Release:
    """The next version of a released report, with the documents of the one before: what is sent is not read here."""
    later = Release.objects.get(pk=release.pk)
    later.pk, later.version, later.document_id = None, release.version + 1, f"{release.document_id}.2"
    later.save()
    for document in release.documents.all():
        document.pk, document.release = None, later
        document.save()
    return later
