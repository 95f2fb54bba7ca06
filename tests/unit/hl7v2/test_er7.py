"""The ER7 codec and MLLP frames: what is written is read back, what is not HL7 is refused with its place."""

from __future__ import annotations

from pathlib import Path

import hl7
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.standards.hl7v2 import charset, er7
from eprouvette.standards.hl7v2.errors import EncodingError, Hl7Error, UnreadableMessageError
from eprouvette.standards.hl7v2.mllp import Framer, FrameTooLongError, frame

HEADER = "MSH|^~\\&|A|B|C|D|20261123094000||ORU^R01^ORU_R01|1|P|2.5"
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=40)
EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


@given(TEXT)
def test_an_escaped_text_is_read_back_as_it_was(text: str) -> None:
    assert er7.unescape(er7.escape(text)) == text


@given(st.lists(st.lists(TEXT, min_size=1, max_size=4), min_size=1, max_size=6))
def test_a_built_segment_is_read_back_component_by_component(fields: list[list[str]]) -> None:
    message = er7.parse(f"{HEADER}\r{er7.segment('ZZZ', *fields).encode()}\r")
    segment = message.segments[1]
    for number, components in enumerate(fields, start=1):
        assert [segment.text(number, rank) for rank in range(1, len(components) + 1)] == components


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\r", "\r\n"])
def test_segments_may_end_in_any_way(end: str, last: str) -> None:
    message = er7.parse(end.join([HEADER, "PID|||1", "ZXY|kept|as^it~is"]) + last)
    assert [segment.name for segment in message.segments] == ["MSH", "PID", "ZXY"]
    assert message.segments[2].raw(2) == "as^it~is"


def test_the_signs_of_the_message_are_those_of_its_header() -> None:
    message = er7.parse("MSH#*!%@#A#B\rOBX#1#ST#X*Y@Z!second")
    observed = message.segments[1]
    assert (observed.text(3, 1), observed.text(3, 2, 2), observed.text(3, 1, 1, 2)) == ("X", "Z", "second")


def test_the_examples_read_like_python_hl7_reads_them() -> None:
    for path in sorted(EXAMPLES.glob("*.hl7")):
        text = path.read_bytes().decode()
        ours, oracle = er7.parse(text), hl7.parse(text)
        assert [segment.name for segment in ours.segments] == [str(segment[0][0]) for segment in oracle]
        for mine, theirs in zip(ours.segments[1:], oracle[1:], strict=True):
            for number in range(1, len(theirs)):
                assert mine.raw(number) == str(theirs[number])
        assert ours.encode().rstrip("\r") == text.rstrip("\r")


@pytest.mark.shared
def test_every_national_sample_is_read_or_refused_with_its_place(shared_dir: Path) -> None:
    refused = [place for place in map(_fault, sorted((shared_dir / "ans" / "hl7v2").rglob("*.[he][lr]7"))) if place]
    # MSH-2 with U+02DC instead of ~: a known fault of a generation of samples (digest, trap 1).
    assert set(refused) <= {"MSH^1^2"}


def _fault(path: Path) -> str:
    try:
        er7.parse(charset.decode(path.read_bytes()).text)
    except Hl7Error as error:
        return error.location
    return ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PID|||1",
        "MSH",
        "MSH|^~",
        "MSH|^^\\&|A",
        "MSH|^\u02dc\\&|A|B|C",
        f"{HEADER}\rnot a segment",
        f"{HEADER}\rpid|1",
    ],
)
def test_what_is_not_a_message_is_refused(text: str) -> None:
    with pytest.raises(UnreadableMessageError):
        er7.parse(text)


def test_bytes_that_are_utf8_although_declared_latin_are_read_with_a_warning() -> None:
    raw = f"{HEADER}|||||FRA|8859/15\rPID|||é".encode()
    decoded = charset.decode(raw)
    assert decoded.text.endswith("é")
    assert decoded.warning


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (f"{HEADER}|||||FRA|8859/15\rPID|||é€".encode("iso8859-15"), "é€"),
        (f"{HEADER}|||||FRA|UNICODE UTF-8\rPID|||é€".encode(), "é€"),
        (f"{HEADER}\rPID|||é".encode("iso8859-15"), "é"),
    ],
)
def test_each_message_is_decoded_by_its_own_charset(raw: bytes, text: str) -> None:
    assert charset.decode(raw).text.endswith(text)


@pytest.mark.parametrize(
    "raw", [f"{HEADER}|||||FRA|EBCDIC\r".encode(), f"{HEADER}|||||FRA|UNICODE UTF-8\rPID|||\x00".encode()]
)
def test_characters_that_cannot_be_are_refused_at_msh_18(raw: bytes) -> None:
    with pytest.raises(EncodingError) as caught:
        charset.decode(raw)
    assert caught.value.location == "MSH^1^18"


@given(st.lists(st.binary(max_size=50).filter(lambda one: b"\x1c\r" not in one), max_size=6), st.integers(1, 9))
def test_frames_are_cut_the_same_however_the_bytes_arrive(messages: list[bytes], size: int) -> None:
    stream = b"".join(frame(message) for message in messages)
    framer = Framer()
    found = [one for start in range(0, len(stream), size) for one in framer.feed(stream[start : start + size])]
    assert found == messages
    assert framer.stray == 0


def test_bytes_outside_of_frames_are_counted_and_ignored() -> None:
    framer = Framer()
    assert framer.feed(b"noise" + frame(b"A") + b"\r\n" + frame(b"B")) == [b"A", b"B"]
    assert framer.stray == 7


def test_an_endless_frame_is_stopped_at_the_limit_and_kept() -> None:
    framer = Framer(largest=100)
    with pytest.raises(FrameTooLongError):
        framer.feed(b"\x0b" + b"x" * 200)
    assert len(framer.pending) == 200
