"""Composes the mail of one report for one recipient: the same bytes for the same contents.

Source: ANS, référentiel socle MSSanté #2 (ECO.2.x), CI-SIS échange; digest ``exchanges.md`` 3.3.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from typing import Final, Literal
from urllib.parse import quote

from eprouvette.core.errors import EprouvetteError
from eprouvette.core.ins import Ins

RecipientKind = Literal["professional", "patient"]
CITIZEN_DOMAIN: Final = "patient.mssante.fr"
_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,190}")
_MESSAGE_ID: Final = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class MessageError(EprouvetteError):
    """Le courriel ne peut pas être composé."""

    hint = "Corriger l'adresse ou le texte indiqué dans l'annuaire ou les réglages du site."


@dataclass(frozen=True, slots=True)
class Mail:
    """What the mail says. ``act_date`` is ``AAAAMMJJ``; ``birth_date`` is ``JJ/MM/AAAA`` as in the subject."""

    sender_label: str
    sender: str
    reply_to: str
    recipient: str
    kind: RecipientKind
    message_id: str
    at: datetime
    family: str
    given: str
    birth_date: str
    act_date: str
    dossier: str
    has_ins: bool
    closed: bool = False
    replaces: bool = False
    document_label: str = "CR d'examens biologiques"
    document_code: str = "11502-2"
    product: str = ""
    cancels: bool = False


def citizen_address(ins: Ins) -> str:
    """The citizen's mailbox: built only from a qualified INS (ECO.2.2.6)."""
    return f"{ins.value}@{CITIZEN_DOMAIN}"


def subject_of(mail: Mail) -> str:
    """``XDM/1.0/DDM+<label> <NOM> <prénom> <date de naissance>``; the label says that a report is cancelled."""
    label = f"{mail.document_label} ANNULÉ" if mail.cancels else mail.document_label
    return f"XDM/1.0/DDM+{label} {mail.family} {mail.given} {mail.birth_date}"


def pdf_name(mail: Mail) -> str:
    """``<date acte>_<type>_<NOM>_<prénom>_<dossier>.pdf``, in letters that every file system takes."""
    parts = [mail.act_date, "CR-BIO", mail.family, mail.given, mail.dossier]
    return "_".join(_plain(part) for part in parts) + ".pdf"


def compose(mail: Mail, xdm: bytes, pdf: bytes) -> bytes:
    """The mail as it leaves, CRLF lines; raises `MessageError` for a header that cannot be what it says."""
    _require(_ADDRESS.fullmatch(mail.sender), "L'adresse d'envoi du site n'est pas une adresse.")
    _require(_ADDRESS.fullmatch(mail.reply_to), "L'adresse de réponse du site n'est pas une adresse.")
    _require(_ADDRESS.fullmatch(mail.recipient), "L'adresse du destinataire n'est pas une adresse.")
    _require(_MESSAGE_ID.fullmatch(mail.message_id), "L'identifiant du courriel n'a pas sa forme.")
    body = _encoded(body_of(mail).encode())
    boundary = f"=_eprouvette_{hashlib.sha256(mail.message_id.encode() + pdf).hexdigest()[:40]}"
    headers = [
        ("Date", format_datetime(mail.at)),
        ("From", formataddr((_line(mail.sender_label), mail.sender), "utf-8")),
        ("Reply-To", mail.reply_to),
        ("To", mail.recipient),
        ("Subject", _header(subject_of(mail))),
        ("Message-ID", mail.message_id),
        ("Disposition-Notification-To", mail.reply_to),
        ("X-MSS-CODECDA", mail.document_code),
        ("X-MSS-INS", "O" if mail.has_ins else "N"),
        ("X-MSS-NIL", _line(mail.product)),
        *([("X-MSS-MES", "FIN")] if mail.closed else []),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/mixed; boundary="{boundary}"'),
    ]
    name = pdf_name(mail)
    parts = [
        (["Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: base64"], body),
        (_attachment("application/zip", "IHE_XDM.zip"), _encoded(xdm)),
        (_attachment("application/pdf", name), _encoded(pdf)),
    ]
    lines = [f"{key}: {value}" for key, value in headers]
    lines.append("")
    for part_headers, content in parts:
        lines += [f"--{boundary}", *part_headers, "", content]
    lines += [f"--{boundary}--", ""]
    return "\r\n".join(lines).encode("ascii")


def body_of(mail: Mail) -> str:
    """The words of the mail, by kind of recipient; no result in it (REQ-MSS-14)."""
    replaced = "Ce compte rendu annule et remplace le précédent.\n" if mail.replaces else ""
    if mail.cancels:
        return _cancellation(mail)
    if mail.kind == "patient":
        answer = (
            "Ce message ne peut pas recevoir de réponse."
            if mail.closed
            else "Vous pouvez répondre à ce message : le laboratoire le lira."
        )
        return (
            f"Bonjour,\n\nVotre compte rendu d'examens de biologie médicale est joint à ce message (PDF).\n{replaced}\n"
            "Pour toute question sur vos résultats, adressez-vous au médecin qui a prescrit les examens ou au "
            f"biologiste du laboratoire.\n{answer}\n\n{_line(mail.sender_label)}\n"
        )
    return (
        "Bonjour,\n\nVeuillez trouver ci-joint le compte rendu d'examens de biologie médicale de votre patient : "
        f"document structuré (IHE_XDM.zip) et PDF.\n{replaced}\n{_line(mail.sender_label)}\n"
    )


def _cancellation(mail: Mail) -> str:
    """The same words for everyone, but for whose report it is (REQ-MSS-13)."""
    whose = "Votre compte rendu" if mail.kind == "patient" else "Le compte rendu de votre patient"
    return (
        f"Bonjour,\n\n{whose} d'examens de biologie médicale, qui vous a été envoyé, est annulé : ne l'utilisez pas.\n"
        "Le document joint (PDF) le dit et donne le motif. Il ne porte aucun résultat.\n\n"
        f"Pour toute question, adressez-vous au biologiste du laboratoire.\n\n{_line(mail.sender_label)}\n"
    )


def _attachment(media_type: str, name: str) -> list[str]:
    extended = quote(name, safe="")
    return [
        f'Content-Type: {media_type}; name="{name}"',
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: attachment; filename=\"{name}\"; filename*=UTF-8''{extended}",
    ]


def _encoded(content: bytes) -> str:
    return base64.encodebytes(content).decode().replace("\n", "\r\n").rstrip("\r\n")


def _header(text: str) -> str:
    """RFC 2047 words on folded lines, each under 76 signs."""
    return Header(_line(text), "utf-8", header_name="Subject").encode(linesep="\r\n")


def _line(text: str) -> str:
    """One line of text: a name with a line break in it must not become a header."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9-]+", "-", folded).strip("-") or "X"


def _require(condition: object, sentence: str) -> None:
    if not condition:
        raise MessageError(sentence)
