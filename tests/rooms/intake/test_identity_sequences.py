"""Whatever a partner sends, in any order: no INS leaves below *qualifiée*, no file bears what nobody gave it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from eprouvette.exchange.identities import confirming
from eprouvette.exchange.identities.models import Confirmation
from eprouvette.exchange.intake.models import FeedAlias, ReceivedMessage, State
from eprouvette.lab.identity import queries
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.orders import stays
from eprouvette.lab.orders.models import Stay
from eprouvette.standards.insi.outcome import (
    ConfigurationFault,
    Found,
    NotFound,
    NotReached,
    SearchOutcome,
    Several,
)
from support.feeds import declared, ins, ipp, message, pid, pv1, take, zbe
from support.identities import ins_number
from support.insi import DOMINIQUE_FOUND, Scripted

pytestmark = pytest.mark.django_db
WHO = ("1", "2", "3")
NUMBERS = ("", ins(), ins(ins_number(1).value), ins("279035121518988"), ins('""'))
HOURS = tuple(f"202611{day:02d}100000" for day in range(1, 8))

people = st.builds(
    pid,
    st.sampled_from(WHO),
    number=st.sampled_from(NUMBERS),
    status=st.sampled_from(["VALI", "PROV", "VIDE", "DOUT", "FICT", "VALI~HOMA", ""]),
    name=st.sampled_from(["PAT-TROIS", "Pat trois", "AUTRE"]),
    born=st.sampled_from(["19790328", "1979", ""]),
)
told = st.builds(message, st.sampled_from(["A28", "A31", "A08"]), people, at=st.sampled_from(HOURS))
merged = st.builds(
    lambda person, losing, at: message("A40", person, f"MRG|{ipp(losing)}", at=at),
    people,
    st.sampled_from(WHO),
    st.sampled_from(HOURS),
)
changed = st.builds(
    lambda person, former, at: message("A47", person, f"MRG|{former}", at=at),
    people,
    st.sampled_from([ipp("1"), ipp("3"), ins(), ins(ins_number(1).value)]),
    st.sampled_from(HOURS),
)
moved = st.builds(
    lambda event, person, number, at: message(event, person, pv1(visit="V1"), zbe(number, at, original="A01"), at=at),
    st.sampled_from(["A01", "A02", "A03", "A05", "A11", "A13", "A21", "A22"]),
    people,
    st.sampled_from(["M1", "M2"]),
    st.sampled_from(HOURS),
)
OTHER = ins_number(1).value
answered = st.sampled_from(
    [
        Found(DOMINIQUE_FOUND),
        Found(replace(DOMINIQUE_FOUND, matricule=OTHER[:13], key=OTHER[13:])),
        Found(replace(DOMINIQUE_FOUND, sex="M")),
        NotFound(),
        Several(),
        NotReached("INSi n'est pas joignable."),
        ConfigurationFault("desir_560", "Certificat refusé.", "Changer le certificat."),
    ]
)


def confirm_all(outcome: SearchOutcome) -> None:
    """Let the jobs run: INSi answers that to each question."""
    confirming.take_up_stopped(actor="system:test")
    for patient_id in list(Confirmation.objects.filter(closed_at=None).values_list("patient_id", flat=True)):
        confirming.confirm(patient_id, Scripted([outcome]))


@pytest.mark.requirement("REQ-INS-09")
@pytest.mark.requirement("REQ-INS-23")
@pytest.mark.requirement("REQ-INS-25")
@pytest.mark.parametrize("worth", ["stranger", "contract", "master"])
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example(events=[message("A28", pid(number=ins(), status="VALI")), Found(DOMINIQUE_FOUND)])
@given(events=st.lists(st.one_of(told, merged, changed, moved, answered), min_size=1, max_size=8))
def test_no_sequence_of_messages_and_answers_lets_an_ins_out_below_qualified(
    worth: str, events: list[bytes | SearchOutcome]
) -> None:
    found: set[str] = set()
    django_settings.EPROUVETTE_IDENTITY_MASTER = worth == "master"
    try:
        with transaction.atomic():
            declared(contract=worth == "contract", master=worth == "master", takes_a08=True)
            for event in events:
                if isinstance(event, bytes):
                    assert take(event)[0] in {"AA", "AE"}
                else:
                    found |= {event.identity.matricule} if isinstance(event, Found) else set()
                    confirm_all(event)
                for patient in Patient.objects.all():
                    named = queries.report_patient(patient, "1.2.3").ins
                    assert named is None or patient.status == "qualifiee"
                    # Elsewhere than from a master, an INS comes from INSi alone, and under a contract only.
                    assert worth == "master" or named is None or (worth == "contract" and named.value[:13] in found)
            assert not FeedAlias.objects.filter(patient__merged_into__isnull=False).exists()
            transaction.set_rollback(True)
    finally:
        django_settings.EPROUVETTE_IDENTITY_MASTER = False


@pytest.mark.shared
def test_the_official_admissions_make_one_patient_three_stays_and_the_will_of_each(shared_dir: Path) -> None:
    declared(contract=True)
    answers = [take(path.read_bytes())[0] for path in sorted((shared_dir / "ans" / "hl7v2" / "pam").glob("*.er7"))]
    # Two of them bear one MSH-10 with other bytes: partners do it, and the second one is refused.
    assert sorted(answers) == ["AA", "AA", "AA", "AE"]
    assert ReceivedMessage.objects.get(state=State.REFUSED).location == "MSH^1^10"
    patient = Patient.objects.get()
    assert (patient.status, patient.birth_family_name, patient.birth_place_cog) == ("validee", "PAT-TROIS", "63220")
    assert Stay.objects.filter(patient=patient, standing="present").count() == 3
    objected = stays.will_of(patient.pk, "000297406")
    assert objected is not None
    assert (objected.feeding, objected.consultation) == ("IO", "INC")
    unasked = stays.will_of(patient.pk)
    assert unasked is not None
    assert (unasked.feeding, unasked.consultation) == ("NA", "NA")
