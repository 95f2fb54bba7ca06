"""The simulated operator refuses what a strict receiver would: each wrong mail with its code."""

from __future__ import annotations

import asyncio
import io
import re
import ssl
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from imapclient import IMAPClient

from eprouvette.sandbox.igc.trust import server_context
from eprouvette.sandbox.mssante.imap import ImapService
from eprouvette.sandbox.mssante.smtp import Operator, SmtpService
from eprouvette.sandbox.mssante.store import MailStore
from eprouvette.standards.crbio import CRBIO_2021_01, write_n1, write_n3
from eprouvette.standards.crbio.pair import companion
from eprouvette.standards.mssante.message import compose
from eprouvette.standards.mssante.smtp import Receipt, SmtpSubmitter, Taken
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.tls import client_context
from support.national import PATIENT, PDF, PRESCRIBER, Country, cda_of, composed, mail_of, make_country, package_of
from support.reports import routine_report

SENDER = "sgl@labo.mssante.fr"


@dataclass
class Running:
    """A simulated operator and a submitter of the laboratory."""

    country: Country
    store: MailStore
    submitter: SmtpSubmitter
    smtp_port: int
    imap_port: int

    def submit(self, recipient: str, mail: bytes) -> Receipt:
        return self.submitter.submit(SENDER, recipient, mail)


async def end(*services: SmtpService | ImapService) -> None:
    """Stop the services and the conversations that are still open."""
    for service in services:
        service.close()
    open_ones = asyncio.all_tasks() - {asyncio.current_task()}
    for task in open_ones:
        task.cancel()
    await asyncio.gather(*open_ones, return_exceptions=True)


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("mssante")
    country = make_country(folder / "trust")
    (folder / "igc").mkdir()
    context = server_context(country.authority, folder / "igc")
    readers = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    readers.load_cert_chain(folder / "igc" / "server.crt", folder / "igc" / "server.key")
    store = MailStore(folder / "mails.sqlite")
    smtp = SmtpService(Operator(store, frozenset({PRESCRIBER})), context)
    imap = ImapService(store, {PRESCRIBER: "secret"}, readers)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    smtp_port = asyncio.run_coroutine_threadsafe(smtp.start(), loop).result(10)
    imap_port = asyncio.run_coroutine_threadsafe(imap.start(), loop).result(10)
    certificate, key = country.trust.pair("mss")
    tls = client_context(cert=certificate, key=key, authorities=country.trust.ca)
    submitter = SmtpSubmitter("localhost", smtp_port, tls, limit=9_000_000)
    yield Running(country, store, submitter, smtp_port, imap_port)
    submitter.close()
    asyncio.run_coroutine_threadsafe(end(smtp, imap), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()
    store.close()


@pytest.mark.requirement("REQ-MSS-04")
@pytest.mark.parametrize("recipient", [PRESCRIBER, PATIENT])
def test_a_right_mail_is_taken_whole(operator: Running, recipient: str) -> None:
    mail = composed(recipient)
    assert operator.submit(recipient, mail).taken is Taken.DONE
    assert operator.store.mailbox(recipient)[-1].content.replace(b"\r\n", b"\n") == mail.replace(b"\r\n", b"\n")


def test_the_same_message_id_twice_is_kept_once(operator: Running) -> None:
    before = len(operator.store.mailbox(PRESCRIBER))
    mail = composed()
    assert [operator.submit(PRESCRIBER, mail).taken for _ in range(2)] == [Taken.DONE, Taken.DONE]
    assert len(operator.store.mailbox(PRESCRIBER)) == before + 1


def test_a_mailbox_is_read_by_another_programs_imap_client(operator: Running) -> None:
    operator.submit(PRESCRIBER, composed())
    context = ssl.create_default_context(cafile=str(operator.country.trust.ca))
    with IMAPClient("localhost", operator.imap_port, ssl_context=context) as client:
        client.login(PRESCRIBER, "secret")
        client.select_folder("INBOX", readonly=True)
        found = client.fetch(client.search(), [b"BODY.PEEK[]"])
    assert len(found) == len(operator.store.mailbox(PRESCRIBER))
    assert all(b"IHE_XDM.zip" in one[b"BODY[]"] for one in found.values())


def test_a_slow_mailbox_is_taken_later(operator: Running) -> None:
    recipient = "lent@medecin.mssante.fr"
    taken = [operator.submit(recipient, composed(recipient)) for _ in range(3)]
    assert [one.taken for one in taken] == [Taken.LATER, Taken.LATER, Taken.DONE]
    assert taken[0].code == "451"


def test_a_cut_after_the_data_is_ambiguous_then_the_repetition_is_done(operator: Running) -> None:
    recipient = "ok.coupe@medecin.mssante.fr"
    mail = composed(recipient)
    assert [operator.submit(recipient, mail).taken for _ in range(2)] == [Taken.AMBIGUOUS, Taken.DONE]
    assert len(operator.store.mailbox(recipient)) == 1


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        ("inconnu@medecin.mssante.fr", "550"),
        ("plein@medecin.mssante.fr", "552"),
        ("personne@medecin.mssante.fr", "550"),
        ("paul@exemple.fr", "domaine"),
    ],
)
def test_an_address_that_cannot_be_served_is_final(operator: Running, recipient: str, code: str) -> None:
    receipt = operator.submit(recipient, composed(recipient))
    assert (receipt.taken, receipt.code) == (Taken.REFUSED, code)


