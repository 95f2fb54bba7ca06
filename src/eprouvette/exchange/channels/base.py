"""What dispatch hands to a channel, and the four answers that a channel may give.

Source: digest ``exchanges.md`` 8 (rules common to all clients).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from eprouvette.core.ins import Ins

ChannelCode = Literal["dmp", "mss_pro", "mss_patient"]


@dataclass(frozen=True, slots=True)
class Done:
    """The other side has taken responsibility. ``remote_id`` is what names the document there."""

    remote_id: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Final: trying again the same bytes cannot help. ``remedy`` is for the person at the screen."""

    code: str
    text: str
    remedy: str
    not_applicable: bool = False
    """True when there is nothing to deposit into (no DMP): a fact, not a fault."""


@dataclass(frozen=True, slots=True)
class Later:
    """Transient: nothing was taken. ``stops_channel`` is set for a fault of configuration, which
    every other document would meet too."""

    code: str
    text: str
    remedy: str = ""
    stops_channel: bool = False


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Sent, and no answer came: the same ids are sent again, and "already there" then counts as done."""

    text: str


Outcome = Done | Refused | Later | Ambiguous


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: the laboratory's site, the validating biologist, the software.

    ``structure_id`` is the national id of the structure (``1`` + FINESS), ``person_id`` that of the
    biologist (``8`` + RPPS).
    """

    structure_id: str
    structure_name: str
    oid: str
    person_id: str
    person_family: str
    person_given: str
    person_specialty: str
    person_specialty_label: str
    from_address: str
    reply_to: str


@dataclass(frozen=True, slots=True)
class Consignment:
    """One document for one recipient, with every id and time fixed before the first attempt.

    ``submission_id`` is the OID of the XDS submission set, ``message_id`` the RFC 5322 Message-ID,
    ``sealed_at`` the moment that the submission set and the mail carry: a second attempt sends the
    same ids. ``replaces`` is the id of the version that *this channel* accepted for this recipient
    before, or None. ``cancels`` says that this version cancels it. ``second`` is the document that goes with ``cda``
    as a pair, for a recipient who is sent both.
    """

    channel: ChannelCode
    recipient: str
    recipient_name: str
    submission_id: str
    message_id: str
    sealed_at: datetime
    attempt: int
    document_id: str
    dossier_number: str
    cda: bytes
    pdf: bytes
    ins: Ins | None
    patient_family: str
    patient_given: str
    patient_birth_date: str
    act_date: str
    sender: Sender
    replaces: str | None = None
    cancels: bool = False
    second: bytes | None = None


class Channel(Protocol):
    """A way out. ``seal`` makes the bytes that leave, without any network; ``send`` makes one attempt."""

    def seal(self, consignment: Consignment) -> bytes:
        """The bytes that leave, the same for the same consignment, kept as evidence before the attempt."""
        ...

    def send(self, consignment: Consignment, sealed: bytes) -> Outcome:
        """One attempt over the network."""
        ...
