"""What comes back to the mailbox: told apart by its fields, bounded whatever it holds, tied to the mail it answers."""

from __future__ import annotations

import base64
import time
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eprouvette.standards.mssante.incoming import Kind, UnreadableMailError, classify, read_mail
from eprouvette.standards.mssante.incoming.mail import MAX_BYTES

OURS = "<42.7@labo.mssante.fr>"
CITIZEN = "279035121518989@patient.mssante.fr"
DOCTOR = "Docteur Paul Levesque <paul.levesque@medecin.mssante.fr>"


def mail(text: str = "Bonjour", *, sender: str = DOCTOR, subject: str = "Re: XDM/1.0/DDM+CR", **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "labo@labo.mssante.fr", subject
    message["Message-ID"] = "<reponse@medecin.mssante.fr>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def notice(kind: str, fields: list[tuple[str, str]], *, returned: str = "", **headers: str) -> bytes:
    lines = [
        "From: postmaster@medecin.mssante.fr",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        f'Content-Type: multipart/report; report-type={kind}; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "Ceci est un avis automatique.",
        "--b",
        f"Content-Type: message/{kind}",
        "",
        *(f"{name}: {value}" for name, value in fields),
        "",
    ]
    if returned:
        lines += ["--b", "Content-Type: text/rfc822-headers", "", "Subject: XDM", f"Message-ID: {returned}", ""]
    return "\r\n".join([*lines, "--b--", ""]).encode()


STATUS = [("Reporting-MTA", "dns; mx.medecin.mssante.fr"), ("Final-Recipient", "rfc822; X@medecin.mssante.fr")]
READING = [("Final-Recipient", "rfc822; x@medecin.mssante.fr"), ("Original-Message-ID", OURS)]
MANUAL = "manual-action/MDN-sent-manually"
AUTO = "automatic-action/MDN-sent-automatically"


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (notice("delivery-status", [*STATUS, ("Action", "failed"), ("Status", "5.1.1")]), Kind.BOUNCED, "5.1.1"),
        (notice("delivery-status", [*STATUS, ("Action", "delayed"), ("Status", "4.4.1")]), Kind.DELAYED, "4.4.1"),
        (notice("delivery-status", [*STATUS, ("Action", "delivered"), ("Status", "2.0.0")]), Kind.DELIVERED, "2.0.0"),
        (notice("delivery-status", [*STATUS, ("Status", "5.7.1 (refused)")]), Kind.BOUNCED, "5.7.1"),
        (notice("delivery-status", STATUS), Kind.UNKNOWN_AUTOMATIC, ""),
        (notice("disposition-notification", [*READING, ("Disposition", f"{MANUAL}; displayed")]), Kind.READ, ""),
        (notice("disposition-notification", [*READING, ("Disposition", f"{AUTO}; processed")]), Kind.INTEGRATED, ""),
        (
            notice(
                "disposition-notification",
                [*READING, ("Disposition", f"{AUTO}; processed/Error: 902^Patient inconnu")],
            ),
            Kind.NOT_INTEGRATED,
            "902",
        ),
        (
            notice(
                "disposition-notification",
                [*READING, ("Disposition", f"{AUTO}; processed/error"), ("Error", "905^INS incomplet")],
            ),
            Kind.NOT_INTEGRATED,
            "905",
        ),
        (
            notice("disposition-notification", [*READING, ("Disposition", f"{MANUAL}; deleted")]),
            Kind.UNKNOWN_AUTOMATIC,
            "",
        ),
        (mail(subject="[KO Intégration système !][902] XDM/1.0/DDM+CR"), Kind.NOT_INTEGRATED, "902"),
        (mail(subject="[Erreur d'intégration !][904] XDM/1.0/DDM+CR"), Kind.NOT_INTEGRATED, "904"),
        (
            mail("La messagerie a été clôturée.", sender="ne-pas-repondre@patient.mssante.fr",
                 subject="Message non distribué"),
            Kind.CITIZEN_UNREACHED,
            "closed",
        ),
        (
            mail("Ce patient est inconnu.", sender="x@patient.mssante.fr", subject="Message non distribué"),
            Kind.CITIZEN_UNREACHED,
            "unknown",
        ),
        (
            mail("Motif : ???", sender="x@patient.mssante.fr", subject="Message non distribué"),
            Kind.UNKNOWN_AUTOMATIC,
            "",
        ),
        (mail("Je suis absent.", Auto_Submitted="auto-replied"), Kind.UNKNOWN_AUTOMATIC, ""),
        (mail("Merci", sender=CITIZEN), Kind.CITIZEN_REPLY, ""),
        (mail("Merci de préciser."), Kind.PROFESSIONAL_REPLY, ""),
        (mail("Merci", sender="faux@medecin.mssante.fr.example.com"), Kind.OUTSIDE, ""),
        (mail("Merci", sender="Dr Faux <x@gmail.example>"), Kind.OUTSIDE, ""),
    ],
)  # fmt: skip
def test_each_mail_is_told_for_what_it_is(data: bytes, kind: Kind, code: str) -> None:
    answer = classify(read_mail(data))
    assert (answer.kind, answer.code) == (kind, code)
    assert answer.sentence or kind in {Kind.CITIZEN_REPLY, Kind.PROFESSIONAL_REPLY}


