"""The INS DataMatrix: what it says, and its picture.

Source: ANS, format of the INS datamatrix v2.2 (digest ``exchanges.md`` 1.7): header of 26 characters, then blocks; a
block of variable length that is neither full nor last ends with GS. Printed only for a qualified identity.
"""

from __future__ import annotations

import unicodedata
from typing import Final

import zxingcpp

from eprouvette.standards.report.people import Patient

HEADER: Final = "IS01" + "0" * 22
_GS: Final = "\x1d"
_NAMES: Final = 100
_OID: Final = 20


def ins_text(patient: Patient) -> str:
    """The text of the DataMatrix; empty without an INS, or when a trait that it must carry is not known whole."""
    born = patient.birth_date.text
    if patient.ins is None or patient.sex not in {"F", "M"} or len(born) != 8:
        return ""
    blocks = [
        ("S1", patient.ins.value, 15),
        ("S2", patient.ins.oid, _OID),
        ("S3", _plain(" ".join(patient.birth_given_names)), _NAMES),
        ("S4", _plain(patient.birth_family_name), _NAMES),
        ("S5", patient.sex, 1),
        ("S6", f"{born[6:]}-{born[4:6]}-{born[:4]}", 10),
    ]
    if patient.birth_place is not None:
        blocks.append(("S7", patient.birth_place.cog, 5))
    last = blocks[-1][0]
    return HEADER + "".join(
        f"{name}{text[:size]}{'' if len(text) >= size or name == last else _GS}" for name, text, size in blocks
    )


def ins_svg(patient: Patient) -> str:
    """The DataMatrix (ECC 200, quiet zone included) as SVG; empty when there is none to print."""
    text = ins_text(patient)
    if not text:
        return ""
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    return str(symbol.to_svg(add_quiet_zones=True))


def _plain(name: str) -> str:
    """Capitals without accents, as INSi writes strict traits."""
    parted = unicodedata.normalize("NFKD", name.upper().replace("Œ", "OE").replace("Æ", "AE"))
    return "".join(letter for letter in parted if letter.isascii())
