"""The DMP client: one TLS context and kept connections, one method a transaction, every answer a value.

Source: digest ``exchanges.md`` 2.2, 2.8 and 8. Nothing is raised for what the other side does; what is
raised is a fault of the installation (`TlsSetupError`).
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import httpx
from lxml import etree

from eprouvette.core.ins import Ins
from eprouvette.standards.dmp import existence, search, submission
from eprouvette.standards.dmp.existence import Dmp, Existence
from eprouvette.standards.dmp.outcome import Answer, Kind, from_fault
from eprouvette.standards.dmp.submission import DOCUMENT_PART, SIGNATURE_PART, Submission
from eprouvette.standards.dmp.vihf import Actor, Software, Token, VihfVersion, write_vihf
from eprouvette.standards.soap import envelope, mtom
from eprouvette.standards.soap.envelope import Fault, SoapError
from eprouvette.standards.xmlsign.signer import Signer

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 60.0
LONGEST_ANSWER: Final = 5_000_000


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the services are: some kits post everything to one address, so each is a setting."""

    patients: str
    repository: str
    registry: str

    @classmethod
    def under(cls, base: str) -> Endpoints:
        """The usual suffixes under a base address."""
        root = base.rstrip("/")
        return cls(f"{root}/patients", f"{root}/repository", f"{root}/registry")


@dataclass(frozen=True, slots=True)
class Call:
    """The ids of one call: SAML id (``_…``), message UUID, moment (aware)."""

    assertion_id: str
    message_uuid: str
    at: datetime


class DmpClient:
    """Talks to one DMP as one laboratory. Thread-safe; close it when the process ends."""

    def __init__(
        self, endpoints: Endpoints, context: ssl.SSLContext, signer: Signer, software: Software, version: VihfVersion
    ) -> None:
        self._endpoints = endpoints
        self._signer = signer
        self._software = software
        self._version: VihfVersion = version
        timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
        self._http = httpx.Client(verify=context, timeout=timeout, trust_env=False, follow_redirects=False)

    def close(self) -> None:
        """Close the kept connections."""
        self._http.close()

    def exists(
        self, call: Call, actor: Actor, ins: Ins, *, sender_oid: str, message_oid: str, production: bool
    ) -> Existence | Answer:
        """TD0.2; an `Answer` when the service could not be asked."""
        body = existence.request(
            message_oid=message_oid, at=call.at, ins=ins, sender_oid=sender_oid, production=production
        )
        data = self._envelope(call, actor, ins, existence.ACTION, self._endpoints.patients, body)
        content_type = f'{envelope.MEDIA_TYPE}; charset=UTF-8; action="{existence.ACTION}"'
        answer = self._post(self._endpoints.patients, content_type, data)
        if isinstance(answer, Answer):
            return _nothing_changed(answer)
        found = existence.read(answer)
        return Answer(Kind.TRANSIENT, "TD0.2", found.text) if found.dmp is Dmp.UNKNOWN else found

    def find(self, call: Call, actor: Actor, ins: Ins, unique_id: str) -> str | Answer:
        """TD3.1: the entryUUID of a document of the structure; an `Answer` when there is none to be had."""
        url = self._endpoints.registry
        data = self._envelope(call, actor, ins, search.ACTION, url, search.request(unique_id))
        answer = self._post(url, f'{envelope.MEDIA_TYPE}; charset=UTF-8; action="{search.ACTION}"', data)
        if isinstance(answer, Answer):
            return _nothing_changed(answer)
        return search.read(answer)

    def submit(self, call: Call, actor: Actor, ins: Ins, sealed: Submission) -> Answer:
        """TD2.1; the same sealed submission may be sent again after an ambiguous answer."""
        url = self._endpoints.repository
        data = self._envelope(call, actor, ins, submission.ACTION, url, sealed.body)
        parts = {
            DOCUMENT_PART: (sealed.mime_type, sealed.document),
            SIGNATURE_PART: ("text/xml", sealed.signature),
        }
        package = mtom.pack(data, parts, submission.ACTION)
        answer = self._post(url, package.content_type, package.body)
        return answer if isinstance(answer, Answer) else submission.read(answer)

    def _envelope(self, call: Call, actor: Actor, ins: Ins, action: str, to: str, body: str) -> bytes:
        token = Token(call.assertion_id, call.at, ins)
        security = write_vihf(token, actor, self._software, self._signer, self._version)
        message_id = f"urn:uuid:{call.message_uuid}"
        return envelope.envelope(action=action, message_id=message_id, to=to, security=security, body=body)

    def _post(self, url: str, content_type: str, data: bytes) -> Answer | etree._Element:
        """Post and read the body's element; what goes wrong is an `Answer`, ambiguous once bytes may have arrived."""
        try:
            response = self._http.post(url, content=data, headers={"Content-Type": content_type})
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return _not_connected(error)
        except httpx.HTTPError:
            return Answer(Kind.AMBIGUOUS, "", "Le DMP n'a pas répondu après l'envoi.")
        if len(response.content) > LONGEST_ANSWER:
            return Answer(Kind.AMBIGUOUS, f"HTTP {response.status_code}", "La réponse du DMP est démesurée.")
        try:
            body = envelope.read(mtom.root_part(response.headers.get("Content-Type", ""), response.content))
        except SoapError:
            return _unreadable(response.status_code)
        return from_fault(body.code, body.subcode, body.text) if isinstance(body, Fault) else body


def _nothing_changed(answer: Answer) -> Answer:
    """An unanswered question has changed nothing over there: it is asked again."""
    return Answer(Kind.TRANSIENT, answer.code, answer.text) if answer.kind is Kind.AMBIGUOUS else answer


def _not_connected(error: httpx.HTTPError) -> Answer:
    """A refused certificate is a fault of configuration; a closed port is a moment."""
    if isinstance(error.__cause__ and error.__cause__.__cause__, ssl.SSLError) or "certificate" in str(error).lower():
        remedy = "Vérifier le certificat ORG AUTH_CLI, ses dates, et les autorités de confiance."
        return Answer(Kind.CONFIGURATION, "TLS", "La connexion sécurisée au DMP est refusée.", remedy)
    return Answer(Kind.TRANSIENT, "connexion", "Le DMP n'est pas joignable.")


def _unreadable(status: int) -> Answer:
    """No SOAP in the answer: a front server's refusal (4xx) is configuration, the rest is ambiguous or a moment."""
    code = f"HTTP {status}"
    if status in {401, 403}:
        remedy = "Vérifier le certificat ORG AUTH_CLI et l'adresse du service."
        return Answer(Kind.CONFIGURATION, code, "Le DMP refuse l'accès au laboratoire.", remedy)
    if status == 503:
        return Answer(Kind.TRANSIENT, code, "Le DMP est momentanément fermé.")
    return Answer(Kind.AMBIGUOUS, code, "Le DMP a donné une réponse illisible.")
