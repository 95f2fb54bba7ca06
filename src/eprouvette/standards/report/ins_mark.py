"""The picture of the INS DataMatrix. Printed only for a qualified identity; its text is `ins_text`."""

from __future__ import annotations

import zxingcpp

from eprouvette.standards.report.ins_text import InsText, write
from eprouvette.standards.report.people import Patient


def ins_text(patient: Patient) -> str:
    """The text of the DataMatrix; empty without an INS, or when a trait that it must carry is not known whole."""
    born = patient.birth_date.text
    if patient.ins is None or patient.sex not in {"F", "M"} or len(born) != 8:
        return ""
    said = InsText(
        ins=patient.ins,
        given_names=" ".join(patient.birth_given_names),
        family_name=patient.birth_family_name,
        sex=patient.sex,
        birth_date=born,
        cog=patient.birth_place.cog if patient.birth_place else "",
    )
    return write(said)


def ins_svg(patient: Patient) -> str:
    """The DataMatrix (ECC 200, quiet zone included) as SVG; empty when there is none to print."""
    text = ins_text(patient)
    if not text:
        return ""
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    return str(symbol.to_svg(add_quiet_zones=True))
