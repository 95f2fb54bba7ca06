"""How the simulated INSi refuses: a SOAP 1.2 fault with ``siram:Erreur`` in its detail.

Source: schema_faultSOAP_V01_01; digest ``exchanges.md`` 1.4.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

SOAP = "http://www.w3.org/2003/05/soap-envelope"


class InsiFaultError(Exception):
    """The call is refused."""

    def __init__(self, text: str, *, detail: str, subcode: str = "", code: str = "Sender", reason: str = "") -> None:
        super().__init__(text)
        self.text, self.detail, self.subcode, self.code = text, detail, subcode, code
        self.reason = reason or text

    def body(self, message_id: str) -> str:
        """The fault as XML; it repeats the id of the message that it refuses."""
        subcode = f"<S:Subcode><S:Value>S:{self.subcode}</S:Value></S:Subcode>" if self.subcode else ""
        repeated = f" messageID={quoteattr(message_id)}" if message_id else ""
        severity = "fatal" if self.code == "Receiver" else "erreur"
        return (
            f"<S:Fault><S:Code><S:Value>S:{self.code}</S:Value>{subcode}</S:Code><S:Reason>"
            f'<S:Text xml:lang="en">{escape(self.reason)}</S:Text></S:Reason><S:Detail><siram:Erreur '
            f'severite="{severity}" code={quoteattr(self.detail)}{repeated} xmlns:siram="urn:siram">'
            f"{escape(self.text)}</siram:Erreur></S:Detail></S:Fault>"
        )


def unknown_software() -> InsiFaultError:
    """The authorisation number is not one that was given."""
    return InsiFaultError(
        "Numéro d'autorisation du logiciel inconnu.",
        subcode="siram_100",
        detail="desir_550",
        reason="L'accès par ce progiciel au service n'est pas autorisé.",
    )


def wrong_certificate() -> InsiFaultError:
    """The certificate is a good one, but not for this service."""
    return InsiFaultError("Le certificat ne donne pas le droit d'appeler ce service.", detail="desir_560")


def technical() -> InsiFaultError:
    """A moment of trouble."""
    return InsiFaultError(
        "L'appel au service de recherche renvoie une erreur technique.",
        subcode="siram_40",
        detail="insi_102",
        code="Receiver",
        reason="Le service est temporairement inaccessible.",
    )


def malformed(text: str, detail: str) -> InsiFaultError:
    """A message that the simulator refuses under a code of its own."""
    return InsiFaultError(text, detail=detail)


def envelope(body: str) -> bytes:
    """An answer's envelope, with the two prefixes that the real answers mix and without a header."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="{SOAP}"><env:Body xmlns:S="{SOAP}" '
        f'xmlns:env="{SOAP}">{body}</env:Body></soap:Envelope>'
    ).encode()
