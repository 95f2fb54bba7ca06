"""Isolates, antibiograms and pictures that arrive by HL7 v2: applied whole, or refused at their place."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from eprouvette.exchange.intake import services
from eprouvette.exchange.intake.models import ReceivedMessage, State
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.results import cultures
from eprouvette.lab.results.models import Isolate, IsolateTrace, Observation, Picture
from eprouvette.standards.hl7v2 import er7
from support.cultures import png
from support.lab import demo_technician, open_dossier, validate_all

pytestmark = pytest.mark.django_db
EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "microbiologie" / "ecbu.hl7"


@pytest.fixture
def dossier() -> Dossier:
    return open_dossier("GLU", panels=("ECBU",), order_number="D26-0004")


def lines() -> list[str]:
    return EXAMPLE.read_bytes().decode().rstrip("\r").split("\r")


def receive(*changed: str, control_id: str = "DEMO-0004") -> tuple[str, str]:
    """Send these lines; the code of the answer, and where the fault is."""
    text = "\r".join(changed).replace("DEMO-0004", control_id)
    answer = er7.parse(services.receive(f"{text}\r".encode(), peer="test").decode())
    acknowledgement, fault = answer.first("MSA"), answer.first("ERR")
    assert acknowledgement is not None
    return acknowledgement.text(1), fault.raw(2) if fault else ""


def replaced(before: str, after: str) -> list[str]:
    changed = [line.replace(before, after) for line in lines()]
    assert changed != lines()
    return changed


def test_the_example_fills_the_culture_its_isolates_and_its_antibiogram(dossier: Dossier) -> None:
    assert receive(*lines()) == ("AA", "")
    row = Observation.objects.get(dossier=dossier, exam__code="ECBUC")
    assert (row.state, row.interpretation) == ("measured", "POS")
    coli, flora = cultures.isolates_of(dossier.pk)[row.pk]
    assert (coli.rank, coli.organism, coli.quantity) == (1, "Escherichia coli", "≥\u00a0100\u202f000 UFC/mL")
    assert {test.label: (test.mic, test.category) for test in coli.tests}["Céfotaxime"] == (">\u00a064", "R")
    assert [(mark.label, mark.present) for mark in coli.marks] == [("Bêta-lactamase à spectre étendu (BLSE)", True)]
    assert (flora.rank, flora.organism, flora.tests) == (2, "Flore polymicrobienne", ())
    assert ReceivedMessage.objects.get().state == State.APPLIED
    assert set(IsolateTrace.objects.values_list("source", "actor")) == {("hl7:DEMO-0004", "system:intake")}


@pytest.mark.parametrize(
    ("before", "after", "location"),
    [
        ("|>^64|", "|beaucoup|", "OBX^8^5"),
        ("|mg/L||R|", "|mg/L||Z|", "OBX^7^5"),
        ("CTX^Céfotaxime^99LABO^108-1^Céfotaxime CMI^LN", "ZZZ^Inconnu^99LABO", "OBX^8^5"),
        ("^Flore polymicrobienne", "XYZ", "OBX^14^5"),
        ("CE|6463-4^Identification^LN|1", "CE|6463-4^Identification^LN|A", "OBX^5^4"),
        ("|>=^100000|/mL|", "|10e5|/mL|", "OBX^6^5"),
    ],
)
def test_one_wrong_line_refuses_the_whole_message_at_its_place(
    dossier: Dossier, before: str, after: str, location: str
) -> None:
    assert receive(*replaced(before, after)) == ("AE", location)
    assert not Observation.objects.filter(dossier=dossier).exists()
    assert not Isolate.objects.exists()
    row = ReceivedMessage.objects.get()
    assert row.state == State.REFUSED
    assert after.encode() in bytes(row.raw)


def test_the_antibiogram_may_follow_the_identification(dossier: Dossier) -> None:
    head, others = lines()[:4], lines()[4:]
    identified = [line for line in others if "|mg/L|" not in line]
    assert receive(*head, *identified) == ("AA", "")
    antibiogram = [line for line in others if "|mg/L|" in line]
    assert receive(*head, *antibiogram, control_id="DEMO-0005") == ("AA", "")
    row = Observation.objects.get(dossier=dossier, exam__code="ECBUC")
    coli = cultures.isolates_of(dossier.pk)[row.pk][0]
    assert (coli.organism, len(coli.tests)) == ("Escherichia coli", len(antibiogram))


def test_an_antibiogram_of_an_isolate_that_nobody_identified_is_refused(dossier: Dossier) -> None:
    head, others = lines()[:4], lines()[4:]
    assert receive(*head, *(line for line in others if "|mg/L|" in line))[0] == "AE"
    assert not Isolate.objects.exists()


def test_the_isolates_of_a_validated_culture_are_kept_aside(dossier: Dossier) -> None:
    receive(*lines())
    validate_all(dossier)
    assert receive(*replaced("|>^64|mg/L||R|", "|0.25|mg/L||S|"), control_id="DEMO-0006") == ("AA", "")
    row = Observation.objects.get(dossier=dossier, exam__code="ECBUC")
    coli = cultures.isolates_of(dossier.pk)[row.pk][0]
    assert {test.label: test.category for test in coli.tests}["Céfotaxime"] == "R"
    assert cultures.traces_of(row.pk)[-1].outcome == "mis de côté : culture déjà validée"


def test_a_parked_message_brings_its_isolates_when_a_person_attaches_it() -> None:
    other = open_dossier(panels=("ECBU",))
    assert receive(*lines())[0] == "AA"
    row = ReceivedMessage.objects.get()
    assert row.state == State.PARKED
    services.attach(row.pk, other.pk, user=demo_technician())
    assert Isolate.objects.filter(observation__dossier=other).count() == 2
    assert set(IsolateTrace.objects.values_list("actor", flat=True)) == {demo_technician().actor}


def picture(content: bytes, exam: str = "GLU") -> str:
    data = base64.b64encode(content).decode()
    return f"OBX|2|ED|{exam}^Courbe de glycémie^99LABO||^image^png^Base64^{data}||||||F"


GLUCOSE = "OBX|1|NM|GLU^Glucose^99LABO||0.98|g/L|||||F|||20261125083000+0100"


def test_a_picture_comes_with_its_result(dossier: Dossier) -> None:
    assert receive(*lines()[:4], GLUCOSE, picture(png())) == ("AA", "")
    kept = Picture.objects.get()
    assert (kept.label, kept.media_type, kept.outcome) == ("Courbe de glycémie", "image/png", "kept")
    assert kept.observation.exam.code == "GLU"
    found = cultures.picture(kept.pk)
    assert found is not None
    assert found[1] == png()


@pytest.mark.parametrize(
    ("line", "location"),
    [
        (picture(b"GIF89a not a png"), "OBX^2^5"),
        (picture(png()[:30]), "OBX^2^5"),
        (picture(png(), "UASP"), "OBX^2^5"),
        (picture(png(), "TSH"), "OBX^2^5"),
        (picture(png(), "NOPE"), "OBX^2^5"),
    ],
)
def test_a_picture_that_cannot_be_joined_refuses_the_message(dossier: Dossier, line: str, location: str) -> None:
    assert receive(*lines()[:4], GLUCOSE, line) == ("AE", location)
    assert not Observation.objects.filter(dossier=dossier).exists()
    assert not Picture.objects.exists()
