"""The HTTPS service: mutual TLS, three paths, MTOM in. One thread a connection, connections kept.

Source: digest ``exchanges.md`` 2.2 and 2.10.
"""

from __future__ import annotations

import base64
import email.parser
import email.policy
import hashlib
import ssl
import time
from datetime import UTC, datetime
from typing import Final, cast

from cryptography import x509
from lxml import etree

from eprouvette.sandbox.dmp import existence, search
from eprouvette.sandbox.dmp.document import check_document, check_signature, parse
from eprouvette.sandbox.dmp.faults import RegistryFaultError, SoapFaultError, envelope, failure, success
from eprouvette.sandbox.dmp.metadata import check_metadata
from eprouvette.sandbox.dmp.state import Deposit, Registry
from eprouvette.sandbox.dmp.token import Vihf, check_token
from eprouvette.sandbox.https import SoapHandler, TlsServer

BASE: Final = "/si-dmp-server/v2/services"
PATHS: Final = frozenset(f"{BASE}/{name}" for name in ("patients", "repository", "registry"))
SLOW_SECONDS: Final = 90
_NS: Final = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://www.w3.org/2005/08/addressing",
    "w": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
    "x": "http://www.w3.org/2004/08/xop/include",
    "b": "urn:ihe:iti:xds-b:2007",
}


class Cut(Exception):  # noqa: N818 - an order to hang up, not an error
    """The connection ends without an answer, after the document was stored."""


class Service:
    """What the three paths answer, from bytes to bytes."""

    def __init__(self, registry: Registry, issuers: list[x509.Certificate]) -> None:
        self.registry = registry
        self._issuers = issuers

    def answer(self, path: str, content_type: str, body: bytes, structure: str) -> bytes:
        """The envelope that answers a request made with the certificate of ``structure``; raises `Cut`."""
        message_id = ""
        try:
            root, parts = _unpack(content_type, body)
            message_id = root.findtext("s:Header/a:MessageID", "", _NS)
            security, request = root.find("s:Header/w:Security", _NS), root.find("s:Body/*", _NS)
            if security is None or request is None:
                raise SoapFaultError("Enveloppe sans jeton ou sans corps", subcode="dmp_010")
            vihf = check_token(security, structure, self._issuers, datetime.now(UTC))
            if path == f"{BASE}/patients":
                return envelope(existence.answer(request, vihf, self.registry), message_id)
            if path == f"{BASE}/registry":
                return envelope(search.answer(request, vihf, self.registry), message_id)
            return envelope(self._submit(request, parts, vihf), message_id)
        except SoapFaultError as fault:
            return envelope(fault.body(), message_id)

    def _submit(self, request: etree._Element, parts: dict[str, bytes], vihf: Vihf) -> str:
        if request.tag != "{urn:ihe:iti:xds-b:2007}ProvideAndRegisterDocumentSetRequest":
            raise SoapFaultError("Transaction non prise à cette adresse", subcode="dmp_011")
        if self.registry.takes("busy"):
            return failure(RegistryFaultError("XDSRegistryBusy", "registre occupé"))
        try:
            self._deposit(request, parts, vihf)
        except RegistryFaultError as error:
            return failure(error)
        if self.registry.takes("slow"):
            time.sleep(SLOW_SECONDS)
        if self.registry.takes("cut"):
            raise Cut
        return success()

    def _deposit(self, request: etree._Element, parts: dict[str, bytes], vihf: Vihf) -> None:
        patient = self.registry.patient(vihf.ins)
        if patient is None:
            raise RegistryFaultError("XDSUnknownPatientId", "ce patient n'a pas de DMP")
        birth, sex, state = patient
        if state != "open":
            raise RegistryFaultError("DMPPatientClosed", "ce DMP est fermé")
        metadata = check_metadata(request, vihf)
        contents = {one.get("id", ""): _content(one, parts) for one in request.findall("b:Document", _NS)}
        if set(contents) != {metadata.symbol, metadata.signature_symbol}:
            raise RegistryFaultError("XDSMissingDocument", "les documents ne sont pas ceux des métadonnées")
        document = contents[metadata.symbol]
        set_id = check_document(document, metadata, birth, sex)
        check_signature(contents[metadata.signature_symbol], document, metadata, self._issuers)
        sha1 = hashlib.sha1(document, usedforsecurity=False).hexdigest()
        deposit = Deposit(metadata.unique_id, set_id, vihf.ins, sha1, metadata.replaces)
        self.registry.deposit(deposit, metadata.set_id, document)


def _content(element: etree._Element, parts: dict[str, bytes]) -> bytes:
    include = element.find("x:Include", _NS)
    if include is None:
        return base64.b64decode(element.text or "")
    name = include.get("href", "").removeprefix("cid:")
    if name not in parts:
        raise RegistryFaultError("XDSMissingDocument", "une pièce MTOM manque")
    return parts[name]


def _unpack(content_type: str, body: bytes) -> tuple[etree._Element, dict[str, bytes]]:
    """The envelope and the parts by content id."""
    if not content_type.startswith("multipart/related"):
        return _envelope(body), {}
    parser = email.parser.BytesParser(policy=email.policy.HTTP)
    message = parser.parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    parts: dict[str, bytes] = {}
    root = b""
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        if part.get_content_type() == "application/xop+xml":
            root = content
        parts[str(part["Content-ID"] or "").strip("<> ")] = content
    return _envelope(root), parts


def _envelope(content: bytes) -> etree._Element:
    try:
        root = parse(content, "enveloppe")
    except RegistryFaultError as error:
        raise SoapFaultError(error.context, subcode="dmp_001") from error
    if root.tag != "{http://www.w3.org/2003/05/soap-envelope}Envelope":
        raise SoapFaultError("Ce n'est pas une enveloppe SOAP 1.2", subcode="dmp_002")
    return root


class _Handler(SoapHandler):
    def post(self, body: bytes) -> None:
        """One SOAP call."""
        server = cast("DmpServer", self.server)
        if self.path not in PATHS:
            self.close_connection = True
            self.send_error(404)
            return
        structure = self.subject("organizationalUnitName")
        try:
            answer = server.service.answer(self.path, self.headers.get("Content-Type", ""), body, structure)
        except Cut:
            self.close_connection = True
            return
        self.reply(500 if b":Fault" in answer else 200, answer)


class DmpServer(TlsServer):
    """The service on a port of this machine."""

    def __init__(self, service: Service, context: ssl.SSLContext, port: int = 0) -> None:
        super().__init__(_Handler, context, port)
        self.service = service
