"""MLLP frames: ``0x0B`` message ``0x1C 0x0D``, cut out of a stream of bytes.

Several frames may come in one read and one frame in many; bytes outside of frames are counted and ignored.
Source: HL7 appendix C, digest ``hl7v2.md`` 5.1.
"""

from __future__ import annotations

from typing import Final

from eprouvette.standards.hl7v2.errors import Hl7Error

START: Final = b"\x0b"
END: Final = b"\x1c\r"
LARGEST: Final = 64_000_000


class FrameTooLongError(Hl7Error):
    """La trame dépasse la taille admise."""

    hint = "Envoyer un message plus court, ou relever la limite de l'écoute."


def frame(message: bytes) -> bytes:
    """A message in its frame."""
    return START + message + END


class Framer:
    """Cuts frames out of a stream; one for each connection.

    ``stray`` counts the bytes seen outside of frames. ``pending`` is what a broken connection leaves: a
    truncated frame, to be kept as evidence.
    """

    def __init__(self, largest: int = LARGEST) -> None:
        self._buffer = bytearray()
        self._inside = False
        self._largest = largest
        self._searched = 0
        self.stray = 0

    @property
    def pending(self) -> bytes:
        """The bytes of the frame that has not ended yet."""
        return bytes(self._buffer) if self._inside else b""

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that ``data`` completes; raises `FrameTooLongError` when one grows over the limit."""
        self._buffer += data
        messages: list[bytes] = []
        while True:
            if not self._inside and not self._enter():
                return messages
            end = self._buffer.find(END, self._searched)
            if end < 0:
                self._searched = max(len(self._buffer) - 1, 0)
                if len(self._buffer) > self._largest:
                    raise FrameTooLongError(f"La trame dépasse {self._largest} octets.")
                return messages
            messages.append(bytes(self._buffer[:end]))
            del self._buffer[: end + len(END)]
            self._inside, self._searched = False, 0

    def _enter(self) -> bool:
        start = self._buffer.find(START)
        if start < 0:
            self.stray += len(self._buffer)
            self._buffer.clear()
            return False
        self.stray += start
        del self._buffer[: start + 1]
        self._inside = True
        return True
