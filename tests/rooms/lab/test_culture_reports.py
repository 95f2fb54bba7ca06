"""A culture leaves with its isolates and pictures: conformant, read back, corrected by a version that says S to R."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.results import cultures, isolates, pictures, services
from eprouvette.lab.results.errors import IsolatesHeldError, ObservationStateError
from eprouvette.lab.results.models import Isolate
from eprouvette.lab.validation import corrections, queries
from eprouvette.lab.validation import services as validation
from eprouvette.lab.validation.errors import NotReadyError
from eprouvette.lab.validation.models import Release
from eprouvette.standards.conformance import check
from eprouvette.standards.crbio.reader import read_report
from eprouvette.standards.report import results as report_results
from eprouvette.standards.report.model import LabReport
from eprouvette.standards.report.results import Battery, Entry, Image
from support.cultures import COLI, coli, grow, png, urine_dossier
from support.lab import demo_biologist, demo_technician, incoming, open_dossier, validate_all

pytestmark = pytest.mark.django_db


def released(dossier: Dossier, *, partial: bool = False) -> Release:
    validate_all(dossier)
    return validation.release(dossier.pk, user=demo_biologist(), partial=partial)


def report_of(release: Release) -> LabReport:
    return queries.release_detail(release.pk).report


def microbiology(report: LabReport) -> tuple[Entry, ...]:
    return next(chapter for chapter in report.chapters if chapter.code.code == "18725-2").sections[0].entries


def require_conformant(release: Release) -> None:
    for form in ("n3", "n1"):
        findings = check(queries.document(release.pk, form).content)
        assert [finding for finding in findings if finding.severity == "error"] == []
    read = read_report(queries.document(release.pk, "n3").content).report
    assert grown(read) == grown(report_of(release))


def grown(report: LabReport) -> list[Entry]:
    """The isolates and the pictures of a report, in their order."""
    entries = [entry for chapter in report.chapters for section in chapter.sections for entry in section.entries]
    return [entry for entry in entries if isinstance(entry, report_results.Isolate | Image)]


@pytest.mark.requirement("REQ-CRB-15")
def test_isolates_stand_right_after_the_battery_of_their_culture() -> None:
    dossier = urine_dossier()
    grow(dossier)
    grow(dossier, coli(organism="", words="Flore polymicrobienne", quantity="rares colonies", tests=(), marks=()))
    release = released(dossier)
    battery, first, second = microbiology(report_of(release))
    assert isinstance(battery, Battery)
    assert isinstance(first, report_results.Isolate)
    assert isinstance(second, report_results.Isolate)
    assert battery.observations[-1].code.label == "Culture des urines"
    coded = first.organism.coded
    assert coded is not None
    assert (first.organism.text, coded.code) == ("Escherichia coli", "112283007")
    assert [one.code.label for one in first.observations] == [
        "Numération bactérienne",
        "Bêta-lactamase à spectre étendu (BLSE)",
    ]
    antibiogram = first.batteries[0]
    assert antibiogram.code is not None
    assert antibiogram.code.code == "18769-0"
    assert [(one.code.label, one.interpretation) for one in antibiogram.observations] == [
        ("Ampicilline, CMI", "R"),
        ("Céfotaxime, CMI", "S"),
        ("Ciprofloxacine, CMI", "I"),
        ("Ciprofloxacine, diamètre", "I"),
        ("Nitrofurantoïne", "S"),
    ]
    assert (second.organism.text, second.organism.coded, second.batteries) == ("Flore polymicrobienne", None, ())
    require_conformant(release)


def test_an_isolate_of_which_only_the_name_is_known_says_its_identification() -> None:
    dossier = open_dossier("HEMOC")
    grow(dossier, coli(exam_codes=("HEMOC",), quantity="", tests=(), marks=()), "HEMOC")
    release = released(dossier)
    culture, isolate = microbiology(report_of(release))
    assert isinstance(culture, report_results.Observation)
    assert isinstance(isolate, report_results.Isolate)
    assert [one.code.label for one in isolate.observations] == ["Identification"]
    require_conformant(release)


def test_every_antibiotic_and_mark_of_the_catalogue_passes_our_rules() -> None:
    from eprouvette.lab.catalogue import files
    from eprouvette.lab.results.incoming import IncomingMark, IncomingTest

    data, dossier = files.microbiology(), urine_dossier()
    tests = tuple(IncomingTest(one.code, mic="1", diameter="20", category="S") for one in data.antibiotics)
    marks = tuple(IncomingMark(one.code, "présente") for one in data.markers)
    for organism in data.organisms:
        grow(dossier, coli(organism=organism.code, tests=(), marks=()))
    grow(dossier, coli(tests=tests, marks=marks))
    grow(dossier, coli(tests=tuple(replace(one, mic="", diameter="") for one in tests)))
    require_conformant(released(dossier))


def test_a_picture_is_in_the_battery_of_its_panel_or_after_its_result() -> None:
    dossier = urine_dossier()
    services.record(dossier.pk, [incoming("ECBUC", "Absence de germe")], source="tests")
    for code, colour in (("ULEUC", "red"), ("GLU", "blue")):
        row = dossier.observations.get(exam__code=code)
        pictures.join(row.pk, f"Tracé {code}", png(colour), user=demo_technician())
    release = released(dossier)
    glucose, picture = next(
        section.entries for chapter in report_of(release).chapters for section in chapter.sections
        if isinstance(section.entries[-1], Image)
    )  # fmt: skip
    assert isinstance(glucose, report_results.Observation)
    assert isinstance(picture, Image)
    assert (picture.label, picture.content) == ("Tracé GLU", png("blue"))
    battery = microbiology(report_of(release))[0]
    assert isinstance(battery, Battery)
    assert [image.label for image in battery.images] == ["Tracé ULEUC"]
    require_conformant(release)


def reopened(dossier: Dossier) -> Isolate:
    corrections.correct(
        dossier.pk, "Relecture de l'antibiogramme.", user=demo_biologist(), exam_code="ECBUC", reopen=True
    )
    return Isolate.objects.get(observation__dossier=dossier)


def test_a_correction_opens_the_isolates_and_the_new_version_says_s_to_r() -> None:
    dossier = urine_dossier()
    grow(dossier)
    first = released(dossier)
    reopened(dossier)
    assert dossier.observations.get(exam__code="ECBUC").state == "measured"
    assert Dossier.objects.get(pk=dossier.pk).state == "started"
    grow(dossier, coli(rank=1, organism="KPNE", tests=(COLI[0], replace(COLI[1], category="R"), *COLI[2:])))
    second = released(dossier)
    report = report_of(second)
    assert (second.version, second.set_id) == (2, first.set_id)
    assert report.revision is not None
    assert report.revision.changes == (
        "Relecture de l'antibiogramme.",
        "Isolat : Klebsiella pneumoniae au lieu de Escherichia coli.",
        "Klebsiella pneumoniae, Céfotaxime, CMI : R au lieu de S.",
    )
    require_conformant(second)


def test_a_correction_that_changes_no_isolate_is_no_version() -> None:
    dossier = urine_dossier()
    grow(dossier)
    released(dossier)
    reopened(dossier)
    with pytest.raises(NotReadyError, match="Rien n'a changé"):
        released(dossier)


def test_a_correction_may_take_an_isolate_back_then_say_that_nothing_grew() -> None:
    dossier = urine_dossier()
    grow(dossier)
    released(dossier)
    with pytest.raises(IsolatesHeldError):
        corrections.correct(
            dossier.pk, "Contamination.", user=demo_biologist(), exam_code="ECBUC", value="Absence de germe"
        )
    assert Dossier.objects.get(pk=dossier.pk).state == "released"
    isolate = reopened(dossier)
    isolates.remove(isolate.pk, user=demo_biologist())
    services.enter(dossier.pk, "ECBUC", "Absence de germe", user=demo_biologist())
    second = released(dossier)
    report = report_of(second)
    assert report.revision is not None
    assert "Isolat retiré : Escherichia coli." in report.revision.changes
    require_conformant(second)


def test_a_partial_report_carries_the_culture_and_the_whole_one_corrects_nothing() -> None:
    dossier = open_dossier("GLU", panels=("ECBU",))
    grow(dossier)
    first = released(dossier, partial=True)
    battery, isolate = microbiology(report_of(first))
    assert isinstance(battery, Battery)
    assert battery.status == "active"
    assert isinstance(isolate, report_results.Isolate)
    lines = {"UASP": "Trouble", "ULEUC": "500", "UHEM": "5", "UGRAM": "Bacilles.", "GLU": "0.98"}
    services.record(dossier.pk, [incoming(code, value) for code, value in lines.items()], source="tests")
    second = released(dossier)
    assert report_of(second).revision is None
    require_conformant(second)


def test_what_left_is_closed_again() -> None:
    dossier = urine_dossier()
    grow(dossier)
    row = dossier.observations.get(exam__code="GLU")
    pictures.join(row.pk, "Courbe", png(), user=demo_technician())
    validate_all(dossier)
    picture = cultures.pictures_of(dossier.pk)[row.pk][0]
    with pytest.raises(ObservationStateError):
        pictures.remove(picture.id, user=demo_technician())
    with pytest.raises(ObservationStateError):
        pictures.join(row.pk, "Courbe", png("red"), user=demo_technician())
