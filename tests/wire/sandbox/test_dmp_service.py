"""The simulated DMP refuses what the real one would: fourteen wrong messages, each with its code."""

from __future__ import annotations

import re
import ssl
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from lxml import etree

from eprouvette.sandbox.dmp import search as sandbox_search
from eprouvette.sandbox.dmp.service import BASE, DmpServer, Service
from eprouvette.sandbox.dmp.state import Registry
from eprouvette.sandbox.dmp.token import Vihf
from eprouvette.sandbox.igc.trust import server_context
from eprouvette.standards.dmp import search
from eprouvette.standards.dmp.client import Call, DmpClient, Endpoints
from eprouvette.standards.dmp.existence import Dmp, Existence
from eprouvette.standards.dmp.outcome import Answer, Kind
from eprouvette.standards.dmp.submission import REPLACED, Ids, Submission, replacing, seal
from eprouvette.standards.dmp.vihf import Actor, Software, Token, VihfVersion, write_vihf
from eprouvette.standards.tls import client_context
from eprouvette.standards.xmlsign.signer import Signer
from support.national import ACTOR, AUTHOR, INS, SOFTWARE, Country, cda_of, make_country, submission_of
from support.reports import routine_report


@dataclass
class Running:
    """A simulated DMP and a client of the laboratory."""

    country: Country
    registry: Registry
    client: DmpClient
    url: str
    context: ssl.SSLContext


@pytest.fixture(scope="module")
def dmp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("dmp")
    country = make_country(folder / "trust")
    registry = Registry(folder / "dmp.sqlite")
    issuers = x509.load_pem_x509_certificates(country.authority.ca_pem)
    (folder / "igc").mkdir()
    server = DmpServer(Service(registry, issuers), server_context(country.authority, folder / "igc"))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    certificate, key = country.trust.pair("dmp_auth")
    context = client_context(cert=certificate, key=key, authorities=country.trust.ca)
    url = f"https://localhost:{server.server_address[1]}{BASE}"
    client = DmpClient(Endpoints.under(url), context, country.signer, SOFTWARE, "4.0")
    yield Running(country, registry, client, url, context)
    client.close()
    server.shutdown()
    server.server_close()
    registry.close()
    thread.join(10)


def call(at: datetime | None = None) -> Call:
    return Call(f"_{uuid.uuid4()}", str(uuid.uuid4()), at or datetime.now(UTC))


def fresh(**changes: object) -> bytes:
    """A CDA that this DMP has never seen."""
    report = routine_report()
    number = uuid.uuid4().int % 10**15
    document = replace(report.document, id=f"1.2.250.1.213.99.390999999.4.{number}")
    return cda_of(replace(report, document=document, **changes))  # type: ignore[arg-type]  # fields of the report


def submit(dmp: Running, submission: Submission) -> Answer:
    return dmp.client.submit(call(), ACTOR, INS, submission)


def test_a_right_submission_is_accepted_and_kept_once(dmp: Running) -> None:
    submission = submission_of(dmp.country, fresh())
    assert submit(dmp, submission).kind is Kind.DONE
    assert [one["unique_id"] for one in dmp.registry.records()].count(submission.unique_id) == 1


def test_the_same_submission_again_counts_as_done_and_is_not_kept_twice(dmp: Running) -> None:
    submission = submission_of(dmp.country, fresh())
    assert [submit(dmp, submission).kind for _ in range(2)] == [Kind.DONE, Kind.DONE]
    assert [one["unique_id"] for one in dmp.registry.records()].count(submission.unique_id) == 1


def test_a_cut_after_reception_is_ambiguous_and_the_repetition_is_done(dmp: Running) -> None:
    submission = submission_of(dmp.country, fresh())
    dmp.registry.misbehave("cut", 1)
    assert submit(dmp, submission).kind is Kind.AMBIGUOUS
    assert submit(dmp, submission).kind is Kind.DONE


