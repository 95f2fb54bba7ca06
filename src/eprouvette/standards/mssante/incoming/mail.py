"""One mail from bytes: bounded, decoded as far as it can be, with a remark for each thing that was odd.

EprouvetteError
└── UnreadableMailError    too large, too nested or too many parts: kept apart and shown, never opened
"""

from __future__ import annotations

import email
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import collapse_rfc2231_value, getaddresses, parsedate_to_datetime
from typing import Final

from lxml import etree, html

from eprouvette.core.errors import EprouvetteError
from eprouvette.standards.mssante.smtp import in_trust_space

MAX_BYTES: Final = 35_000_000
"""Mon espace santé refuses above 25 MB; base64 and headers come on top."""
MAX_PARTS: Final = 100
MAX_DEPTH: Final = 20
MAX_TEXT: Final = 200_000
_MAX_HEADER: Final = 2_000
_MESSAGE_ID: Final = re.compile(r"<[^<>\s]{1,400}>")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_NEVER_READ: Final = ("script", "style", "head", "template", "noscript")


class UnreadableMailError(EprouvetteError):
    """Ce courriel dépasse ce qui peut être ouvert sans risque."""

    hint = "Il est gardé tel quel ; demander à son auteur de l'envoyer plus simplement."


@dataclass(frozen=True, slots=True)
class Attachment:
    """A joined file: its name without any folder, its declared type, its bytes (never opened here)."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Section:
    """A machine-readable part of a report (``message/delivery-status``…): its fields by lower-case name."""

    media_type: str
    fields: tuple[tuple[str, str], ...]

    def field(self, name: str) -> str:
        """The first value of a field, empty when absent."""
        return next((value for known, value in self.fields if known == name), "")


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """What a mail says. ``trusted`` is true when its author belongs to the MSSanté trust space.

    ``text`` is plain text always: markup of an HTML body is taken away. ``returned_id`` is the identifier of the mail
    that a notice sends back. ``remarks`` are French sentences.
    """

    message_id: str
    sender: str
    sender_label: str
    trusted: bool
    recipients: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    in_reply_to: tuple[str, ...]
    automatic: bool
    media_type: str
    report_type: str
    text: str
    attachments: tuple[Attachment, ...]
    sections: tuple[Section, ...]
    ended: bool
    returned_id: str
    remarks: tuple[str, ...]


def read_mail(data: bytes, *, more_domains: Collection[str] = ()) -> IncomingMail:
    """The mail of ``data``, whatever it holds; raises `UnreadableMailError` beyond the bounds."""
    if len(data) > MAX_BYTES:
        raise UnreadableMailError(f"Ce courriel dépasse {MAX_BYTES // 1_000_000} Mo.")
    try:
        message = email.message_from_bytes(data, policy=compat32)
        reader = _Reader(message)
    except RecursionError as error:
        raise UnreadableMailError("Ce courriel a trop de parties imbriquées.") from error
    authors = _addresses(message, "From")
    label, sender = authors[0] if len(authors) == 1 else ("", "")
    if not sender:
        reader.remarks.append("Le courriel n'a pas un auteur unique et lisible.")
    trusted = bool(sender) and in_trust_space(sender, more_domains)
    if sender and not trusted:
        reader.remarks.append("L'auteur n'est pas de l'espace de confiance MSSanté.")
    return IncomingMail(
        message_id=next(iter(_ids(message, "Message-ID")), ""),
        sender=sender.lower(),
        sender_label=label,
        trusted=trusted,
        recipients=tuple(address.lower() for _, address in _addresses(message, "To") + _addresses(message, "Cc")),
        subject=_header(message, "Subject"),
        sent_at=_sent(message),
        # The nearest first: the message answered, then the thread from its end.
        in_reply_to=tuple(dict.fromkeys((*_ids(message, "In-Reply-To"), *reversed(_ids(message, "References"))))),
        automatic=_automatic(message),
        media_type=message.get_content_type(),
        report_type=_parameter(message, "report-type"),
        text=reader.text,
        attachments=tuple(reader.attachments),
        sections=tuple(reader.sections),
        ended=_header(message, "X-MSS-MES").upper() == "FIN" or _header(message, "Subject") == "[FIN]",
        returned_id=reader.returned_id,
        remarks=tuple(reader.remarks),
    )


class _Reader:
    """Walks the parts once, with bounds."""

    def __init__(self, message: Message) -> None:
        self.remarks: list[str] = []
        self.attachments: list[Attachment] = []
        self.sections: list[Section] = []
        self._texts: list[str] = []
        self._markup: list[str] = []
        self._count = 0
        self._notice = message.get_content_type() == "multipart/report"
        self.returned_id = ""
        self._walk(message, 0)

    @property
    def text(self) -> str:
        """The plain body, else the HTML one without its markup; bounded."""
        words = "\n".join(self._texts or self._markup).strip()
        return words[:MAX_TEXT]

    def _walk(self, part: Message, depth: int) -> None:
        self._count += 1
        if self._count > MAX_PARTS or depth > MAX_DEPTH:
            raise UnreadableMailError("Ce courriel a trop de parties.")
        kind = part.get_content_type()
        if kind in {"message/delivery-status", "message/disposition-notification"}:
            self.sections.append(Section(kind, tuple(_fields(part))))
        elif kind in {"message/rfc822", "text/rfc822-headers"}:
            self._enclosed(part, kind)
        elif part.is_multipart():
            for inner in part.get_payload():
                if isinstance(inner, Message):
                    self._walk(inner, depth + 1)
        else:
            self._leaf(part, kind)

    def _enclosed(self, part: Message, kind: str) -> None:
        """A whole message inside this one: ours sent back by a notice, or one that somebody joined."""
        if not self._notice:
            self.attachments.append(Attachment(_name(part) or "message.eml", kind, _octets_of(part)))
            return
        inside = part.get_payload()
        known = inside[0] if isinstance(inside, list) and inside else None
        headers = known if isinstance(known, Message) else email.message_from_bytes(_octets_of(part)[:100_000])
        self.returned_id = next(iter(_ids(headers, "Message-ID")), "")

    def _leaf(self, part: Message, kind: str) -> None:
        content = part.get_payload(decode=True)
        octets = content if isinstance(content, bytes) else b""
        name = _name(part)
        if name or kind not in {"text/plain", "text/html"} or part.get_content_disposition() == "attachment":
            self.attachments.append(Attachment(name or "sans nom", kind, octets))
        elif kind == "text/plain":
            self._texts.append(self._decoded(part, octets))
        else:
            self._markup.append(_unmarked(self._decoded(part, octets)))

    def _decoded(self, part: Message, octets: bytes) -> str:
        """The text by its charset, else by those that French mails really use."""
        declared = part.get_content_charset("utf-8")
        for charset in (declared, "utf-8", "cp1252"):
            try:
                words = octets[: 4 * MAX_TEXT].decode(charset)
            except (LookupError, UnicodeDecodeError, ValueError):
                continue
            if charset != declared:
                self.remarks.append("Les caractères du texte ne sont pas ceux que le courriel annonce.")
            return _CONTROL.sub("", words.replace("\r\n", "\n"))
        self.remarks.append("Des caractères du texte sont illisibles.")
        return _CONTROL.sub("", octets[: 4 * MAX_TEXT].decode("utf-8", "replace"))


def _octets_of(part: Message) -> bytes:
    """The bytes of an enclosed message, however it was encoded."""
    inside = part.get_payload()
    if isinstance(inside, list):
        return b"".join(one.as_bytes() for one in inside if isinstance(one, Message))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _unmarked(markup: str) -> str:
    """The words of an HTML body, a line a block; scripts, styles and heads are not words."""
    try:
        tree = html.document_fromstring(markup, parser=html.HTMLParser(no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    etree.strip_elements(tree, etree.Comment, *_NEVER_READ, with_tail=False)
    for element in tree.iter("br", "p", "div", "li", "tr"):
        element.tail = f"\n{element.tail or ''}"
    return "\n".join(
        line.strip() for line in "".join(str(part) for part in tree.itertext()).splitlines() if line.strip()
    )


def _fields(part: Message) -> Iterator[tuple[str, str]]:
    """The fields of a notice: some writers give several blocks, some a text."""
    blocks = part.get_payload() if part.is_multipart() else []
    for block in blocks:
        if isinstance(block, Message):
            yield from ((name.lower(), _clean(str(value))) for name, value in block.items()[:200])
    if not blocks:
        content = part.get_payload(decode=True)
        text = content[:20_000].decode("utf-8", "replace") if isinstance(content, bytes) else str(part.get_payload())
        for line in text.splitlines()[:200]:
            name, colon, value = line.partition(":")
            if colon and name.strip():
                yield name.strip().lower(), _clean(value)


def _header(message: Message, name: str) -> str:
    """One line of a header, RFC 2047 words read; what cannot be stays as it came."""
    raw = message.get(name)
    if raw is None:
        return ""
    try:
        parts = decode_header(str(raw)[: 4 * _MAX_HEADER])
    except (ValueError, UnicodeError):
        return _clean(str(raw))
    words = ""
    for part, charset in parts:
        if isinstance(part, str):
            words += part
            continue
        try:
            words += part.decode(charset or "utf-8")
        except (LookupError, UnicodeDecodeError, ValueError):
            words += part.decode("cp1252", "replace")
    return _clean(words)


def _clean(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())[:_MAX_HEADER]


def _addresses(message: Message, name: str) -> list[tuple[str, str]]:
    raw = [str(value)[: 10 * _MAX_HEADER] for value in message.get_all(name, [])]
    found = [(label, address.strip()) for label, address in getaddresses(raw) if "@" in address]
    return [(_clean(_words(label)), address) for label, address in found if len(address) <= 254]


def _words(label: str) -> str:
    holder = Message()
    holder["X"] = label.replace("\n", " ").replace("\r", " ")
    return _header(holder, "X")


def _ids(message: Message, name: str) -> tuple[str, ...]:
    raw = " ".join(str(value) for value in message.get_all(name, []))
    return tuple(_MESSAGE_ID.findall(raw[: 20 * _MAX_HEADER]))[:100]


def _sent(message: Message) -> datetime | None:
    try:
        moment = parsedate_to_datetime(_header(message, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else None


def _automatic(message: Message) -> bool:
    """True for what a machine wrote: never answered (RFC 3834)."""
    told = _header(message, "Auto-Submitted").lower()
    bulk = _header(message, "Precedence").lower() in {"bulk", "junk", "list", "auto_reply"}
    empty = _header(message, "Return-Path") == "<>"
    return (bool(told) and told != "no") or bulk or empty or message.get_content_type() == "multipart/report"


def _parameter(part: Message, name: str) -> str:
    value = part.get_param(name)
    return _clean(collapse_rfc2231_value(value)).lower() if isinstance(value, str | tuple) else ""


def _name(part: Message) -> str:
    """The name of a file, without folder nor sign that hides its end."""
    for holder, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        value = part.get_param(parameter, header=holder)
        if isinstance(value, str | tuple):
            try:
                told = collapse_rfc2231_value(value)
            except (LookupError, ValueError):
                continue
            words = _words(told) if "=?" in told else _clean(told)
            return re.split(r"[\\/]", words)[-1].strip(". ")[:150]
    return ""
