"""What is made of a report before it leaves: the XDM package, the signed submission, the token."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from eprouvette.core.ins import Ins
from eprouvette.sandbox.igc.authority import Authority
from eprouvette.sandbox.igc.trust import laboratory
from eprouvette.standards.crbio import write_n3
from eprouvette.standards.dmp.submission import Ids, seal
from eprouvette.standards.dmp.vihf import Actor, Software, Token, write_vihf
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.xdm.metadata import SubmissionSet
from eprouvette.standards.xdm.package import Producer, build_xdm, members_of
from eprouvette.standards.xdm.reading import read_entry
from eprouvette.standards.xmlsign.signer import Signer
from support.reports import forty_results


def median(act: Callable[[], object], rounds: int = 40) -> float:
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(spent)


def measure() -> list[tuple[str, float, str]]:
    report = forty_results()
    cda = write_n3(report, render_pdf(report), stylesheet=True)
    issued = Authority().signer(laboratory("BANC D'ESSAI"))
    signer = Signer(issued.chain_pem, issued.key_pem)
    at = datetime.now(UTC) - timedelta(minutes=1)
    entry = read_entry(cda)
    author = entry.authors[0]
    submission = SubmissionSet("1.2.3.4", "1.2.3", entry.patient_id, "20261123100000", entry.title, author)
    producer = Producer("LABORATOIRE", "labo@labo.mssante.fr", "Éprouvette", "0")
    token = Token("_bench", at, Ins("279035121518989", "1.2.250.1.213.1.4.10"))
    actor = Actor("810000000015", "AUBIN", "Anne", "G15_10/SM03", "1390999999")
    software = Software("Éprouvette", "0", "BANC")

    def package() -> bytes:
        return build_xdm(submission, members_of([cda]), [cda], producer, at)

    def signed() -> object:
        return seal(cda, Ids("1.2.3.4", "1.2.3.5", at), author, "1.2.3", signer)

    xdm, sealing = median(package), median(signed)
    return [
        ("XDM package, 40 results, self-presentable", xdm, ""),
        ("submission set signed, 40 results", sealing, ""),
        ("XDM and seal together", xdm + sealing, "aim ≤ 10 ms"),
        ("VIHF token", median(lambda: write_vihf(token, actor, software, signer, "4.0")), ""),
    ]
