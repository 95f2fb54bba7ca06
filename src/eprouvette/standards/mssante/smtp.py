"""Hands mails to the operator: SMTP submission, STARTTLS with our certificate, one kept connection a thread.

Source: digest ``exchanges.md`` 3.2, 3.6 and 8. A mail that was cut after its data is *ambiguous*: it is sent
again under the same Message-ID.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

TIMEOUT_SECONDS: Final = 60.0
TRUST_DOMAIN: Final = ".mssante.fr"


class Taken(StrEnum):
    """What the operator did with a mail."""

    DONE = "done"
    REFUSED = "refused"
    LATER = "later"
    AMBIGUOUS = "ambiguous"
    CONFIGURATION = "configuration"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The operator's answer: what it did, its code and words, what a person can do."""

    taken: Taken
    code: str = ""
    text: str = ""
    remedy: str = ""


def in_trust_space(address: str, more_domains: Collection[str] = ()) -> bool:
    """True when the address belongs to MSSanté: ``*.mssante.fr`` or a domain of the operator's list."""
    domain = address.rpartition("@")[2].lower()
    return domain.endswith(TRUST_DOMAIN) or domain in more_domains


class SmtpSubmitter:
    """Submits mails to one operator. Each thread keeps its own connection."""

    def __init__(
        self, host: str, port: int, context: ssl.SSLContext, *, limit: int, more_domains: Collection[str] = ()
    ) -> None:
        self._host, self._port, self._context = host, port, context
        self._limit, self._more_domains = limit, frozenset(more_domains)
        self._local = threading.local()

    def submit(self, sender: str, recipient: str, mail: bytes) -> Receipt:
        """One attempt for one recipient; everything that can happen is a `Receipt`."""
        if not in_trust_space(recipient, self._more_domains):
            remedy = "Corriger l'adresse du destinataire : elle doit être une adresse MSSanté."
            return Receipt(Taken.REFUSED, "domaine", "L'adresse est hors de l'espace de confiance MSSanté.", remedy)
        if len(mail) > self._limit:
            remedy = "Le compte rendu dépasse la taille admise par l'opérateur : alléger les images jointes."
            return Receipt(Taken.REFUSED, "taille", f"Le courriel fait {len(mail)} octets.", remedy)
        try:
            connection = self._connection()
        except ssl.SSLError:
            remedy = "Vérifier le certificat MSSanté du laboratoire et les autorités de confiance."
            return Receipt(Taken.CONFIGURATION, "TLS", "La connexion sécurisée à l'opérateur est refusée.", remedy)
        except smtplib.SMTPNotSupportedError:
            remedy = "Vérifier l'adresse du serveur : il n'offre pas STARTTLS."
            return Receipt(Taken.CONFIGURATION, "STARTTLS", "L'opérateur n'offre pas de connexion sécurisée.", remedy)
        except (OSError, smtplib.SMTPException):
            return Receipt(Taken.LATER, "connexion", "L'opérateur MSSanté n'est pas joignable.")
        return self._send(connection, sender, recipient, mail)

    def close(self) -> None:
        """Close this thread's connection."""
        connection: smtplib.SMTP | None = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection is not None:
            connection.close()

    def _connection(self) -> smtplib.SMTP:
        kept: smtplib.SMTP | None = getattr(self._local, "connection", None)
        if kept is not None:
            try:
                if kept.noop()[0] == 250:
                    return kept
            except (OSError, smtplib.SMTPException):
                kept.close()
            self._local.connection = None
        connection = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS)
        try:
            _send_at_once(connection.sock)
            connection.starttls(context=self._context)
            connection.ehlo()
        except BaseException:
            connection.close()
            raise
        self._local.connection = connection
        return connection

    def _send(self, connection: smtplib.SMTP, sender: str, recipient: str, mail: bytes) -> Receipt:
        notify = ["NOTIFY=SUCCESS,FAILURE,DELAY"] if connection.has_extn("dsn") else []
        sent = False
        try:
            for code, text in (
                connection.mail(sender, [f"SIZE={len(mail)}"] if connection.has_extn("size") else []),
                connection.rcpt(recipient, notify),
            ):
                if code not in {250, 251}:
                    connection.rset()
                    return _refusal(code, text)
            sent = True
            code, text = connection.data(mail)
        except smtplib.SMTPDataError as error:
            return _refusal(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException):
            self.close()
            if sent:
                return Receipt(Taken.AMBIGUOUS, "", "La connexion a été coupée pendant l'envoi.")
            return Receipt(Taken.LATER, "connexion", "La connexion à l'opérateur a été coupée.")
        return Receipt(Taken.DONE, str(code), _words(text)) if code == 250 else _refusal(code, text)


def _send_at_once(link: socket.socket | None) -> None:
    """Send the end of a mail without waiting for the other side to acknowledge its beginning (40 ms a mail)."""
    if link is not None:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _refusal(code: int, text: bytes | str) -> Receipt:
    """4xx: later; 530, 535, 454 and 538: configuration; other 5xx: final."""
    words = _words(text)
    if code in {530, 535, 538, 454}:
        remedy = "Vérifier le certificat et le compte de la boîte applicative chez l'opérateur."
        return Receipt(Taken.CONFIGURATION, str(code), words, remedy)
    if 400 <= code < 500:
        return Receipt(Taken.LATER, str(code), words)
    remedies = {
        550: "L'adresse n'existe pas ou n'accepte pas ce message : vérifier l'annuaire.",
        551: "L'adresse n'existe plus : vérifier l'annuaire.",
        552: "La boîte est pleine ou le message trop gros : prévenir le destinataire.",
    }
    return Receipt(Taken.REFUSED, str(code), words, remedies.get(code, "Lire la réponse de l'opérateur."))


def _words(text: bytes | str) -> str:
    """The operator's words on one line; addresses are left out, since they can be an INS."""
    line = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join("…" if "@" in word else word for word in line.split())[:500]
