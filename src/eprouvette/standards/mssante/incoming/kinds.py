"""What a mail that came back is: pure, from its fields and a file of patterns.

Source: RFC 3464 (delivery), RFC 8098 (reading), ENS §6 (Mon espace santé), CI-SIS transmission au LPS 1.1
(integration errors); digest ``exchanges.md`` 3.5. What is not recognised goes to a person.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

from eprouvette.standards.mssante.incoming.mail import IncomingMail, Section
from eprouvette.standards.mssante.message import CITIZEN_DOMAIN

_INTEGRATION: Final = re.compile(
    r"^\[(?:KO Int.gration syst.me|Erreur d.int.gration)[^\]]*\](?:\s*\[(?P<code>9\d\d)\])?", re.I
)
_ERROR: Final = re.compile(r"(?P<code>\d{3})\^(?P<label>.{0,200})")
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_CITIZEN: Final = re.compile(r"(?P<ins>\d{6}[0-9AB]\d{8})@" + re.escape(CITIZEN_DOMAIN), re.I)


class Kind(StrEnum):
    """What a mail is."""

    DELIVERED = "delivered"
    DELAYED = "delayed"
    BOUNCED = "bounced"
    READ = "read"
    INTEGRATED = "integrated"
    NOT_INTEGRATED = "not_integrated"
    CITIZEN_UNREACHED = "citizen_unreached"
    CITIZEN_REPLY = "citizen_reply"
    PROFESSIONAL_REPLY = "professional_reply"
    UNKNOWN_AUTOMATIC = "unknown_automatic"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the mail answers: ``original`` is the Message-ID of ours, when told; ``code`` and ``sentence`` say why."""

    kind: Kind
    original: str = ""
    recipient: str = ""
    code: str = ""
    sentence: str = ""
    citizen_ins: str = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """An automatic mail known by the words of its subject and one of those of its text."""

    reason: str
    subject: str
    text: tuple[str, ...]
    sentence: str


@cache
def patterns() -> tuple[Pattern, ...]:
    """The automatic mails of Mon espace santé, from the data file."""
    content = tomllib.loads(
        (files("eprouvette.standards.mssante.incoming") / "patterns.toml").read_text(encoding="utf-8")
    )
    known: list[dict[str, Any]] = content["citizen"]
    return tuple(Pattern(one["reason"], one["subject"], tuple(one["text"]), one["sentence"]) for one in known)


def classify(mail: IncomingMail) -> Answer:
    """The kind of a mail and what it says of ours. A mail from outside the trust space answers nothing."""
    if not mail.trusted and mail.media_type != "multipart/report":
        return Answer(Kind.OUTSIDE, sentence="Courriel d'une adresse hors de l'espace de confiance.")
    for section in mail.sections:
        if section.media_type == "message/delivery-status":
            return _delivery(mail, section)
        return _disposition(mail, section)
    if found := _INTEGRATION.match(mail.subject):
        return Answer(
            Kind.NOT_INTEGRATED, _original(mail), mail.sender, found["code"] or "906", _integration(found["code"] or "")
        )
    if unreached := _unreached(mail):
        return unreached
    if mail.automatic:
        return Answer(Kind.UNKNOWN_AUTOMATIC, _original(mail), sentence="Réponse automatique qui n'est pas reconnue.")
    if citizen := _CITIZEN.fullmatch(mail.sender):
        return Answer(Kind.CITIZEN_REPLY, _original(mail), mail.sender, citizen_ins=citizen["ins"].upper())
    return Answer(Kind.PROFESSIONAL_REPLY, _original(mail), mail.sender)


def _original(mail: IncomingMail) -> str:
    return mail.returned_id or (mail.in_reply_to[0] if mail.in_reply_to else "")


def _delivery(mail: IncomingMail, section: Section) -> Answer:
    """RFC 3464: Action says what happened, Status why, Original-Envelope-Id or the thread of which mail."""
    action = section.field("action").lower()
    kinds = {"failed": Kind.BOUNCED, "delayed": Kind.DELAYED, "delivered": Kind.DELIVERED, "relayed": Kind.DELIVERED}
    status = _STATUS.search(section.field("status"))
    code = status[0] if status else ""
    recipient = (section.field("final-recipient") or section.field("original-recipient")).partition(";")[2].strip()
    kind = kinds.get(action) or (Kind.BOUNCED if code.startswith("5") else Kind.UNKNOWN_AUTOMATIC)
    original = section.field("original-envelope-id")
    named = original if original.startswith("<") else f"<{original}>" if "@" in original else _original(mail)
    words = {
        Kind.BOUNCED: "Le courriel n'a pas pu être remis à son destinataire.",
        Kind.DELAYED: "La remise du courriel est retardée ; l'opérateur essaie encore.",
        Kind.DELIVERED: "Le courriel a été remis à la boîte de son destinataire.",
    }
    return Answer(kind, named, recipient.lower(), code, words.get(kind, "Avis de remise qui n'est pas reconnu."))


def _disposition(mail: IncomingMail, section: Section) -> Answer:
    """RFC 8098: « displayed » is read; « processed » is integrated, with an error or not (CI-SIS LPS)."""
    told = section.field("disposition")
    _, _, rest = told.partition(";")
    disposition, _, modifier = rest.strip().partition("/")
    original = section.field("original-message-id") or _original(mail)
    recipient = section.field("final-recipient").partition(";")[2].strip().lower()
    what = disposition.strip().lower()
    if what == "displayed":
        return Answer(Kind.READ, original, recipient, sentence="Le message a été affiché par son destinataire.")
    if what == "processed" and not modifier.lower().startswith("error"):
        return Answer(
            Kind.INTEGRATED, original, recipient, sentence="Le logiciel du destinataire a intégré le compte rendu."
        )
    if what in {"processed", "failed", "denied"}:
        error = _ERROR.search(f"{modifier} {section.field('error')}")
        code = error["code"] if error else "906"
        return Answer(Kind.NOT_INTEGRATED, original, recipient, code, _integration(code))
    if what == "deleted":
        return Answer(Kind.UNKNOWN_AUTOMATIC, original, recipient, sentence="Le message a été supprimé sans être lu.")
    return Answer(Kind.UNKNOWN_AUTOMATIC, original, recipient, sentence="Avis de lecture qui n'est pas reconnu.")


_INTEGRATION_ERRORS: Final = {
    "900": "version du document refusée",
    "901": "auteur non autorisé",
    "902": "patient inconnu du destinataire",
    "903": "INS absent du document",
    "904": "INS différent de celui du destinataire",
    "905": "INS incomplet",
}
"""CI-SIS, transmission au LPS 1.1, codes applicatifs (digest ``hl7v2.md`` 1.8)."""


def _integration(code: str) -> str:
    reason = _INTEGRATION_ERRORS.get(code, "autre raison")
    return f"Le logiciel du destinataire n'a pas intégré le compte rendu : {reason}."


def _unreached(mail: IncomingMail) -> Answer | None:
    subject, text = _folded(mail.subject), _folded(mail.text[:20_000])
    same = [pattern for pattern in patterns() if pattern.subject in subject]
    for pattern in same:
        if any(words in text for words in pattern.text):
            return Answer(Kind.CITIZEN_UNREACHED, _original(mail), code=pattern.reason, sentence=pattern.sentence)
    if same:
        return Answer(Kind.UNKNOWN_AUTOMATIC, _original(mail), sentence="Non-remise dont la raison n'est pas reconnue.")
    return None


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("\u2019", "'")).encode("ascii", "ignore").decode()
    return " ".join(plain.lower().split())