def test_a_busy_registry_is_transient(dmp: Running) -> None:
    dmp.registry.misbehave("busy", 1)
    answer = submit(dmp, submission_of(dmp.country, fresh()))
    assert (answer.kind, answer.code) == (Kind.TRANSIENT, "XDSRegistryBusy")


def damaged(submission: Submission, pattern: str, by: str) -> Submission:
    body, count = re.subn(pattern, by, submission.body, count=1)
    assert count == 1, pattern
    return replace(submission, body=body)


def test_another_patient_in_the_metadata_is_refused(dmp: Running) -> None:
    wrong = damaged(submission_of(dmp.country, fresh()), 'value="279035121518989', 'value="109076322083489')
    assert submit(dmp, wrong).code == "XDSPatientIdDoesNotMatch"


def test_an_author_of_another_structure_stops_the_channel(dmp: Running) -> None:
    other = replace(AUTHOR, institution=AUTHOR.institution.replace("1390999999", "1750000000"))
    answer = submit(dmp, submission_of(dmp.country, fresh(), author=other))
    assert (answer.kind, answer.code) == (Kind.CONFIGURATION, "dmp_400")


@pytest.mark.parametrize(
    ("pattern", "by", "code"),
    [
        (r'<rim:Slot name="creationTime">.*?</rim:Slot>', "", "XDSRepositoryMetadataError"),
        (r"urn:ihe:lab:xd-lab:2008", "urn:ihe:iti:xds-sd:pdf:2008", "XDSRepositoryMetadataError"),
        (r'mimeType="application/xslt\+xml"', 'mimeType="text/xml"', "XDSRepositoryMetadataError"),
        (r"1\.2\.250\.1\.213\.1\.1\.4\.1<", "1.2.3<", "XDSRepositoryMetadataError"),
        (r'associationType="[^"]*signs"', 'associationType="x:other"', "XDSRepositoryMetadataError"),
        (r'<xdsb:Document id="Signature01">.*?</xdsb:Document>', "", "XDSMissingDocument"),
    ],
)
def test_wrong_metadata_are_refused_with_their_code(dmp: Running, pattern: str, by: str, code: str) -> None:
    answer = submit(dmp, damaged(submission_of(dmp.country, fresh()), pattern, by))
    assert (answer.kind, answer.code) == (Kind.FINAL, code)


def test_a_document_changed_after_the_signature_is_refused(dmp: Running) -> None:
    submission = submission_of(dmp.country, fresh())
    changed = replace(
        submission, document=submission.document.replace(b"BIOCHIMIE", b"BIOCHIMIX").replace(b"Glucose", b"Glucoze")
    )
    assert changed.document != submission.document
    answer = submit(dmp, changed)
    assert (answer.kind, answer.code) == (Kind.CONFIGURATION, "dmp_503")


def test_a_document_of_another_patient_is_refused(dmp: Running) -> None:
    cda = fresh().replace(b'extension="279035121518989"', b'extension="109076322083489"')
    submission = submission_of(dmp.country, cda)
    wrong = replace(submission, body=submission.body.replace("109076322083489^", "279035121518989^"))
    assert submit(dmp, wrong).code == "XDSPatientIdDoesNotMatch"


def test_another_document_under_the_same_id_is_refused(dmp: Running) -> None:
    cda = fresh()
    assert submit(dmp, submission_of(dmp.country, cda)).kind is Kind.DONE
    other = submission_of(dmp.country, cda.replace(b"Glucose", b"Glucoze"))
    assert submit(dmp, other).code == "XDSNonIdenticalHash"


def test_a_token_of_another_structure_role_or_time_stops_the_channel(dmp: Running) -> None:
    submission = submission_of(dmp.country, fresh())
    wrong_structure = dmp.client.submit(call(), replace(ACTOR, structure_id="1750000000"), INS, submission)
    no_specialty = dmp.client.submit(call(), replace(ACTOR, specialty="G15_10"), INS, submission)
    expired = dmp.client.submit(call(datetime.now(UTC) - timedelta(hours=2)), ACTOR, INS, submission)
    assert [one.code for one in (wrong_structure, no_specialty, expired)] == ["dmp_200", "dmp_141", "dmp_131"]
    assert {one.kind for one in (wrong_structure, no_specialty, expired)} == {Kind.CONFIGURATION}


