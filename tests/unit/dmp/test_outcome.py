"""Every answer of the DMP is typed: done, final, transient, ambiguous or configuration, with a remedy."""

from __future__ import annotations

import pytest
from lxml import etree

from eprouvette.standards.dmp.outcome import BY_CODE, BY_FAULT_TEXT, Kind, from_error, from_fault
from eprouvette.standards.dmp.submission import read
from eprouvette.standards.soap import envelope, mtom
from eprouvette.standards.soap.envelope import Fault, SoapError

RS = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
STATUS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:"


def response(*codes: str, status: str = "Failure") -> etree._Element:
    errors = "".join(f'<RegistryError errorCode="{code}" codeContext="x" severity="E:Error"/>' for code in codes)
    return etree.fromstring(f'<RegistryResponse xmlns="{RS}" status="{STATUS}{status}">{errors}</RegistryResponse>')


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_every_known_code_has_its_kind_and_a_final_one_its_remedy(code: str) -> None:
    answer = read(response(code))
    assert (answer.kind, answer.code) == (BY_CODE[code][0], code)
    assert answer.remedy or answer.kind is Kind.TRANSIENT


def test_a_success_and_a_duplicate_of_ours_are_done() -> None:
    assert read(response(status="Success")).kind is Kind.DONE
    assert read(response("XDSDuplicateUniqueIdInRegistry")).kind is Kind.DONE


def test_the_gravest_of_several_errors_decides() -> None:
    assert read(response("XDSRegistryBusy", "XDSRegistryMetadataError")).kind is Kind.FINAL


def test_an_unknown_code_is_final_and_shown_as_received() -> None:
    answer = from_error("DMPSomethingNew", "mots du DMP")
    assert (answer.kind, answer.code, answer.text) == (Kind.FINAL, "DMPSomethingNew", "mots du DMP")


def test_what_is_no_registry_answer_is_ambiguous() -> None:
    assert read(etree.fromstring("<other/>")).kind is Kind.AMBIGUOUS
    assert read(response()).kind is Kind.AMBIGUOUS


@pytest.mark.parametrize("words", [words for words, _ in BY_FAULT_TEXT])
def test_faults_of_configuration_are_known_by_their_words(words: str) -> None:
    answer = from_fault("Receiver", "dmp_1", f"… {words.upper()} …")
    assert answer.kind is Kind.CONFIGURATION
    assert answer.remedy


def test_another_receiver_fault_is_transient() -> None:
    assert from_fault("Receiver", "x", "panne").kind is Kind.TRANSIENT


def test_a_fault_inside_a_package_is_read() -> None:
    fault = (
        f'<s:Envelope xmlns:s="{envelope.SOAP}"><s:Body><s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode>'
        "<s:Value>d:dmp_9</s:Value></s:Subcode></s:Code><s:Reason><s:Text>panne</s:Text></s:Reason></s:Fault>"
        "</s:Body></s:Envelope>"
    ).encode()
    package = mtom.pack(fault, {"part": ("text/xml", b"<a/>")}, "action")
    found = envelope.read(mtom.root_part(package.content_type, package.body))
    assert found == Fault("Receiver", "dmp_9", "panne")


@pytest.mark.parametrize("data", [b"", b"<html/>", b"\xff\xfe", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_what_is_no_envelope_is_said_so(data: bytes) -> None:
    with pytest.raises(SoapError):
        envelope.read(data)
