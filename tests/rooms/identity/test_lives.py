"""Acts on a file: traits, documents, INSi, attributes; each leaves its author and one line in the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings as Settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from eprouvette.core import oids
from eprouvette.core.ins import Ins
from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.identity import insi, queries, services
from eprouvette.lab.identity.comparison import InsiTraits
from eprouvette.lab.identity.errors import (
    DiscrepancyError,
    EvidenceMissingError,
    InvalidInsError,
    InvalidTraitsError,
    KnownInsError,
    LockedIdentityError,
    MasterIdentityError,
    StatusChangeError,
    UnknownPatientError,
)
from eprouvette.lab.identity.insi import PastIns
from eprouvette.lab.identity.models import IdentityDocument, IdentityEvent, InsRecord, Patient
from eprouvette.lab.identity.rules import Attribute, Exemption
from eprouvette.lab.identity.traits import Coordinates
from support.identities import ANSWER, INS, ins_number, person, qualified, retrieved, traits_of
from support.lab import ACTOR, DOMINIQUE_INS

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("REQ-INS-01")
@pytest.mark.requirement("REQ-INS-10")
@pytest.mark.requirement("REQ-INS-21")
def test_a_retrieval_takes_the_traits_of_insi_and_keeps_those_that_were_there() -> None:
    patient = person(birth_family_name="pat trois", birth_given_names="Dominique", first_given_name="Dominique")
    found = retrieved(patient)
    assert (found.status, found.ins, found.ins_received_from) == ("recuperee", INS, "INSi")
    assert (found.birth_family_name, found.birth_given_names) == ("PAT-TROIS", "DOMINIQUE MARIE-LOUISE")
    event = IdentityEvent.objects.filter(kind="recuperation").get()
    assert (event.actor, event.before["birth_family_name"]) == (ACTOR, "pat trois")
    line = AuditLine.objects.get(action="identity.status")
    assert line.details == {"act": "recuperation", "before": "provisoire", "after": "recuperee", "channel": "traits"}


@pytest.mark.requirement("REQ-INS-07")
def test_retrieval_then_document_and_document_then_retrieval_both_qualify() -> None:
    first = qualified()
    second = person(birth_family_name="AUTRE")
    services.see_document(second.pk, document_type="carte_identite", actor=ACTOR)
    answer = replace(ANSWER, ins=ins_number(1), traits=replace(ANSWER.traits, birth_family_name="AUTRE"))
    second = insi.retrieve(second.pk, answer, actor=ACTOR)
    assert (first.status, second.status) == ("qualifiee", "qualifiee")
    assert "INSi" in first.evidence
    assert "INSi" in second.evidence


@pytest.mark.requirement("REQ-INS-12")
def test_a_discrepancy_forbids_the_retrieval_and_says_each_trait_without_its_value() -> None:
    patient = person(birth_date="19790329")
    with pytest.raises(DiscrepancyError, match="Date de naissance") as refused:
        retrieved(patient)
    assert "1979" not in str(refused.value)
    patient.refresh_from_db()
    assert (patient.status, patient.ins) == ("provisoire", None)


@pytest.mark.requirement("REQ-INS-13")
def test_a_place_unknown_here_is_taken_from_insi_and_none_at_all_never_qualifies() -> None:
    patient = person(birth_place_cog="", birth_place_name="")
    assert retrieved(patient).birth_place_cog == "51215"
    other = person(birth_place_cog="", birth_place_name="")
    services.see_document(other.pk, document_type="passeport", actor=ACTOR)
    nowhere = replace(ANSWER, ins=ins_number(1), traits=replace(ANSWER.traits, birth_place_cog=""))
    with pytest.raises(DiscrepancyError, match="lieu de naissance"):
        insi.retrieve(other.pk, nowhere, actor=ACTOR)


@pytest.mark.requirement("REQ-INS-14")
def test_the_ins_of_another_file_is_refused_with_that_file() -> None:
    first = qualified()
    with pytest.raises(KnownInsError) as refused:
        retrieved(person())
    assert refused.value.other_id == first.pk
    with pytest.raises(KnownInsError):
        services.qualify(person().pk, DOMINIQUE_INS, document_type="passeport", actor=ACTOR)
    assert Patient.objects.filter(ins_value=INS.value).count() == 1


def test_a_wrong_key_is_taken_from_insi_and_told_and_refused_when_typed() -> None:
    wrong = Ins("279035121518988", oids.INS_NIR_TEST)
    patient = retrieved(person(), wrong)
    assert patient.ins == wrong
    assert not InsRecord.objects.get().key_valid
    assert AuditLine.objects.filter(action="identity.wrong_key").count() == 1
    assert all(wrong.value not in str(line.details) for line in AuditLine.objects.all())


def test_the_ins_of_another_environment_is_refused_wherever_it_comes_from(settings: Settings) -> None:
    real = Ins(INS.value, oids.INS_NIR)
    patient = person()
    with pytest.raises(InvalidInsError, match="environnement"):
        retrieved(patient, real)
    settings.EPROUVETTE_PROFILE = "production"
    with pytest.raises(InvalidInsError, match="environnement"):
        retrieved(patient, INS)
    assert retrieved(patient, real).ins == real
    with pytest.raises(InvalidInsError, match="production"):
        typed = replace(DOMINIQUE_INS, oid=oids.INS_NIR)
        services.qualify(person().pk, typed, document_type="passeport", actor=ACTOR)


@pytest.mark.requirement("REQ-INS-02")
@pytest.mark.parametrize(("through", "status"), [("insi", "provisoire"), ("document", "validee")])
def test_a_verification_that_fails_takes_the_ins_away(through: str, status: str) -> None:
    patient = qualified() if through == "document" else retrieved(person())
    before = patient.ins_since
    assert insi.verified(patient.pk, agreed=True, actor=ACTOR).ins_since != before
    refuted = insi.verified(patient.pk, agreed=False, actor=ACTOR)
    assert (refuted.status, refuted.ins) == (status, None)
    assert InsRecord.objects.get().ended_at is not None
    with pytest.raises(StatusChangeError):
        insi.verified(patient.pk, agreed=True, actor=ACTOR)


def test_the_history_of_insi_is_kept_once_and_a_nir_follows_a_nia() -> None:
    nia = Ins("790070122088835", oids.INS_NIA)
    past = (PastIns(nia, "2009-07-01", "2012-01-01"), PastIns(INS), PastIns(nia, "2009-07-01", "2012-01-01"))
    patient = retrieved(person(), INS, past[:2])
    assert InsRecord.objects.count() == 2
    retrieved(patient, INS, past[:2])
    assert InsRecord.objects.count() == 2
    other = retrieved(person(birth_family_name="PAT TROIS"), nia)
    assert insi.replace_ins(other.pk, ins_number(3), actor=ACTOR).ins == ins_number(3)
    with pytest.raises(InvalidInsError, match="NIA"):
        insi.replace_ins(other.pk, nia, actor=ACTOR)
    assert InsRecord.objects.filter(patient=other, ended_at=None).get().value == ins_number(3).value


def test_an_ins_that_its_source_withdraws_goes() -> None:
    patient = insi.withdraw(qualified().pk, actor=ACTOR, source="PFI")
    assert (patient.status, patient.ins) == ("validee", None)


@pytest.mark.requirement("REQ-INS-08")
def test_doubt_takes_the_ins_away_and_forbids_insi_until_it_is_lifted() -> None:
    patient = services.mark(qualified().pk, Attribute.DOUBTFUL, on=True, actor=ACTOR)
    assert (patient.status, patient.ins, patient.evidence) == ("provisoire", None, "")
    for act in (
        lambda: retrieved(patient),
        lambda: services.see_document(patient.pk, document_type="passeport", actor=ACTOR),
        lambda: services.mark(patient.pk, Attribute.FICTITIOUS, on=True, actor=ACTOR),
    ):
        with pytest.raises(StatusChangeError):
            act()
    assert "douteuse" in insi.why_not(patient)
    services.mark(patient.pk, Attribute.DOUBTFUL, on=False, actor=ACTOR)
    assert retrieved(patient).status == "recuperee"


@pytest.mark.requirement("REQ-INS-28")
def test_insi_is_not_called_for_the_exempted_nor_for_the_provisional_where_the_setting_says_so(
    settings: Settings,
) -> None:
    patient = person()
    services.exempt(patient.pk, Exemption.NEWBORN, actor=ACTOR)
    with pytest.raises(StatusChangeError, match="Nouveau-né"):
        retrieved(patient)
    services.exempt(patient.pk, Exemption.NONE, actor=ACTOR)
    settings.EPROUVETTE_INSI_PROVISIONAL = False
    with pytest.raises(StatusChangeError, match="document"):
        retrieved(patient)
    services.see_document(patient.pk, document_type="passeport", actor=ACTOR)
    assert retrieved(patient).status == "qualifiee"


@pytest.mark.requirement("REQ-INS-24")
def test_under_a_master_of_identities_nothing_is_qualified_here_but_what_it_qualifies(settings: Settings) -> None:
    settings.EPROUVETTE_IDENTITY_MASTER = True
    patient = person()
    with pytest.raises(MasterIdentityError):
        retrieved(patient)
    with pytest.raises(MasterIdentityError):
        services.see_document(patient.pk, document_type="passeport", actor=ACTOR)
    services.see_document(patient.pk, document_type="carte_vitale", actor=ACTOR)
    with pytest.raises(MasterIdentityError):
        services.qualify(person().pk, DOMINIQUE_INS, document_type="passeport", actor=ACTOR)
    other = person(birth_family_name="AUTRE")
    services.validate_identity(other.pk, document_type="tiers_confiance", actor=ACTOR)
    adopted = insi.adopt(other.pk, ins_number(2), actor=ACTOR, source="PFI")
    assert (adopted.status, adopted.ins) == ("qualifiee", ins_number(2))
    settings.EPROUVETTE_IDENTITY_MASTER = False
    with pytest.raises(StatusChangeError, match="référentiel"):
        insi.adopt(other.pk, ins_number(2), actor=ACTOR, source="PFI")


@pytest.mark.requirement("REQ-INS-15")
def test_documents_are_kept_with_who_saw_them_and_their_trust() -> None:
    patient = person()
    services.see_document(patient.pk, document_type="carte_vitale", actor=ACTOR)
    patient.refresh_from_db()
    assert (patient.status, patient.document_type) == ("provisoire", "carte_vitale")
    services.see_document(patient.pk, document_type="passeport", actor="user:2")
    services.see_document(patient.pk, document_type="permis_conduire", actor=ACTOR)
    patient.refresh_from_db()
    assert (patient.status, patient.document_type) == ("validee", "passeport")
    assert list(IdentityDocument.objects.values_list("kind", "high_trust", "seen_by")) == [
        ("permis_conduire", False, ACTOR),
        ("passeport", True, "user:2"),
        ("carte_vitale", False, ACTOR),
    ]
    for unknown in ("", "inventé"):
        with pytest.raises(EvidenceMissingError):
            services.see_document(patient.pk, document_type=unknown, actor=ACTOR)
    with pytest.raises(UnknownPatientError):
        services.see_document(999_999, document_type="passeport", actor=ACTOR)


def test_strict_traits_of_a_validated_file_make_it_provisional_and_those_of_insi_are_closed() -> None:
    patient = person()
    services.validate_identity(patient.pk, document_type="passeport", actor=ACTOR)
    patient.refresh_from_db()
    same = services.edit_traits(patient.pk, replace(traits_of(patient), phone="06 00 00 00 00"), actor=ACTOR)
    assert same.status == "validee"
    other = services.edit_traits(patient.pk, replace(traits_of(patient), birth_date="19790329"), actor=ACTOR)
    assert (other.status, other.evidence) == ("provisoire", "")
    services.edit_traits(patient.pk, replace(traits_of(other), birth_date="19790328"), actor=ACTOR)
    found = retrieved(patient)
    with pytest.raises(StatusChangeError, match="déclasser"):
        services.edit_traits(patient.pk, replace(traits_of(found), birth_date="19790329"), actor=ACTOR)
    longer = replace(traits_of(found), first_given_name="DOMINIQUE MARIE-LOUISE")
    assert services.edit_traits(patient.pk, longer, actor=ACTOR).status == "recuperee"
    assert services.downgrade(patient.pk, actor=ACTOR).ins is None


def test_death_and_contact_are_events_that_leave_the_status_alone() -> None:
    patient = qualified()
    moment = datetime(2026, 3, 12, 10, tzinfo=UTC)
    services.record_death(patient.pk, moment, actor=ACTOR)
    changed = services.edit_contact(patient.pk, name=" Anne  PAT ", phone="06", actor=ACTOR)
    assert (changed.status, changed.deceased_at, changed.contact_name) == ("qualifiee", moment, "Anne PAT")
    assert set(IdentityEvent.objects.values_list("kind", flat=True)) >= {"deces", "contact"}


def test_a_death_to_come_or_before_birth_is_refused_and_a_death_is_taken_back() -> None:
    patient = person()
    for wrong in (timezone.now() + timedelta(hours=1), datetime(1979, 3, 27, 12, tzinfo=UTC)):
        with pytest.raises(InvalidTraitsError) as refused:
            services.record_death(patient.pk, wrong, actor=ACTOR)
        assert set(refused.value.problems) == {"deceased_at"}
    services.record_death(patient.pk, datetime(2026, 3, 12, 10, tzinfo=UTC), actor=ACTOR)
    assert services.record_death(patient.pk, None, actor=ACTOR).deceased_at is None


def test_coordinates_change_alone_and_leave_the_status_and_the_strict_traits() -> None:
    patient = qualified()
    kept = [getattr(patient, name) for name in services.STRICT]
    given = Coordinates("3  rue Haute", "39000", " LONS ", "", "d@exemple.fr")
    changed = services.edit_coordinates(patient.pk, given, actor=ACTOR)
    assert (changed.address_line, changed.city, changed.phone, changed.status) == (
        "3 rue Haute",
        "LONS",
        "",
        "qualifiee",
    )
    assert [getattr(changed, name) for name in services.STRICT] == kept
    assert AuditLine.objects.latest("pk").details == {"act": "coordonnees"}
    with pytest.raises(InvalidTraitsError) as refused:
        services.edit_coordinates(patient.pk, Coordinates(phone="12", email="d"), actor=ACTOR)
    assert set(refused.value.problems) == {"phone", "email"}


@pytest.mark.requirement("REQ-INS-28")
def test_who_bears_an_ins_is_not_exempted_from_insi() -> None:
    patient = qualified()
    with pytest.raises(StatusChangeError, match="porte une INS"):
        services.exempt(patient.pk, Exemption.AME, actor=ACTOR)
    assert services.exempt(patient.pk, Exemption.NONE, actor=ACTOR).exemption is Exemption.NONE


@pytest.mark.requirement("REQ-INS-21")
def test_the_journal_never_holds_a_trait_nor_an_ins() -> None:
    patient = qualified()
    services.mark(patient.pk, Attribute.HOMONYM, on=True, actor=ACTOR)
    insi.verified(patient.pk, agreed=False, actor=ACTOR)
    text = " ".join(str((line.target, line.details)) for line in AuditLine.objects.all())
    for secret in (INS.value, "PAT-TROIS", "DOMINIQUE", "19790328", "51215"):
        assert secret not in text


@pytest.mark.requirement("REQ-INS-09")
def test_the_database_itself_holds_no_ins_without_its_status_and_no_doubt_beside_one() -> None:
    patient = qualified()
    for change in (
        {"status": "validee"},
        {"ins_value": "", "ins_oid": ""},
        {"ins_oid": ""},
        {"doubtful": True},
        {"status": "provisoire", "ins_value": "", "ins_oid": "", "doubtful": True, "fictitious": True},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Patient.objects.filter(pk=patient.pk).update(**change)


@pytest.mark.requirement("REQ-INS-09")
def test_a_report_names_the_ins_of_a_qualified_file_alone() -> None:
    patient = retrieved(person())
    assert queries.report_patient(patient, "1.2").ins is None
    assert not queries.strict_traits(patient.pk).qualified
    services.see_document(patient.pk, document_type="passeport", actor=ACTOR)
    patient.refresh_from_db()
    assert queries.report_patient(patient, "1.2").ins == INS


def test_a_locked_file_says_how_to_go_on() -> None:
    patient = services.mark(person().pk, Attribute.FICTITIOUS, on=True, actor=ACTOR)
    with pytest.raises(LockedIdentityError) as refused:
        services.see_document(patient.pk, document_type="passeport", actor=ACTOR)
    assert refused.value.hint


def test_an_answer_about_somebody_else_is_never_linked() -> None:
    patient = person()
    stranger = replace(ANSWER, traits=InsiTraits("INCONNU", "ANNE", "F", "19790328", "51215"))
    with pytest.raises(DiscrepancyError):
        insi.retrieve(patient.pk, stranger, actor=ACTOR)
    assert not InsRecord.objects.exists()
