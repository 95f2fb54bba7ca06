"""A partial report: what is validated leaves, the rest is said to come, and the whole one replaces it."""

from __future__ import annotations

import pytest
from django.test import Client

from eprouvette.exchange.dispatch.models import Delivery
from eprouvette.exchange.dispatch.planning import plan
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.results.services import record
from eprouvette.lab.validation import corrections, queries, services
from eprouvette.lab.validation.errors import NotReadyError, NotUnchangedError
from eprouvette.standards.conformance import check
from eprouvette.standards.report import walk
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.results import Battery
from support.lab import demo_biologist, incoming, open_dossier, validate_all

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("REQ-CRB-10")]
FIRST = {"GLU": "1.32", "CHOL": "1.95", "TSH": "2.1"}
REST = {"HDL": "0.52", "LDL": "1.21", "TG": "1.10", "K": "4.2"}


def give(dossier: Dossier, values: dict[str, str]) -> None:
    record(dossier.pk, [incoming(code, value) for code, value in values.items()], source="tests")
    validate_all(dossier)


@pytest.fixture
def dossier() -> Dossier:
    found = open_dossier("GLU", "K", "TSH", panels=("LIPID",))
    give(found, FIRST)
    return Dossier.objects.get(pk=found.pk)


def report_of(release_id: int) -> LabReport:
    return queries.release_detail(release_id).report


def labels(report: LabReport) -> set[str]:
    entries = [entry for chapter in report.chapters for section in chapter.sections for entry in section.entries]
    return {one.code.label for entry in entries for _, one in walk.observations(entry)}


def test_what_is_validated_leaves_and_the_rest_is_said_to_come(dossier: Dossier) -> None:
    row = services.release(dossier.pk, user=demo_biologist(), partial=True)
    report = report_of(row.pk)
    assert row.partial
    assert report.document.status == "active"
    assert labels(report) == {"Glucose", "Cholestérol total", "TSH"}
    parts = [section for chapter in report.chapters for section in chapter.sections]
    sections = {section.code.display: section for section in parts if section.code}
    assert {name: section.status for name, section in sections.items()} == {
        "Biochimie": "active",
        "Endocrinologie": "completed",
    }
    lipids = [entry for entry in sections["Biochimie"].entries if isinstance(entry, Battery)]
    assert [(battery.label, battery.status) for battery in lipids] == [("Bilan lipidique", "active")]
    assert Dossier.objects.get(pk=dossier.pk).state == "started"


def test_its_forms_are_conformant_and_say_that_it_is_partial(dossier: Dossier) -> None:
    row = services.release(dossier.pk, user=demo_biologist(), partial=True)
    n3 = queries.document(row.pk, "n3").content
    assert check(n3) == ()
    assert b'<lab:statusCode code="active"/>' in n3
    assert "d'autres résultats suivront" in n3.decode()


def test_the_whole_report_replaces_it_and_corrects_nothing(dossier: Dossier) -> None:
    first = services.release(dossier.pk, user=demo_biologist(), partial=True)
    give(dossier, REST)
    second = services.release(dossier.pk, user=demo_biologist())
    report = report_of(second.pk)
    assert (second.version, second.set_id, second.partial) == (2, first.set_id, False)
    assert (report.document.status, report.document.replaces) == ("completed", first.document_id)
    assert report.revision is None
    assert check(queries.document(second.pk, "n3").content) == ()
    assert Dossier.objects.get(pk=dossier.pk).state == "released"


def test_a_value_changed_between_the_two_is_told(dossier: Dossier) -> None:
    services.release(dossier.pk, user=demo_biologist(), partial=True)
    corrections.correct(dossier.pk, "Erreur de saisie.", user=demo_biologist(), exam_code="GLU", value="1.10")
    give(dossier, REST)
    report = report_of(services.release(dossier.pk, user=demo_biologist()).pk)
    assert report.revision is not None
    assert report.revision.changes == ("Erreur de saisie.", "Glucose : 1,10 g/L au lieu de 1,32 g/L.")


def test_a_second_partial_report_may_follow_and_the_same_twice_may_not(dossier: Dossier) -> None:
    services.release(dossier.pk, user=demo_biologist(), partial=True)
    with pytest.raises(NotReadyError, match="Rien n'a changé"):
        services.release(dossier.pk, user=demo_biologist(), partial=True)
    give(dossier, {"K": "4.2"})
    assert services.release(dossier.pk, user=demo_biologist(), partial=True).version == 2


def test_giving_up_the_rest_makes_a_whole_report(dossier: Dossier) -> None:
    services.release(dossier.pk, user=demo_biologist(), partial=True)
    record(dossier.pk, [incoming(code, "", status="X") for code in REST], source="tests")
    report = report_of(services.release(dossier.pk, user=demo_biologist()).pk)
    assert report.document.status == "completed"


def test_nothing_validated_or_nothing_to_come_is_refused() -> None:
    empty = open_dossier("GLU", "K")
    with pytest.raises(NotReadyError, match="rien à libérer"):
        services.release(empty.pk, user=demo_biologist(), partial=True)
    give(empty, {"GLU": "1.0", "K": "4.0"})
    with pytest.raises(NotReadyError, match="libérer le compte rendu complet"):
        services.release(empty.pk, user=demo_biologist(), partial=True)


def test_a_partial_report_is_never_taken_for_the_whole_one(dossier: Dossier) -> None:
    services.release(dossier.pk, user=demo_biologist(), partial=True)
    with pytest.raises(NotUnchangedError):
        corrections.close(dossier.pk, changed=False, user=demo_biologist())
    with pytest.raises(NotReadyError, match="Résultat attendu"):
        services.release(dossier.pk, user=demo_biologist())


def test_professionals_get_it_the_dmp_and_the_patient_wait_for_the_whole_one(dossier: Dossier) -> None:
    row = services.release(dossier.pk, user=demo_biologist(), partial=True)
    plan(row.pk)
    rules = {line.channel: (line.rule, line.never) for line in Delivery.objects.filter(release=row)}
    assert rules == {"dmp": ("DMP-2", True), "mss_pro": ("PRO-1", False), "mss_patient": ("PAT-3", True)}


def test_the_page_releases_what_is_validated(client: Client, dossier: Dossier) -> None:
    client.force_login(demo_biologist(), backend="eprouvette.lab.accounts.backend.LocalBackend")
    path = f"/dossiers/{dossier.pk}"
    assert "Libérer ce qui est validé" in client.get(path).content.decode()
    shown = client.get(f"{path}?partiel=1").content.decode()
    assert "Libération partielle" in shown
    assert "le patient reçoit le compte rendu complet" in shown
    client.post(f"{path}/liberer", {"partiel": "1"})
    shown = client.get(path).content.decode()
    assert "partiel libéré" in shown
    assert "en correction" not in shown
    assert "Compte rendu partiel." in shown
