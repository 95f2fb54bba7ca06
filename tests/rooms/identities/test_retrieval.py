"""The desk asks INSi, sees what it answered, and takes it or not; every call is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings as Settings
from django.core.checks import run_checks
from django.utils import timezone

from eprouvette.exchange.identities import asking, queries, services, verifying
from eprouvette.exchange.identities.errors import NoApprovalError, NoServiceError, OtherCardError, StaleAnswerError
from eprouvette.exchange.identities.models import Retrieval
from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.identity import services as identity
from eprouvette.lab.identity.errors import DiscrepancyError, StatusChangeError
from eprouvette.lab.identity.rules import Attribute
from eprouvette.sandbox.population.cards import card, insert
from eprouvette.standards.insi.identity import Traits
from eprouvette.standards.insi.vitale import NoCardError, NoReaderError
from support.insi import PEOPLE, SimulatedInsi, file_of, someone

pytestmark = pytest.mark.django_db
ACTOR = "user:1"


@pytest.mark.requirement("REQ-INS-01")
@pytest.mark.requirement("REQ-INS-21")
def test_an_identity_is_retrieved_compared_accepted_and_qualified(insi: SimulatedInsi) -> None:
    one = someone("changed sex")
    patient = file_of(one)
    row = services.retrieve(patient.pk, actor=ACTOR)
    assert row.outcome == "trouvee"
    comparison = queries.comparison_of(patient, row.pk)
    assert comparison is not None
    assert comparison.may_retrieve
    kept = services.accept(row.pk, actor=ACTOR)
    assert (kept.status, kept.ins_value, kept.birth_place_cog) == ("recuperee", one.ins, one.place)
    assert kept.ins_records.count() == 1 + len(one.history)
    identity.see_document(patient.pk, document_type="passeport", actor=ACTOR)
    patient.refresh_from_db()
    assert patient.status == "qualifiee"
    told = AuditLine.objects.filter(target=f"patient:{patient.pk}", action__startswith="insi.").order_by("pk")
    assert [(line.action, line.actor) for line in told] == [("insi.asked", ACTOR), ("insi.answered", ACTOR)]
    assert insi.calls.records()[-1]["certificate"] == "INSI-MANU"


@pytest.mark.requirement("REQ-INS-04")
def test_the_first_question_has_no_birth_place_even_when_it_is_typed(insi: SimulatedInsi) -> None:
    one = someone("found")
    patient = file_of(one, birth_place_cog=one.place)
    typed = Traits(one.birth_name, one.given_names[:1], one.sex, one.birth_date, one.place)
    row = services.retrieve(patient.pk, actor=ACTOR, typed=typed)
    assert row.asked["birth_place"] == ""


def test_nobody_found_proposes_each_next_question_until_nothing_is_left(insi: SimulatedInsi) -> None:
    patient = file_of(someone("found"), birth_family_name="INCONNUE", birth_given_names="ZOE ANNE")
    labels = []
    for _ in range(3):
        labels.append(services.retrieve(patient.pk, actor=ACTOR).label)
    assert labels == ["Premier prénom", "Prénom n° 2 seul", "Tous les prénoms"]
    assert queries.next_step(patient) is None


def test_homonyms_are_told_apart_by_their_other_given_names(insi: SimulatedInsi) -> None:
    patient = file_of(someone("homonym"))
    assert services.retrieve(patient.pk, actor=ACTOR).outcome == "plusieurs"
    assert services.retrieve(patient.pk, actor=ACTOR).outcome == "trouvee"


def test_the_window_asks_other_traits_and_leaves_the_file_as_it_is(insi: SimulatedInsi) -> None:
    one = someone("found")
    patient = file_of(one, birth_family_name="ADRUM")
    row = services.retrieve(patient.pk, actor=ACTOR, typed=Traits("ADRUN", ("ZOE",), one.sex, one.birth_date))
    patient.refresh_from_db()
    assert patient.birth_family_name == "ADRUM"
    with pytest.raises(DiscrepancyError):
        services.accept(row.pk, actor=ACTOR)


@pytest.mark.parametrize(
    ("mode", "outcome"), [("closed", "ferme"), ("busy", "panne"), ("cut", "sans_reponse"), ("wrong", "illisible")]
)
def test_each_way_of_having_no_answer_says_what_to_do_and_may_be_tried_again(
    insi: SimulatedInsi, mode: str, outcome: str
) -> None:
    patient = file_of(someone("found"))
    insi.calls.misbehave(mode, 1)
    row = services.retrieve(patient.pk, actor=ACTOR)
    assert row.outcome == outcome
    assert row.sentence
    assert row.remedy
    assert services.retrieve(patient.pk, actor=ACTOR).label == "Premier prénom"


def test_a_letter_that_insi_does_not_know_is_said_before_it_leaves(insi: SimulatedInsi) -> None:
    patient = file_of(someone("found"), birth_family_name="ØRSTED")
    row = services.retrieve(patient.pk, actor=ACTOR)
    assert row.outcome == "refus"
    assert "fenêtre d'interrogation" in row.remedy


def test_an_old_or_overtaken_answer_is_not_taken(insi: SimulatedInsi) -> None:
    patient = file_of(someone("found"))
    first = services.retrieve(patient.pk, actor=ACTOR)
    second = services.retrieve(patient.pk, actor=ACTOR)
    with pytest.raises(StaleAnswerError):
        services.accept(first.pk, actor=ACTOR)
    Retrieval.objects.filter(pk=second.pk).update(asked_at=timezone.now() - timedelta(days=1))
    with pytest.raises(StaleAnswerError):
        services.accept(second.pk, actor=ACTOR)


@pytest.mark.requirement("REQ-INS-08")
def test_insi_is_not_asked_about_a_doubtful_identity(insi: SimulatedInsi) -> None:
    patient = file_of(someone("found"))
    identity.mark(patient.pk, Attribute.DOUBTFUL, on=True, actor=ACTOR)
    with pytest.raises(StatusChangeError):
        services.retrieve(patient.pk, actor=ACTOR)
    assert not Retrieval.objects.exists()


def test_without_an_address_the_desk_is_told_what_to_set(settings: Settings) -> None:
    settings.EPROUVETTE_INSI_URL = ""
    asking.client.cache_clear()
    with pytest.raises(NoServiceError):
        services.retrieve(file_of(someone("found")).pk, actor=ACTOR)


@pytest.mark.requirement("REQ-INS-31")
def test_in_production_without_the_number_of_the_cnda_insi_is_not_called_and_the_doctor_says_what_to_do(
    insi: SimulatedInsi, settings: Settings
) -> None:
    patient = file_of(someone("found"))
    calls = len(insi.calls.records())
    settings.EPROUVETTE_PROFILE, settings.EPROUVETTE_INSI_APPROVAL = "production", ""
    asking.client.cache_clear()
    with pytest.raises(NoApprovalError) as caught:
        services.retrieve(patient.pk, actor=ACTOR)
    with pytest.raises(NoApprovalError):
        verifying.start(actor=ACTOR)
    (said,) = [one for one in run_checks(databases=["default"]) if one.id == "eprouvette.identities.E001"]
    settings.EPROUVETTE_PROFILE, settings.EPROUVETTE_INSI_APPROVAL = "simulator", "ESSAI"
    for remedy in (caught.value.hint, said.hint):
        assert "EPROUVETTE_INSI_APPROVAL" in str(remedy)
        assert "CNDA" in str(remedy)
    assert len(insi.calls.records()) == calls
    assert not Retrieval.objects.exists()


def test_a_card_finds_the_member_of_the_household_who_is_the_patient(
    insi: SimulatedInsi, settings: Settings, tmp_path: Path
) -> None:
    one = someone("child")
    patient = file_of(one)
    reader = tmp_path / "card.json"
    with pytest.raises(NoReaderError):
        services.retrieve_by_card(patient.pk, actor=ACTOR)
    settings.EPROUVETTE_VITALE_READER = str(reader)
    with pytest.raises(NoCardError):
        services.retrieve_by_card(patient.pk, actor=ACTOR)
    insert(reader, card(someone("found"), PEOPLE))
    with pytest.raises(OtherCardError):
        services.retrieve_by_card(patient.pk, actor=ACTOR)
    insert(reader, card(one, PEOPLE))
    row = services.retrieve_by_card(patient.pk, actor=ACTOR)
    assert (row.outcome, row.channel) == ("trouvee", "carte_vitale")
    assert services.accept(row.pk, actor=ACTOR).ins_value == one.ins
