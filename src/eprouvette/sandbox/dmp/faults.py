"""How the simulated DMP refuses: a SOAP fault for who calls, a registry error for what is submitted.

Source: digest ``exchanges.md`` 2.8.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

SOAP = "http://www.w3.org/2003/05/soap-envelope"
RS = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
STATUS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:"
SEVERITY = "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error"


class SoapFaultError(Exception):
    """The call itself is refused: token, certificate, envelope."""

    def __init__(self, text: str, *, code: str = "Sender", subcode: str = "dmp_000") -> None:
        super().__init__(text)
        self.text, self.code, self.subcode = text, code, subcode

    def body(self) -> str:
        """The fault as XML."""
        return (
            f'<s:Fault xmlns:s="{SOAP}"><s:Code><s:Value>s:{self.code}</s:Value><s:Subcode><s:Value>{self.subcode}'
            f'</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="fr">{escape(self.text)}</s:Text></s:Reason>'
            "</s:Fault>"
        )


class RegistryFaultError(Exception):
    """The submission is refused: metadata, document, patient."""

    def __init__(self, code: str, context: str) -> None:
        super().__init__(context)
        self.code, self.context = code, context


def success() -> str:
    """The answer to an accepted submission: as ITI-41, it carries no entryUUID."""
    return f'<rs:RegistryResponse xmlns:rs="{RS}" status="{STATUS}Success"/>'


def failure(error: RegistryFaultError) -> str:
    """The answer to a refused submission."""
    return (
        f'<rs:RegistryResponse xmlns:rs="{RS}" status="{STATUS}Failure"><rs:RegistryErrorList>'
        f"<rs:RegistryError errorCode={quoteattr(error.code)} codeContext={quoteattr(error.context)} "
        f'severity="{SEVERITY}" location="DMP simulé"/></rs:RegistryErrorList></rs:RegistryResponse>'
    )


def envelope(body: str, relates_to: str = "") -> bytes:
    """An answer's envelope."""
    related = f"<a:RelatesTo>{escape(relates_to)}</a:RelatesTo>" if relates_to else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{SOAP}" '
        f'xmlns:a="http://www.w3.org/2005/08/addressing"><s:Header>{related}</s:Header><s:Body>{body}</s:Body></s:Envelope>'
    ).encode()
