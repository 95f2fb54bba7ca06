"""What goes wrong between a CDA and its PDF, each with the rule that must catch it.

The PDF is the one of the undamaged report, unless the damage is done to it.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pikepdf
from lxml import etree

from eprouvette.sandbox.corpus.build import reports
from eprouvette.standards.crbio import write_n1, write_n3
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report.model import LabReport
from support.damages import GLUCOSE, PRIOR
from support.damaging import Damage, put, say
from support.reports import routine_report

RANGE = f"{GLUCOSE}/h:referenceRange/h:observationRange/h:value"
NAME = "//h:patient/h:name"

TO_CDA: dict[str, tuple[Damage, str]] = {
    "PDF: a value changed in the document": (put(f"{GLUCOSE}/h:value", value="13.2"), "PDF-09"),
    "PDF: a range changed in the document": (put(f"{RANGE}/h:high", value="7.77"), "PDF-10"),
    "PDF: a prior changed in the document": (put(f"({PRIOR})[1]/h:value", value="7.77"), "PDF-11"),
    "PDF: another birth name": (say(f"{NAME}/h:family[@qualifier='BR']", "AUTRE"), "PDF-05"),
    "PDF: another given name": (say(f"{NAME}/h:given[@qualifier='BR']", "ANDREA"), "PDF-05"),
    "PDF: another date of birth": (put("//h:patient/h:birthTime", value="19790329"), "PDF-05"),
    "PDF: another sex": (put("//h:patient/h:administrativeGenderCode", code="M"), "PDF-05"),
    "PDF: another place of birth": (say("//h:birthplace//h:county", "39198"), "PDF-05"),
    "PDF: a figure of the INS changed": (put("//h:patientRole/h:id", extension="279035121518988"), "PDF-06"),
    "PDF: another prescriber": (say("//h:participant[@typeCode='REF']//h:family", "PERSONNE"), "PDF-13"),
    "PDF: another version": (put("//h:versionNumber", value="7"), "PDF-14"),
    "PDF: another document": (put("/h:ClinicalDocument/h:id", root="1.2.3.4"), "PDF-14"),
    "PDF: a comment changed in the text": (
        say("//h:section[h:code/@code='55112-7']//h:paragraph", "Tout autre chose."), "PDF-12",
    ),
}  # fmt: skip


@cache
def printed(number: int = 0) -> bytes:
    """The PDF of the routine report (0), or of another patient's (1)."""
    return render_pdf(routine_report() if number == 0 else stranger())


def stranger() -> LabReport:
    """A report of another patient, with an INS of his or her own."""
    return next(reports(1, 1, only="hormones")).report


def _encrypted(pdf: bytes) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(output, encryption=pikepdf.Encryption(owner="x", user=""))
    return output.getvalue()


def _without_last_page(pdf: bytes) -> bytes:
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        del document.pages[-1]
        document.save(output)
    return output.getvalue()


def _picture(_: bytes) -> bytes:
    output = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(output)
    return output.getvalue()


TO_PDF: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "PDF: encrypted": (_encrypted, "PDF-01"),
    "PDF: not one": (lambda _: b"<html>", "PDF-01"),
    "PDF: cut short": (lambda pdf: pdf[: len(pdf) // 3], "PDF-01"),
    "PDF: nothing behind its head": (lambda _: b"%PDF-1.7\n" + b"\0" * 4000, "PDF-01"),
    "PDF: a picture only": (_picture, "PDF-04"),
    "PDF: a page lost": (_without_last_page, "PDF-15"),
}


def with_pdf() -> list[tuple[str, bytes, bytes, str]]:
    """Each damage: its name, the document, the PDF, the rule."""
    right = printed()
    n3 = write_n3(routine_report(), right)
    found = []
    for name, (damage, rule) in TO_CDA.items():
        root = etree.fromstring(n3)
        damage(root)
        found.append((name, etree.tostring(root), right, rule))
    for name, (change, rule) in TO_PDF.items():
        wrong = change(right)
        found.append((name, write_n3(routine_report(), wrong), wrong, rule))
    chapters = routine_report().chapters
    fewer = replace(routine_report(), chapters=chapters[:1])
    found += [
        ("PDF: a chapter missing", n3, render_pdf(fewer), "PDF-08"),
        ("PDF: of another patient", n3, printed(1), "PDF-07"),
        ("PDF: the copy is not the PDF that is sent", write_n3(routine_report(), printed(1)), right, "PDF-03"),
        (
            "PDF: level 1 around the PDF of another patient",
            write_n1(routine_report(), printed(1)),
            printed(1),
            "PDF-07",
        ),
    ]
    return found
