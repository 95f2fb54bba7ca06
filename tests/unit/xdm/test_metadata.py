"""Metadata are read from CDA bytes, and the package is the same for the same document."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from eprouvette.core.xml import UnreadableXmlError
from eprouvette.standards.crbio import write_n1
from eprouvette.standards.crbio.pair import companion
from eprouvette.standards.xdm.errors import IncompleteDocumentError
from eprouvette.standards.xdm.reading import read_entry
from support.national import cda_of, package_of
from support.reports import routine_report


def test_the_entry_of_a_report_says_what_the_cda_says() -> None:
    entry = read_entry(cda_of())
    assert entry.patient_id == "279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH"
    assert entry.source_patient_info[0] == "PID-5|PAT-TROIS^DOMINIQUE^^^^^L"
    assert (entry.mime_type, entry.format_code.code) == ("application/xslt+xml", "urn:ihe:lab:xd-lab:2008")
    assert entry.creation_time == "20260312094500"
    assert entry.legal_authenticator.startswith("810000000015^AUBIN^Anne^")
    assert (entry.facility_type.code, entry.practice_setting.code) == ("SA25", "AMBULATOIRE")
    assert entry.size == len(cda_of())


def test_the_form_of_the_file_decides_the_mime_type_and_the_level_the_format() -> None:
    assert read_entry(cda_of(stylesheet=False)).mime_type == "text/xml"
    level_one = read_entry(write_n1(routine_report(), b"%PDF-1.4"))
    assert level_one.format_code.code == "urn:ihe:iti:xds-sd:pdf:2008"


@pytest.mark.requirement("REQ-MSS-11")
def test_without_an_ins_the_local_identifier_stands_for_the_patient() -> None:
    report = routine_report()
    entry = read_entry(cda_of(replace(report, patient=replace(report.patient, ins=None))))
    assert entry.patient_id.endswith("&ISO^PI")
    assert "279035121518989" not in repr(entry)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", UnreadableXmlError),
        (b"<a/>", IncompleteDocumentError),
        (b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>', IncompleteDocumentError),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", UnreadableXmlError),
    ],
)
def test_what_is_no_report_is_refused_without_a_word_of_its_content(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_entry(data)


def test_the_package_is_the_same_for_the_same_document_and_has_short_names() -> None:
    first, second = package_of(cda_of()), package_of(cda_of())
    assert first == second
    names = zipfile.ZipFile(io.BytesIO(first)).namelist()
    assert names == ["INDEX.HTM", "README.TXT", "IHE_XDM/SUBSET01/METADATA.XML", "IHE_XDM/SUBSET01/DOC0001.XML"]


def pair() -> tuple[bytes, bytes]:
    return cda_of(), write_n1(companion(routine_report()), b"%PDF-1.4", stylesheet=True)


def test_a_pair_is_two_members_of_one_set_each_with_its_own_id_and_file() -> None:
    with zipfile.ZipFile(io.BytesIO(package_of(*pair()))) as archive:
        metadata = etree.fromstring(archive.read("IHE_XDM/SUBSET01/METADATA.XML"))
        assert [archive.read(f"IHE_XDM/SUBSET01/DOC000{rank}.XML") for rank in (1, 2)] == list(pair())
        index = archive.read("INDEX.HTM").decode()
    rim = {"rim": "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"}
    assert [one.get("id") for one in metadata.findall(".//rim:ExtrinsicObject", rim)] == ["Document01", "Document02"]
    assert len(metadata.findall(".//rim:Association", rim)) == 2
    ids = [one.get("value") for one in metadata.iter(f"{{{rim['rim']}}}ExternalIdentifier")]
    own = routine_report().document.id
    assert {own, f"{own}.1"} <= set(ids)
    assert "DOC0001.XML" in index
    assert "DOC0002.XML" in index


@pytest.mark.shared
@pytest.mark.parametrize("documents", [(cda_of(),), pair()], ids=["one", "pair"])
def test_the_metadata_are_valid_by_the_registry_schema(shared_dir: Path, documents: tuple[bytes, ...]) -> None:
    schema = etree.XMLSchema(etree.parse(shared_dir / "ihe" / "xds" / "lcm.xsd"))
    with zipfile.ZipFile(io.BytesIO(package_of(*documents))) as archive:
        schema.assertValid(etree.fromstring(archive.read("IHE_XDM/SUBSET01/METADATA.XML")))