def test_an_over_long_mail_does_not_even_leave(operator: Running) -> None:
    receipt = operator.submit(PRESCRIBER, b"x" * 9_000_001)
    assert (receipt.taken, receipt.code) == (Taken.REFUSED, "taille")


def header(pattern: str, by: str) -> Callable[[], bytes]:
    def make() -> bytes:
        text, count = re.subn(pattern, by, composed().decode("ascii"))
        assert count, pattern
        return text.encode("ascii")

    return make


def package(change: Callable[[dict[str, bytes]], None]) -> Callable[[], bytes]:
    """A mail whose package was damaged."""

    def make() -> bytes:
        with zipfile.ZipFile(io.BytesIO(package_of(cda_of()))) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        change(files)
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return compose(mail_of(), buffer.getvalue(), PDF)

    return make


METADATA = "IHE_XDM/SUBSET01/METADATA.XML"
DOCUMENT = "IHE_XDM/SUBSET01/DOC0001.XML"


def replaced(name: str, pattern: bytes, by: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        content, count = re.subn(pattern, by, files[name], count=1)
        assert count == 1, pattern
        files[name] = content

    return change


def without(name: str) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        del files[name]

    return change


def renamed(files: dict[str, bytes]) -> None:
    files["ihe_xdm/readme.txt"] = files["README.TXT"]


WRONG: dict[str, tuple[Callable[[], bytes], str]] = {
    "no label": (header(r"From: .*? <(.*)>", r"From: \1"), "554"),
    "another sender": (header("sgl@labo", "autre@labo"), "550"),
    "subject without its form": (header(r"Subject: [^\n]*\n(?: [^\n]*\n)*", "Subject: bonjour\n"), "554"),
    "no message id": (header(r"Message-ID: [^\n]*\n", ""), "554"),
    "no product": (header(r"X-MSS-NIL: [^\n]*\n", ""), "554"),
    "no code of the document": (header(r"X-MSS-CODECDA: [^\n]*\n", ""), "554"),
    "ins said absent": (header("X-MSS-INS: O", "X-MSS-INS: N"), "554"),
    "package of another name": (header(r"IHE_XDM\.zip", "archive.zip"), "554"),
    "no metadata": (package(without(METADATA)), "554"),
    "no readme": (package(without("README.TXT")), "554"),
    "wrong hash": (package(replaced(DOCUMENT, b"Glucose", b"Glucoze")), "554"),
    "wrong size": (
        package(replaced(METADATA, rb'"size"><rim:ValueList><rim:Value>\d+', b'"size"><rim:ValueList><rim:Value>7')),
        "554",
    ),
    "lower-case names": (package(renamed), "554"),
    "another patient in the metadata": (
        package(replaced(METADATA, b'value="279035121518989', b'value="109076322083489')),
        "554",
    ),
    "another document id": (
        package(replaced(METADATA, b'value="1.2.250.1.213.99.390999999.4', b'value="1.2.250.1.213.99.390999999.9')),
        "554",
    ),
    "wrong form": (package(replaced(METADATA, rb"application/xslt\+xml", b"text/xml")), "554"),
    "a package that is none": (lambda: compose(mail_of(), b"PK\x03\x04nothing", PDF), "554"),
    "a pdf that is none": (lambda: compose(mail_of(), package_of(cda_of()), b"GIF89a"), "554"),
}


def pair(report: LabReport | None = None, *, second: LabReport | None = None) -> tuple[bytes, bytes]:
    """N3 and N1 of a report, or N1 of another one."""
    first = report or routine_report()
    n3 = write_n3(first, PDF, stylesheet=True, profile=CRBIO_2021_01)
    return n3, write_n1(second or companion(first), PDF, stylesheet=True, profile=CRBIO_2021_01)


def of_pair(*documents: bytes) -> Callable[[], bytes]:
    return lambda: compose(mail_of(), package_of(*documents), PDF)


def test_a_right_pair_is_taken_whole(operator: Running) -> None:
    mail = of_pair(*pair())()
    assert operator.submit(PRESCRIBER, mail).taken is Taken.DONE


def next_version() -> LabReport:
    report = routine_report()
    document = replace(report.document, id=f"{report.document.set_id}.9", version=2, replaces=report.document.id)
    return companion(replace(report, document=document))


WRONG |= {
    "a pair under one id": (of_pair(*pair(second=routine_report())), "554"),
    "a pair in the other order": (of_pair(*reversed(pair())), "554"),
    "a pair of two levels three": (of_pair(pair()[0], pair(companion(routine_report()))[0]), "554"),
    "a pair of two versions": (of_pair(*pair(second=next_version())), "554"),
    "three documents": (of_pair(*pair(), pair(second=next_version())[1]), "554"),
    "a document that nobody announced": (
        package(lambda files: files.update({"IHE_XDM/SUBSET01/DOC0002.XML": pair()[1]})),
        "554",
    ),
    "a document outside of the set": (
        package(replaced(METADATA, b'targetObject="Document01"', b'targetObject="Document09"')),
        "554",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_mail_is_refused_and_not_kept(operator: Running, name: str) -> None:
    make, code = WRONG[name]
    before = len(operator.store.mailbox(PRESCRIBER))
    receipt = operator.submit(PRESCRIBER, make())
    assert (receipt.taken, receipt.code) == (Taken.REFUSED, code), receipt
    assert len(operator.store.mailbox(PRESCRIBER)) == before


def test_a_report_for_another_citizens_box_is_refused(operator: Running) -> None:
    recipient = "109076322083489@patient.mssante.fr"
    assert operator.submit(recipient, composed(recipient)).code == "550"


def test_who_has_no_certificate_of_the_trust_space_is_not_heard(operator: Running, tmp_path: Path) -> None:
    stranger = make_country(tmp_path)
    certificate, key = stranger.trust.pair("mss")
    tls = client_context(cert=certificate, key=key, authorities=operator.country.trust.ca)
    submitter = SmtpSubmitter("localhost", operator.smtp_port, tls, limit=9_000_000)
    assert submitter.submit(SENDER, PRESCRIBER, composed()).taken in {Taken.CONFIGURATION, Taken.LATER}
    submitter.close()
