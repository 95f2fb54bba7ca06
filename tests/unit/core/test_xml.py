"""Outside XML: what is read, and the hostile bytes that are refused with their place."""

from __future__ import annotations

import pytest

from eprouvette.core.xml import UnreadableXmlError, parse

BILLION_LAUGHS = (
    b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "laugh"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
    b'<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]><a e="&d;">&d;</a>'
)
EXTERNAL = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
REFUSED = {
    "entities that multiply": (BILLION_LAUGHS, "DTD", 2),
    "an external entity": (EXTERNAL, "DTD", 1),
    "a DTD after a long comment": (b"<!--" + b"\n" * 9000 + b"-->" + EXTERNAL, "DTD", 9001),
    "a DTD hidden by UTF-16": (EXTERNAL.decode().encode("utf-16"), "UTF-8", 1),
    "a DTD hidden by UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?><a/>', "UTF-8", 1),
    "deep nesting": (b"<a>" * 100_000, "imbriqués", 1),
    "deep nesting in a large document": (b"<!--" + b"x" * 9_100_000 + b"-->" + b"<a>" * 300 + b"</a>" * 300,
                                         "imbriqués", 1),
    "a truncated document": (b"<a>\n<b>", "bien formé", 2),
    "two roots": (b"<a/>\n<b/>", "bien formé", 2),
    "an entity that nobody declared": (b"<a>&eacute;</a>", "bien formé", 1),
    "a bad byte": (b"<a>\xff</a>", "bien formé", 1),
    "text": (b"MSH|^~\\&|", "bien formé", 1),
    "nothing": (b"", "bien formé", None),
}  # fmt: skip


@pytest.mark.parametrize(("data", "reason", "line"), REFUSED.values(), ids=REFUSED.keys())
def test_hostile_or_broken_bytes_are_refused_with_their_place(data: bytes, reason: str, line: int | None) -> None:
    with pytest.raises(UnreadableXmlError, match=reason) as caught:
        parse(data)
    assert line is None or caught.value.line == line
    assert caught.value.hint


def test_a_document_over_the_limit_is_refused() -> None:
    with pytest.raises(UnreadableXmlError, match="dépasse 1 Mo"):
        parse(b"<a>" + b" " * 1_000_000 + b"</a>", limit=1_000_000)


def test_the_message_never_quotes_the_document() -> None:
    with pytest.raises(UnreadableXmlError) as caught:
        parse(b"<name>PAT-TROIS</nom>")
    assert "PAT-TROIS" not in str(caught.value)


def test_a_document_with_a_large_attachment_is_read() -> None:
    assert parse(b"<a>" + b"A" * 11_000_000 + b"</a>").getroot().tag == "a"


def test_a_latin_document_is_read() -> None:
    data = '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1")
    assert parse(data).getroot().text == "é"
