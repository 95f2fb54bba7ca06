"""The mail: its headers cannot be broken out of, its bytes follow from its contents."""

from __future__ import annotations

import email
import email.policy

import pytest

from eprouvette.standards.mssante.message import MessageError, body_of, citizen_address, compose, pdf_name, subject_of
from eprouvette.standards.mssante.smtp import in_trust_space
from support.national import INS, PATIENT, PRESCRIBER, composed, mail_of


def test_the_same_contents_give_the_same_bytes() -> None:
    mail = mail_of()
    assert compose(mail, b"zip", b"pdf") == compose(mail, b"zip", b"pdf")


@pytest.mark.parametrize("family", ["É\r\nBcc: x@y.fr", "A\nB", "NOM\u2028X-Evil: 1", "x" * 300])
def test_a_name_cannot_become_a_header(family: str) -> None:
    message = email.message_from_bytes(compose(mail_of(family=family), b"z", b"p"), policy=email.policy.default)
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert message["To"].addresses[0].addr_spec == PRESCRIBER


def test_names_with_accents_are_kept_in_the_subject_and_folded_in_the_file_name() -> None:
    mail = mail_of(family="DE LA ROCHEFOUCAULD-MONTBEL LES DEUX ÉGLISES", given="JOSÉPHINE")
    message = email.message_from_bytes(compose(mail, b"z", b"p"), policy=email.policy.default)
    assert message["Subject"] == subject_of(mail)
    assert pdf_name(mail) == "20261123_CR-BIO_DE-LA-ROCHEFOUCAULD-MONTBEL-LES-DEUX-EGLISES_JOSEPHINE_26327-0001.pdf"


@pytest.mark.parametrize("field", ["sender", "reply_to", "recipient", "message_id"])
@pytest.mark.parametrize("value", ["", "x", "a@b\r\nBcc: c@d.fr", "a b@c.fr"])
def test_an_address_that_is_none_is_refused(field: str, value: str) -> None:
    with pytest.raises(MessageError):
        compose(mail_of(**{field: value}), b"z", b"p")


@pytest.mark.requirement("REQ-MSS-13")
@pytest.mark.parametrize("recipient", [PATIENT, PRESCRIBER])
def test_a_cancellation_is_said_in_the_subject_and_in_the_words(recipient: str) -> None:
    mail = mail_of(recipient, cancels=True, replaces=True)
    assert subject_of(mail) == "XDM/1.0/DDM+CR d'examens biologiques ANNULÉ PAT-TROIS DOMINIQUE 28/03/1979"
    words = body_of(mail)
    assert "est annulé : ne l'utilisez pas." in words
    assert "annule et remplace" not in words
    assert "PAT-TROIS" not in words


@pytest.mark.requirement("REQ-MSS-06")
def test_a_conversation_may_be_closed_to_answers() -> None:
    assert b"X-MSS-MES: FIN" in composed(PATIENT, closed=True)
    assert b"X-MSS-MES" not in composed(PATIENT)


def test_the_words_are_those_for_the_reader_and_hold_no_result() -> None:
    assert "Votre compte rendu" in body_of(mail_of(PATIENT))
    assert "de votre patient" in body_of(mail_of())
    assert "annule et remplace" in body_of(mail_of(replaces=True))
    assert "PAT-TROIS" not in body_of(mail_of(PATIENT))


def test_the_citizens_box_is_built_from_the_ins() -> None:
    assert citizen_address(INS) == PATIENT


@pytest.mark.parametrize(
    ("address", "inside"),
    [("a@b.mssante.fr", True), ("a@mssante.fr.evil.fr", False), ("a@evil.fr", False), ("a@xmssante.fr", False)],
)
def test_only_the_trust_space_is_served(address: str, inside: bool) -> None:
    assert in_trust_space(address) is inside