def test_a_seal_of_another_authority_is_refused(dmp: Running, tmp_path: Path) -> None:
    stranger = make_country(tmp_path / "other")
    client = DmpClient(Endpoints.under(dmp.url), dmp.context, stranger.signer, SOFTWARE, "4.0")
    answer = client.submit(call(), ACTOR, INS, submission_of(stranger, fresh()))
    client.close()
    assert answer.code == "dmp_303"


def test_a_changed_token_is_refused(dmp: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(token: Token, actor: Actor, software: Software, signer: Signer, version: VihfVersion) -> str:
        return write_vihf(token, actor, software, signer, version).replace("AUBIN", "AUBAN")

    monkeypatch.setattr("eprouvette.standards.dmp.client.write_vihf", changed)
    assert submit(dmp, submission_of(dmp.country, fresh())).code == "dmp_302"


@pytest.mark.parametrize(
    ("value", "state"),
    [("279035121518989", Dmp.OPEN), ("279035121518802", Dmp.CLOSED), ("160012B02077701", Dmp.ABSENT)],
)
def test_the_existence_of_a_dmp_is_told(dmp: Running, value: str, state: Dmp) -> None:
    ins = replace(INS, value=value)
    found = dmp.client.exists(call(), ACTOR, ins, sender_oid="1.2.3", message_oid="1.2.3.4", production=False)
    assert found == Existence(state)


def test_who_has_no_certificate_or_one_of_another_authority_is_not_heard(dmp: Running, tmp_path: Path) -> None:
    stranger = make_country(tmp_path / "other")
    certificate, key = stranger.trust.pair("dmp_auth")
    context = client_context(cert=certificate, key=key, authorities=dmp.country.trust.ca)
    client = DmpClient(Endpoints.under(dmp.url), context, dmp.country.signer, SOFTWARE, "4.0")
    answer = client.submit(call(), ACTOR, INS, submission_of(dmp.country, fresh()))
    client.close()
    assert answer.kind in {Kind.CONFIGURATION, Kind.AMBIGUOUS}


@pytest.mark.parametrize("body", [b"", b"<a/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"\x00" * 1000])
def test_nonsense_gets_a_fault_and_the_service_goes_on(dmp: Running, body: bytes) -> None:
    with httpx.Client(verify=dmp.context, trust_env=False) as client:
        answer = client.post(f"{dmp.url}/repository", content=body)
    assert answer.status_code in {413, 500}
    assert submit(dmp, submission_of(dmp.country, fresh())).kind is Kind.DONE


@pytest.mark.shared
def test_requests_and_answers_are_valid_by_the_xds_schemas(dmp: Running, shared_dir: Path) -> None:
    from eprouvette.sandbox.dmp.faults import RegistryFaultError, failure, success

    schema = etree.XMLSchema(etree.parse(shared_dir / "ihe" / "xds" / "XDS.b_DocumentRepository.xsd"))
    body = re.sub(r"<xop:Include[^>]*/>", "QUJD", submission_of(dmp.country).body)
    schema.assertValid(etree.fromstring(body))
    answers = etree.XMLSchema(etree.parse(shared_dir / "ihe" / "xds" / "rs.xsd"))
    for text in (success(), failure(RegistryFaultError("XDSRegistryBusy", "occupé"))):
        answers.assertValid(etree.fromstring(text))


def test_the_signer_refuses_a_key_that_is_not_rsa() -> None:
    from eprouvette.standards.xmlsign.signer import SignatureError

    with pytest.raises(SignatureError):
        Signer(b"not a certificate", b"not a key")


def version_two(dmp: Running, first: Submission) -> Submission:
    """A submission that replaces ``first``, its reference still to be found."""
    report = routine_report()
    document = replace(report.document, id=f"{first.unique_id}.2", version=2, replaces=first.unique_id)
    cda = cda_of(replace(report, document=document))
    ids = Ids(f"1.2.250.1.213.99.390999999.9.{uuid.uuid4().int % 10**15}", f"{first.unique_id}.3", datetime.now(UTC))
    return seal(cda, ids, AUTHOR, "1.2.250.1.213.99.390999999", dmp.country.signer, replaces=REPLACED)


def test_a_new_version_finds_the_one_before_and_replaces_it(dmp: Running) -> None:
    first = submission_of(dmp.country, fresh())
    assert submit(dmp, first).kind is Kind.DONE
    reference = dmp.client.find(call(), ACTOR, INS, first.unique_id)
    assert reference == dmp.registry.entry_uuid(first.unique_id)
    assert isinstance(reference, str)
    second = version_two(dmp, first)
    assert submit(dmp, replacing(second, reference)).kind is Kind.DONE
    status = {one["unique_id"]: one["status"] for one in dmp.registry.records()}
    assert (status[first.unique_id], status[second.unique_id]) == ("deprecated", "approved")
    assert submit(dmp, replacing(second, reference)).kind is Kind.DONE


def test_a_version_that_is_no_longer_the_last_is_not_replaced_twice(dmp: Running) -> None:
    first = submission_of(dmp.country, fresh())
    submit(dmp, first)
    reference = dmp.client.find(call(), ACTOR, INS, first.unique_id)
    assert isinstance(reference, str)
    assert submit(dmp, replacing(version_two(dmp, first), reference)).kind is Kind.DONE
    other = version_two(dmp, replace(first, unique_id=f"{first.unique_id}.7"))
    assert submit(dmp, replacing(other, reference)).code == "XDSReplaceFailed"


def test_an_unknown_document_has_no_reference(dmp: Running) -> None:
    found = dmp.client.find(call(), ACTOR, INS, "1.2.3.4")
    assert isinstance(found, Answer)
    assert (found.kind, found.code) == (Kind.FINAL, "TD3.1")
    assert found.remedy


def test_a_busy_registry_makes_a_search_wait(dmp: Running) -> None:
    dmp.registry.misbehave("busy", 1)
    found = dmp.client.find(call(), ACTOR, INS, "1.2.3.4")
    assert isinstance(found, Answer)
    assert found.kind is Kind.TRANSIENT


@pytest.mark.parametrize(
    ("pattern", "by", "words"),
    [
        ('returnType="ObjectRef"', 'returnType="LeafClass"', "dmp_700"),
        ("AdhocQueryRequest", "AdhocQueryRequests", "dmp_011"),
        ("5c4f972b", "14d4debf", "XDSUnknownStoredQuery"),
        (r"\('1.2.3.4'\)", "1.2.3.4", "XDSStoredQueryMissingParam"),
        ("UniqueId", "EntryUUID", "XDSStoredQueryMissingParam"),
    ],
)
def test_a_wrong_search_is_refused_with_its_code(
    dmp: Running, monkeypatch: pytest.MonkeyPatch, pattern: str, by: str, words: str
) -> None:
    body = re.sub(pattern, by, search.request("1.2.3.4"))
    assert body != search.request("1.2.3.4")
    monkeypatch.setattr(search, "request", lambda _: body)
    found = dmp.client.find(call(), ACTOR, INS, "1.2.3.4")
    assert isinstance(found, Answer)
    assert words in found.code


def test_a_search_and_its_answers_are_valid_by_the_published_schema(dmp: Running, shared_dir: Path) -> None:
    schema = etree.XMLSchema(etree.parse(shared_dir / "ihe" / "xds" / "query.xsd"))
    schema.assertValid(etree.fromstring(search.request("1.2.3.4")))
    known = submission_of(dmp.country, fresh())
    submit(dmp, known)
    token = Vihf("1390999999", "810000000015", INS.value, INS.oid)
    for wanted in (known.unique_id, "1.2.3.4", "wrong"):
        question = etree.fromstring(search.request(wanted))
        schema.assertValid(etree.fromstring(sandbox_search.answer(question, token, dmp.registry)))