def test_what_is_answered_is_found_by_the_notice_or_by_the_thread() -> None:
    reading = notice("disposition-notification", [*READING, ("Disposition", f"{MANUAL}; displayed")])
    assert classify(read_mail(reading)).original == OURS
    bounce = notice("delivery-status", [*STATUS, ("Action", "failed"), ("Status", "5.1.1")], returned=OURS)
    assert classify(read_mail(bounce)).original == OURS
    assert classify(read_mail(bounce)).recipient == "x@medecin.mssante.fr"
    reply = mail(In_Reply_To=OURS, References=f"<a@b.mssante.fr> {OURS}")
    assert read_mail(reply).in_reply_to == (OURS, "<a@b.mssante.fr>")
    assert classify(read_mail(reply)).original == OURS


def test_a_citizen_is_known_by_the_ins_of_the_address() -> None:
    assert classify(read_mail(mail(sender=CITIZEN))).citizen_ins == "279035121518989"


def test_the_end_of_a_conversation_is_seen() -> None:
    assert read_mail(mail(subject="[FIN]")).ended
    assert read_mail(mail(X_MSS_MES="FIN")).ended
    assert not read_mail(mail()).ended


def test_an_html_body_gives_its_words_and_nothing_else() -> None:
    message = EmailMessage()
    message["From"] = DOCTOR
    message.set_content(
        "<html><head><title>non</title></head><body><script>alert(1)</script><p>Bonjour&nbsp;!</p>"
        "<img src=x onerror=alert(2)><div>Merci &lt;b&gt;</div></body></html>",
        subtype="html",
    )
    text = read_mail(message.as_bytes()).text
    assert "alert" not in text
    assert text == "Bonjour\xa0!\nMerci <b>"


def test_files_keep_their_bytes_and_lose_their_folders() -> None:
    message = EmailMessage()
    message["From"] = DOCTOR
    message.set_content("Voir la pièce jointe.")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="../../etc/\u202efdp.exe")
    message.add_attachment(b"PK\x03\x04", maintype="application", subtype="zip", filename="C:\\x\\IHE_XDM.zip")
    found = read_mail(message.as_bytes())
    assert [one.name for one in found.attachments] == ["fdp.exe", "IHE_XDM.zip"]
    assert found.attachments[0].content == b"%PDF-1.4"
    assert found.text == "Voir la pièce jointe."


def test_a_wrong_charset_is_read_and_said() -> None:
    data = b"From: x@medecin.mssante.fr\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nR\xe9sultat re\xe7u"
    found = read_mail(data)
    assert found.text == "Résultat reçu"
    assert any("caractères" in remark for remark in found.remarks)
    assert read_mail(data.replace(b"utf-8", b"x-inconnu")).text == "Résultat reçu"


def test_two_authors_are_no_author() -> None:
    data = mail().replace(b"From: ", b"From: a@medecin.mssante.fr, ", 1)
    found = read_mail(data)
    assert not found.trusted
    assert classify(found).kind is Kind.OUTSIDE


def nested(depth: int) -> bytes:
    lines = ["From: x@medecin.mssante.fr"]
    for rank in range(depth):
        lines += [f'Content-Type: multipart/mixed; boundary="b{rank}"', "", f"--b{rank}"]
    return "\r\n".join([*lines, "Content-Type: text/plain", "", "x"]).encode()


@pytest.mark.parametrize("depth", [21, 200, 3000])
def test_too_many_levels_are_refused_with_a_sentence(depth: int) -> None:
    with pytest.raises(UnreadableMailError) as refused:
        read_mail(nested(depth))
    assert refused.value.hint


def test_too_many_parts_and_too_many_bytes_are_refused() -> None:
    parts = b"".join(b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" for _ in range(150))
    data = b'From: x@y.mssante.fr\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' + parts + b"--b--\r\n"
    with pytest.raises(UnreadableMailError, match="parties"):
        read_mail(data)
    with pytest.raises(UnreadableMailError, match="Mo"):
        read_mail(b"x" * (MAX_BYTES + 1))


@pytest.mark.parametrize("body", ["<script" * 100_000, "<" * 500_000, "<div>" * 200_000, "&#" * 300_000])
def test_hostile_markup_is_read_in_bounded_time(body: str) -> None:
    data = b"From: x@y.mssante.fr\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    start = time.perf_counter()
    read_mail(data + base64.encodebytes(body.encode()))
    assert time.perf_counter() - start < 20


@given(st.binary(max_size=600))
def test_any_bytes_are_read_and_classed_or_refused(noise: bytes) -> None:
    for data in (
        noise,
        b"From: x@y.mssante.fr\r\n" + noise,
        b"From: =?utf-8?q?" + noise + b"?= <x@y.mssante.fr>\r\n\r\n",
    ):
        try:
            assert classify(read_mail(data)).kind in Kind
        except UnreadableMailError as error:
            assert error.hint  # noqa: PT017 - either outcome is right
