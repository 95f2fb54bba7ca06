"""Copies of identity documents, exemption, death and coordinates on the page of a patient."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings as Settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Role
from eprouvette.lab.identity import copies, services
from eprouvette.lab.identity.models import IdentityCopy, IdentityDocument, IdentityEvent, Patient
from eprouvette.lab.identity.rules import Exemption
from eprouvette.standards.report.media import MAX_IMAGE_BYTES, MAX_PDF_BYTES
from support.identities import person, qualified
from support.lab import ACTOR, demo_secretary, demo_technician, user
from support.scans import pdf, picture

pytestmark = pytest.mark.django_db
KEY, OTHER = bytes(range(32)), bytes(range(32, 64))


@pytest.fixture(autouse=True)
def vault(tmp_path: Path, settings: Settings) -> Path:
    settings.EPROUVETTE_IDENTITY_COPIES = tmp_path
    settings.EPROUVETTE_IDENTITY_KEYS = (KEY,)
    return tmp_path


def signed_in(account: User) -> Client:
    client = Client()
    client.force_login(account, backend="eprouvette.lab.accounts.backend.LocalBackend")
    return client


@pytest.fixture
def desk() -> Client:
    return signed_in(demo_secretary())


@pytest.fixture
def bench() -> Client:
    return signed_in(demo_technician())


def seen(patient: Patient, kind: str = "passeport") -> IdentityDocument:
    return services.see_document(patient.pk, document_type=kind, actor=ACTOR)


def kept(patient: Patient, content: bytes = b"") -> IdentityCopy:
    return copies.store(seen(patient).pk, content or picture(), actor=ACTOR)


def shown(client: Client, patient: Patient) -> str:
    return client.get(f"/patients/{patient.pk}").content.decode()


def post(client: Client, path: str, status: int = 200, /, **fields: object) -> str:
    answer = client.post(path, fields, follow=True)
    assert answer.status_code == status
    return answer.content.decode()


def join(client: Client, patient: Patient, document: object, content: bytes = b"", name: str = "scan.pdf") -> str:
    file = SimpleUploadedFile(name, content or picture())
    return post(client, f"/patients/{patient.pk}/copies", document=str(document), file=file)


@pytest.mark.requirement("REQ-INS-16")
def test_a_copy_is_joined_to_a_document_that_was_seen_and_listed_with_who_when_and_until_when(desk: Client) -> None:
    patient = person()
    assert "enregistrer d'abord le document" in shown(desk, patient)
    document = seen(patient)
    page = shown(desk, patient)
    assert f'name="document" value="{document.pk}" required' in page
    assert "checked" not in page
    page = join(desk, patient, document.pk)
    copy = IdentityCopy.objects.get()
    line = copies.copies_of(patient)[0]
    assert "Copie gardée" in page
    assert f"{timezone.localtime(line.kept_until):%d/%m/%y}" in page
    assert f"/copies/{copy.pk}" in page
    assert AuditLine.objects.filter(action="identity.copy_stored", actor=demo_secretary().actor).count() == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"MZ\x90 programme", "ni un PDF, ni une image"),
        (picture("GIF"), "ni un PDF, ni une image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "ni un PDF, ni une image"),
        (picture() + b"\0" * MAX_IMAGE_BYTES, "dépasse 4 Mo"),
        (b"%PDF-1.7\n" + b"\0" * (MAX_PDF_BYTES + 10), "dépasse 8 Mo"),
        (pdf(password="secret"), "mot de passe"),
        (pdf(script=True), "script"),
        (picture()[:40], "ne sont pas une image PNG"),
    ],
    ids=["program", "gif", "svg", "large picture", "large pdf", "encrypted", "script", "cut"],
)
def test_a_file_that_cannot_be_kept_is_refused_with_its_reason(desk: Client, content: bytes, sentence: str) -> None:
    patient = person()
    page = join(desk, patient, seen(patient).pk, content, "carte.png")
    assert sentence in page
    assert "Numériser le document" in page
    assert not IdentityCopy.objects.exists()


@pytest.mark.parametrize("typed", ["", "0", "-1", "passeport", "9" * 5000, "²", "other"])
def test_a_document_typed_by_hand_or_of_another_patient_is_refused(desk: Client, typed: str) -> None:
    patient = person()
    seen(patient)
    other = seen(person(birth_family_name="AUTRE"))
    assert "Choisir le document copié" in join(desk, patient, other.pk if typed == "other" else typed)
    assert not IdentityCopy.objects.exists()


def test_a_qualified_identity_still_takes_another_document_to_copy(desk: Client) -> None:
    patient = qualified()
    assert "Un autre document présenté" in shown(desk, patient)
    page = post(desk, f"/patients/{patient.pk}/document", document_type="carte_vitale")
    assert "l&#x27;identité est qualifiée" in page
    document = patient.documents.get(kind="carte_vitale")
    assert "Copie gardée" in join(desk, patient, document.pk)


@pytest.mark.requirement("REQ-INS-22")
def test_copies_follow_a_merge_and_nothing_is_joined_to_the_closed_file(desk: Client) -> None:
    lost, keep = person(), person(birth_family_name="PAT-TROI")
    copy = kept(lost)
    post(desk, f"/patients/{keep.pk}/fusion/{lost.pk}")
    assert f'href="/copies/{copy.pk}"' in shown(desk, keep)
    assert "Choisir le document copié" in join(desk, lost, copy.document_id)
    assert "voici le dossier patient conservé" in post(desk, f"/patients/{lost.pk}/coordonnees")
    assert IdentityCopy.objects.count() == 1


def test_a_form_without_its_file_says_so(desk: Client) -> None:
    patient = person()
    document = seen(patient)
    for sent in ({}, {"file": "un texte"}):
        assert "aucun fichier" in post(desk, f"/patients/{patient.pk}/copies", document=str(document.pk), **sent)


@pytest.mark.requirement("REQ-INS-16")
@pytest.mark.parametrize(
    ("content", "media_type", "suffix"),
    [(picture(), "image/png", "png"), (picture("JPEG"), "image/jpeg", "jpg"), (pdf(), "application/pdf", "pdf")],
    ids=["png", "jpeg", "pdf"],
)
def test_each_reading_of_a_copy_is_in_the_journal_and_the_file_can_do_nothing(
    desk: Client, content: bytes, media_type: str, suffix: str
) -> None:
    copy = kept(person(), content)
    for times in (1, 2):
        answer = desk.get(f"/copies/{copy.pk}")
        assert (answer.status_code, answer.content) == (200, content)
        lines = AuditLine.objects.filter(action="identity.copy_read", target=f"patient:{copy.patient_id}")
        assert lines.filter(actor=demo_secretary().actor).count() == times
    assert answer["Content-Type"] == media_type
    assert answer["Content-Disposition"] == f'inline; filename="copie-{copy.pk}.{suffix}"'
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.requirement("REQ-INS-16")
def test_the_bench_joins_a_copy_and_neither_sees_nor_removes_one(bench: Client) -> None:
    patient = person()
    copy = kept(patient)
    page = shown(bench, patient)
    assert "Joindre une copie" in page
    assert f"/copies/{copy.pk}" not in page
    assert bench.get(f"/copies/{copy.pk}").status_code == 403
    assert bench.post(f"/copies/{copy.pk}/retirer").status_code == 403
    assert IdentityCopy.objects.exists()
    assert not AuditLine.objects.filter(action="identity.copy_read").exists()


@pytest.mark.parametrize(
    "path",
    [
        "/patients/{patient}/copies",
        "/patients/{patient}/coordonnees",
        "/patients/{patient}/prevenir",
        "/patients/{patient}/deces",
        "/patients/{patient}/deces/retirer",
        "/patients/{patient}/dispense",
        "/copies/{copy}/retirer",
    ],
)
def test_who_runs_the_machine_changes_no_identity_and_addresses_are_not_read(desk: Client, path: str) -> None:
    copy = kept(person())
    address = path.format(patient=copy.patient_id, copy=copy.pk)
    before = AuditLine.objects.filter(action__startswith="identity.").count()
    admin = signed_in(user("racine", Role.ADMIN))
    assert admin.post(address).status_code == 403
    assert admin.get(f"/copies/{copy.pk}").status_code == 403
    assert desk.get(address).status_code == 405
    assert AuditLine.objects.filter(action__startswith="identity.").count() == before


def test_a_copy_is_removed_from_the_page_and_is_then_not_found(desk: Client) -> None:
    copy = kept(person())
    assert "Copie effacée" in post(desk, f"/copies/{copy.pk}/retirer")
    assert AuditLine.objects.get(action="identity.copy_removed").actor == demo_secretary().actor
    assert desk.get(f"/copies/{copy.pk}").status_code == 404
    assert desk.post(f"/copies/{copy.pk}/retirer").status_code == 404


def test_without_its_key_the_section_says_what_to_do(desk: Client, settings: Settings) -> None:
    patient = person()
    copy = kept(patient)
    settings.EPROUVETTE_IDENTITY_KEYS = ()
    page = shown(desk, patient)
    assert "la clé des copies n'est pas réglée" in page
    assert "EPROUVETTE_IDENTITY_KEY_FILE" in page
    assert "Joindre une copie" not in page
    assert "sa clé n'est pas là" in page
    assert f'href="/copies/{copy.pk}"' not in page
    assert "EPROUVETTE_IDENTITY_KEY_FILE" in join(desk, patient, copy.document_id)
    settings.EPROUVETTE_IDENTITY_KEYS = (OTHER,)
    answer = desk.get(f"/copies/{copy.pk}", follow=True)
    assert "n&#x27;est pas celle de cette copie" in answer.content.decode()


@pytest.mark.requirement("REQ-INS-28")
def test_an_exemption_is_put_and_removed_and_says_why_insi_is_not_called(desk: Client) -> None:
    patient = person()
    page = post(desk, f"/patients/{patient.pk}/dispense", dispense="anonyme")
    assert "Prise en charge anonyme : INSi n&#x27;est pas appelé." in page
    assert "Interroger INSi</" not in page
    page = post(desk, f"/patients/{patient.pk}/dispense", dispense="")
    assert "INSi peut être appelé" in page
    assert list(patient.events.filter(kind="dispense_insi").values_list("actor", flat=True)) == [
        demo_secretary().actor,
        demo_secretary().actor,
    ]
    lines = AuditLine.objects.filter(action="identity.changed", target=f"patient:{patient.pk}").order_by("pk")
    assert [line.details["exemption"] for line in lines] == ["anonyme", ""]


@pytest.mark.parametrize("sent", [{}, {"dispense": "parfaite"}, {"dispense": "ANONYME"}])
def test_an_exemption_typed_by_hand_is_refused(desk: Client, sent: dict[str, str]) -> None:
    patient = person()
    services.exempt(patient.pk, Exemption.AME, actor=ACTOR)
    assert "Choisir une dispense" in post(desk, f"/patients/{patient.pk}/dispense", **sent)
    patient.refresh_from_db()
    assert patient.exemption is Exemption.AME


def test_who_bears_an_ins_has_no_exemption_to_choose(desk: Client) -> None:
    patient = qualified()
    assert "Changer la dispense" not in shown(desk, patient)
    assert "porte une INS" in post(desk, f"/patients/{patient.pk}/dispense", dispense="ame")


def test_a_newborn_of_long_ago_is_worth_a_look(desk: Client) -> None:
    patient = person()
    services.exempt(patient.pk, Exemption.NEWBORN, actor=ACTOR)
    assert "plus de 90 jours" in shown(desk, patient)


def test_a_death_is_recorded_shown_and_taken_back(desk: Client) -> None:
    patient = person()
    page = post(desk, f"/patients/{patient.pk}/deces", **{"deces-deceased_at": "2026-03-12T10:30"})
    assert "12/03/2026 10:30" in page
    assert "décédé" in page
    page = post(desk, f"/patients/{patient.pk}/deces/retirer")
    assert "Décès retiré" in page
    patient.refresh_from_db()
    assert patient.deceased_at is None
    assert IdentityEvent.objects.filter(patient=patient, kind="deces").count() == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "obligatoire"),
        ("hier", "Saisissez une date"),
        ("2026-02-31T10:00", "Saisissez une date"),
        ("2999-01-01T10:00", "dans l&#x27;avenir"),
        ("1950-01-01T10:00", "précède la naissance"),
    ],
)
def test_a_death_that_cannot_be_is_refused_under_its_field(desk: Client, typed: str, sentence: str) -> None:
    patient = person()
    assert sentence in post(desk, f"/patients/{patient.pk}/deces", 400, **{"deces-deceased_at": typed})
    patient.refresh_from_db()
    assert patient.deceased_at is None


def test_coordinates_are_changed_on_the_page_and_leave_a_qualified_identity(desk: Client) -> None:
    patient = qualified()
    fields = {"address_line": "3 rue Haute", "postal_code": "39000", "city": "LONS", "email": "d@exemple.fr"}
    page = post(desk, f"/patients/{patient.pk}/coordonnees", **{f"coordonnees-{k}": v for k, v in fields.items()})
    assert "3 rue Haute · 39000 LONS · d@exemple.fr" in page
    assert "coordonnées corrigées" in page
    patient.refresh_from_db()
    assert (patient.status, patient.phone) == ("qualifiee", "")
    line = AuditLine.objects.get(action="identity.changed", details__act="coordonnees")
    assert (line.actor, line.details) == (demo_secretary().actor, {"act": "coordonnees"})


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("email", "pas une adresse", "forme d&#x27;une adresse"),
        ("phone", "12", "trop court"),
        ("postal_code", "1" * 40, "10 caractères"),
        ("address_line", "rue\0", "nul"),
    ],
)
def test_wrong_coordinates_stay_typed_with_their_reason(desk: Client, field: str, typed: str, sentence: str) -> None:
    patient = person()
    page = post(desk, f"/patients/{patient.pk}/coordonnees", 400, **{f"coordonnees-{field}": typed})
    assert sentence in page
    assert "<details open>" in page
    patient.refresh_from_db()
    assert patient.city == "DOLE"


def test_whom_to_call_is_kept(desk: Client) -> None:
    patient = person()
    path = f"/patients/{patient.pk}/prevenir"
    page = post(desk, path, **{"prevenir-name": "Anne <b>PAT", "prevenir-phone": "0102030405"})
    assert "Anne &lt;b&gt;PAT 0102030405" in page
    post(desk, path, 400, **{"prevenir-phone": "1" * 30})


@pytest.mark.parametrize("path", ["copies", "coordonnees", "prevenir", "deces", "deces/retirer", "dispense"])
def test_an_unknown_patient_is_not_found(desk: Client, path: str) -> None:
    assert desk.post(f"/patients/999999/{path}").status_code == 404
