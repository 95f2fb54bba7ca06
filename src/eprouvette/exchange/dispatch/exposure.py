"""Who was served under an identity or an INS that proved wrong: what is to be corrected, and where (REQ-INS-30)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from django.utils import timezone

from eprouvette.exchange.channels.base import ChannelCode
from eprouvette.exchange.dispatch.facts import report_of
from eprouvette.exchange.dispatch.models import Attempt, Delivery
from eprouvette.exchange.dispatch.queries import CHANNEL_LABELS
from eprouvette.exchange.dispatch.states import STATE_LABELS, State
from eprouvette.lab.identity import queries as identity

_SERVED: Final = (State.ACCEPTED, State.READ)
_HEADER: Final = (
    "dossier", "version", "document", "canal", "destinataire", "adresse", "etat", "parti_le", "id_distant", "sous_ins",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exposure:
    """One document in the hands of one recipient: when, by which channel, under which name of the document.

    ``sure`` is False when the service never answered: the document may have arrived. ``with_ins``: its bytes bear an
    INS, the one asked about when one is.
    """

    dossier_id: int
    dossier_number: str
    release_id: int
    version: int
    document_id: str
    channel: ChannelCode
    channel_label: str
    recipient: str
    address: str
    state_label: str
    sure: bool
    at: datetime
    remote_id: str
    with_ins: bool


def exposed(patient_id: int, ins_value: str = "") -> tuple[Exposure, ...]:
    """Every recipient and deposit served for a patient, merged files included, oldest first.

    With ``ins_value``, those alone whose document bears that INS. Raises `UnknownPatientError`.
    """
    return tuple(_lines(identity.survivor(patient_id).pk, ins_value))


def _lines(patient_id: int, ins_value: str) -> Iterator[Exposure]:
    rows = Delivery.objects.filter(release__dossier__patient_id=patient_id, never=False)
    rows = rows.select_related("release__dossier").order_by("created_at", "pk")
    tries: dict[int, datetime] = {}
    doubtful = Attempt.objects.filter(delivery__in=rows, outcome__in=["", "ambiguous"]).order_by("pk")
    for delivery_id, started_at in doubtful.values_list("delivery_id", "started_at"):
        tries[delivery_id] = started_at
    for row in rows:
        sure = row.state in _SERVED
        at = row.accepted_at if sure else tries.get(row.pk)
        ins = report_of(row.release).patient.ins
        if at is None or (ins_value and (ins is None or ins.value != ins_value)):
            continue
        code = cast(ChannelCode, row.channel)
        yield Exposure(
            dossier_id=row.release.dossier_id,
            dossier_number=row.release.dossier.number,
            release_id=row.release_id,
            version=row.version,
            document_id=row.release.document_id,
            channel=code,
            channel_label=CHANNEL_LABELS[code],
            recipient=row.recipient_name,
            address=row.address,
            state_label=STATE_LABELS[State(row.state)] if sure else "peut-être arrivé",
            sure=sure,
            at=at,
            remote_id=row.remote_id,
            with_ins=ins is not None,
        )


def as_csv(lines: tuple[Exposure, ...]) -> str:
    """The list as a spreadsheet reads it: semicolons, local times."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    rows.writerow(_HEADER)
    for one in lines:
        at = f"{timezone.localtime(one.at):%Y-%m-%d %H:%M:%S}"
        cells = (
            one.dossier_number, str(one.version), one.document_id, one.channel_label, one.recipient, one.address,
            one.state_label, at, one.remote_id, "oui" if one.with_ins else "non",
        )  # fmt: skip
        rows.writerow([_inert(cell) for cell in cells])
    return written.getvalue()


def _inert(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t"} else cell
