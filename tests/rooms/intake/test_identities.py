"""ADT messages: files are opened, updated, merged or left to a person; nothing is ever linked wrongly."""

from __future__ import annotations

import pytest
from django.conf import LazySettings as Settings

from eprouvette.core import oids
from eprouvette.exchange.intake.models import FeedAlias, ReceivedMessage, State
from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.identity import insi, queries, services, watches
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.watches import Kind
from eprouvette.lab.orders import stays
from eprouvette.lab.orders.visits import Standing
from support.feeds import NIR, declared, ins, ipp, message, patient_of, pid, pv1, take, zbe
from support.identities import ANSWER, ins_number, qualified

pytestmark = pytest.mark.django_db


def kinds() -> list[Kind]:
    return [line.kind for line in watches.open_watches()]


def test_a_sender_that_nobody_declared_opens_no_file() -> None:
    assert take(message("A28", pid()))[:2] == ("AE", "MSH^1^3")
    assert not Patient.objects.exists()
    assert ReceivedMessage.objects.get().state == State.REFUSED


@pytest.mark.requirement("REQ-INS-23")
def test_without_contract_a_person_said_to_be_qualified_is_provisional_here_without_ins() -> None:
    declared()
    assert take(message("A28", pid(number=ins(), status="VALI")))[0] == "AA"
    patient = patient_of()
    assert (patient.status, patient.ins) == ("provisoire", None)
    assert ReceivedMessage.objects.get().patient_id == patient.pk
    assert AuditLine.objects.filter(action="patient.created", actor="system:intake").count() == 1


@pytest.mark.requirement("REQ-INS-23")
def test_with_a_contract_it_is_validated_and_insi_is_to_be_asked() -> None:
    declared(contract=True)
    take(message("A28", pid(number=ins(), status="VALI")))
    patient = patient_of()
    assert (patient.status, patient.ins, patient.document_type) == ("validee", None, "tiers_confiance")
    assert kinds() == [Kind.INSI]
    insi.retrieve(patient.pk, ANSWER, actor="system:insi")
    assert queries.get(patient.pk).status == "qualifiee"


@pytest.mark.requirement("REQ-INS-24")
def test_the_master_s_word_is_ours_with_its_ins_and_its_traits(settings: Settings) -> None:
    settings.EPROUVETTE_IDENTITY_MASTER = True
    declared(master=True)
    take(message("A28", pid(number=ins(), status="VALI")))
    patient = patient_of()
    assert (patient.status, patient.ins_value) == ("qualifiee", NIR)
    take(message("A31", pid(number=ins(), status="VALI", names="DOMINIQUE MARIE"), at="20261106110000"))
    patient.refresh_from_db()
    assert (patient.status, patient.birth_given_names) == ("qualifiee", "DOMINIQUE MARIE")
    take(message("A31", pid(status="DOUT"), at="20261106120000"))
    patient.refresh_from_db()
    assert (patient.status, patient.ins, patient.doubtful) == ("provisoire", None, True)


@pytest.mark.requirement("REQ-INS-24")
def test_under_a_master_a_contract_makes_no_more_than_provisional(settings: Settings) -> None:
    settings.EPROUVETTE_IDENTITY_MASTER = True
    declared(contract=True)
    take(message("A28", pid(number=ins(), status="VALI")))
    assert patient_of().status == "provisoire"


@pytest.mark.requirement("REQ-INS-25")
def test_an_ins_beside_another_status_than_vali_is_left_out() -> None:
    declared(contract=True)
    take(message("A28", pid(number=ins(), status="PROV")))
    assert (patient_of().status, patient_of().ins, kinds()) == ("provisoire", None, [])


def test_a_corrected_birth_date_forbids_the_ins() -> None:
    declared(contract=True)
    take(message("A28", pid(number=ins(), status="VALI"), "ZFD||||Y||||"))
    assert (patient_of().status, kinds()) == ("validee", [])


@pytest.mark.parametrize(
    ("number", "place"),
    [
        (ins("279035121518988"), "PID^1^3"),
        (ins("27903512151898"), "PID^1^3"),
        (ins(oid="1.2.3"), "PID^1^3"),
        (f"{NIR}^^^ASIP-SANTE-INS-NIR^INS", "PID^1^3"),
    ],
)
def test_an_ins_with_a_wrong_key_or_authority_is_refused_and_opens_nothing(number: str, place: str) -> None:
    declared(contract=True)
    code, where, sentence = take(message("A28", pid(number=number, status="VALI")))
    assert (code, where) == ("AE", place)
    assert NIR not in sentence
    assert not Patient.objects.exists()


def test_a_test_oid_is_refused_in_production(settings: Settings) -> None:
    settings.EPROUVETTE_PROFILE = "production"
    declared(contract=True)
    assert take(message("A28", pid(number=ins(oid=oids.INS_NIR_TEST), status="VALI")))[:2] == ("AE", "PID^1^3")
    assert not Patient.objects.exists()


def test_a_nir_for_billing_is_no_ins() -> None:
    declared(contract=True)
    billing = f"{NIR}^^^ASIP-SANTE-INS-NIR&{oids.INS_NIR_TEST}&ISO^NH"
    take(message("A28", pid(number=billing, status="VALI")))
    assert (patient_of().status, kinds()) == ("validee", [])


def test_the_ins_of_another_file_links_nothing_when_the_traits_differ() -> None:
    declared(contract=True)
    held = qualified()
    code, where, sentence = take(message("A28", pid(number=ins(), status="VALI", name="AUTRE")))
    assert (code, where) == ("AE", "PID^1^3")
    assert "autre dossier" in sentence
    assert (Patient.objects.count(), FeedAlias.objects.count(), kinds()) == (1, 0, [Kind.INS_ELSEWHERE])
    held.refresh_from_db()
    assert held.status == "qualifiee"


def test_the_same_ins_with_the_same_traits_is_the_same_person() -> None:
    declared(contract=True)
    held = qualified()
    assert take(message("A28", pid(number=ins(), status="VALI")))[0] == "AA"
    assert patient_of() == held


def test_a_stranger_s_ins_links_nothing_even_with_the_same_traits() -> None:
    declared()
    held = qualified()
    take(message("A28", pid(number=ins(), status="VALI")))
    assert patient_of() != held


def test_other_traits_change_nothing_and_are_to_be_looked_at() -> None:
    declared(contract=True)
    take(message("A28", pid(status="VALI")))
    take(message("A31", pid(status="VALI", name="PAT-QUATRE"), at="20261106110000"))
    assert (patient_of().birth_family_name, kinds()) == ("PAT-TROIS", [Kind.DIFFERENCE])


def test_a_trusted_partner_s_address_is_taken() -> None:
    declared(contract=True)
    take(message("A28", pid(status="VALI")))
    moved = pid(status="VALI").replace("^^^^^^BDL^^51215", "1 rue Neuve^^REIMS^^51100^FRA^H~^^^^^^BDL^^51215")
    take(message("A31", moved, at="20261106110000"))
    assert (patient_of().city, patient_of().status) == ("REIMS", "validee")


def test_an_older_message_is_set_aside_and_said() -> None:
    declared(contract=True)
    take(message("A28", pid(status="VALI"), at="20261106120000"))
    code, _, _ = take(message("A31", pid(status="VALI", name="PAT-VIEUX"), at="20261106110000"))
    row = ReceivedMessage.objects.latest("pk")
    assert (code, row.state, "mise de côté" in row.sentence, kinds()) == ("AA", State.NOTED, True, [])


def test_a08_is_refused_unless_the_partner_is_declared_so() -> None:
    declared()
    assert take(message("A08", pid()))[:2] == ("AE", "MSH^1^9")
    declared(takes_a08=True)
    assert take(message("A08", pid()))[0] == "AA"
    assert patient_of().birth_family_name == "PAT-TROIS"


def test_an_event_that_is_not_followed_is_acknowledged_and_changes_nothing() -> None:
    declared()
    assert take(message("A60"))[0] == "AA"
    assert (ReceivedMessage.objects.get().state, Patient.objects.count()) == (State.NOTED, 0)


def test_latin_letters_said_to_be_utf_8_are_read_with_a_warning_and_misread_ones_are_refused() -> None:
    declared()
    raw = message("A28", pid(name="HÉLÈNE"))
    take(raw.decode().encode("latin-1"))
    assert (patient_of().birth_family_name, ReceivedMessage.objects.get().warning[:10]) == ("HÉLÈNE", "Le message")
    twice = message("A28", pid("2", name="HÉLÈNE".encode().decode("latin-1").replace("\x89", "‰").replace("\x88", "ˆ")))
    assert take(twice)[0] == "AE"
    assert Patient.objects.count() == 1


@pytest.mark.requirement("REQ-INS-22")
def test_a_merge_closes_the_losing_file_and_its_identifier_for_ever() -> None:
    declared()
    take(message("A28", pid("1")))
    take(message("A28", pid("2", name="PAT TROIS")))
    lost = patient_of("2")
    assert take(message("A40", pid("1"), f"MRG|{ipp('2')}", at="20261106110000"))[0] == "AA"
    lost.refresh_from_db()
    assert lost.merged_into == patient_of("1") == patient_of("2")
    assert take(message("A31", pid("2"), at="20261106120000"))[:2] == ("AE", "PID^1^3")
    assert take(message("A40", pid("1"), f"MRG|{ipp('2')}", at="20261106130000"))[0] == "AA"
    take(message("A28", pid("3", name="AUTRE")))
    code, where, sentence = take(message("A40", pid("3", name="AUTRE"), f"MRG|{ipp('2')}"))
    assert (code, where) == ("AE", "MRG^1^1")
    assert "déjà" in sentence
    assert take(message("A40", pid("2"), f"MRG|{ipp('1')}"))[:2] == ("AE", "PID^1^3")


def test_the_merge_of_an_unknown_identifier_is_noted_and_the_identifier_is_never_used_again() -> None:
    declared()
    take(message("A40", pid("1"), f"MRG|{ipp('9')}"))
    assert (ReceivedMessage.objects.get().state, Patient.objects.count()) == (State.NOTED, 0)
    take(message("A28", pid("1")))
    assert take(message("A40", pid("1"), f"MRG|{ipp('9')}"))[0] == "AA"
    assert take(message("A28", pid("9")))[:2] == ("AE", "PID^1^3")


def test_a_stranger_merges_nothing_that_we_hold_for_sure() -> None:
    declared()
    take(message("A28", pid("1")))
    take(message("A28", pid("2")))
    services.validate_identity(patient_of("2").pk, document_type="passeport", actor="user:test")
    assert take(message("A40", pid("1"), f"MRG|{ipp('2')}"))[0] == "AA"
    assert (patient_of("2") == patient_of("1"), kinds()) == (False, [Kind.MERGE])


def test_two_qualified_persons_are_not_merged_but_looked_at() -> None:
    declared(contract=True)
    first, second = qualified(), qualified(ins_number(1))
    take(message("A28", pid("1", number=ins(), status="VALI")))
    take(message("A28", pid("2", number=ins(ins_number(1).value), status="VALI")))
    assert (patient_of("1"), patient_of("2")) == (first, second)
    assert take(message("A40", pid("1"), f"MRG|{ipp('2')}"))[0] == "AA"
    second.refresh_from_db()
    assert (second.merged_into, kinds()) == (None, [Kind.MERGE])


def test_a_withdrawn_ins_goes_and_the_status_with_it() -> None:
    declared(contract=True)
    held = qualified()
    take(message("A28", pid("1", number=ins(), status="VALI")))
    gone = pid("1", number=ins('""'), status="PROV")
    assert take(message("A47", gone, f"MRG|{ins()}", at="20261106110000"))[0] == "AA"
    held.refresh_from_db()
    assert (held.status, held.ins) == ("provisoire", None)


def test_a_stranger_takes_no_ins_away() -> None:
    declared()
    held = qualified()
    take(message("A28", pid("1")))
    FeedAlias.objects.update(patient=held)
    take(message("A47", pid("1", number=ins('""')), f"MRG|{ins()}", at="20261106110000"))
    held.refresh_from_db()
    assert (held.status, kinds()) == ("qualifiee", [Kind.INS_WITHDRAWN])


def test_a_changed_identifier_names_the_same_patient_and_the_old_one_nobody() -> None:
    declared()
    take(message("A28", pid("1")))
    take(message("A47", pid("8"), f"MRG|{ipp('1')}"))
    assert patient_of("8") == patient_of("1")
    assert take(message("A31", pid("1")))[0] == "AE"


def test_movements_tell_a_stay_whatever_their_order() -> None:
    declared()
    take(message("A03", pid(), pv1(), zbe("M3", "20261108090000", unit="")))
    take(message("A01", pid(), pv1(), zbe("M1", "20261106090000")))
    take(message("A02", pid(), pv1(), zbe("M2", "20261107090000", unit="7000")))
    (stay,) = stays.stays_of(patient_of().pk)
    assert (stay.standing, stay.unit, stay.patient_class) == (Standing.LEFT, "7000", "I")
    assert stay.admitted_at is not None
    take(message("A13", pid(), pv1(), zbe("M3", "20261108090000", "CANCEL", "A03"), at="20261109090000"))
    take(message("Z99", pid(), pv1(), zbe("M2", "20261107090000", "UPDATE", "A02", "8000"), at="20261109100000"))
    (stay,) = stays.stays_of(patient_of().pk)
    assert (stay.standing, stay.unit, stay.discharged_at) == (Standing.PRESENT, "8000", None)
    take(message("A11", pid(), pv1(annulled="V"), zbe("M1", "20261106090000", "CANCEL", "A01"), at="20261109110000"))
    assert stays.stays_of(patient_of().pk)[0].standing is Standing.ANNULLED


def test_the_visit_of_another_patient_is_not_taken_over() -> None:
    declared()
    take(message("A01", pid("1"), pv1(), zbe()))
    take(message("A01", pid("2", name="AUTRE"), pv1(), zbe()))
    assert stays.stays_of(patient_of("2").pk) == ()
    assert "autre patient" in ReceivedMessage.objects.latest("pk").sentence


def test_the_will_on_the_dmp_is_kept_with_its_date_and_never_taken_for_a_refusal_when_nobody_asked() -> None:
    declared()
    take(message("A01", pid(), pv1(), zbe(), "ZFA|ACTIF|20261106|||||||IO|20261106101500|INC|20261106101500"))
    will = stays.will_of(patient_of().pk)
    assert will is not None
    assert (will.feeding, will.consultation, will.feeding_at is not None) == ("IO", "INC", True)
    take(message("A31", pid(), "ZFA|ACTIF||||||||NA||NA|", at="20261107100000"))
    will = stays.will_of(patient_of().pk)
    assert will is not None
    assert will.feeding == "NA"


def test_a_death_told_by_a_stranger_is_looked_at() -> None:
    declared()
    dead = pid().split("|")
    dead[29:31] = ["20261105", "Y"]
    take(message("A28", "|".join(dead)))
    assert (patient_of().deceased_at, kinds()) == (None, [Kind.DEATH])


def test_a_death_before_birth_is_looked_at_whoever_tells_it() -> None:
    declared(contract=True)
    dead = pid().split("|")
    dead[29:31] = ["19700101", "Y"]
    take(message("A28", "|".join(dead)))
    assert (patient_of().deceased_at, kinds()) == (None, [Kind.DEATH])


def test_no_sentence_of_the_work_list_or_of_an_answer_holds_a_trait() -> None:
    declared(contract=True)
    take(message("A28", pid(status="VALI")))
    take(message("A31", pid(status="VALI", name="PAT-SECRET", born="19790329"), at="20261106110000"))
    said = repr(watches.open_watches()) + repr(list(ReceivedMessage.objects.values_list("sentence", flat=True)))
    assert "PAT-" not in said
    assert "1979" not in said


def test_another_ins_than_the_one_qualified_here_is_looked_at_and_changes_nothing() -> None:
    declared(contract=True)
    held = qualified()
    take(message("A28", pid("1", number=ins(), status="VALI")))
    other = ins(ins_number(1).value)
    assert take(message("A31", pid("1", number=other, status="VALI"), at="20261106110000"))[0] == "AA"
    held.refresh_from_db()
    assert (held.ins_value, held.status, kinds()) == (NIR, "qualifiee", [Kind.DIFFERENCE])


@pytest.mark.requirement("REQ-INS-24")
def test_the_master_merges_and_replaces_an_ins_and_nobody_else_does(settings: Settings) -> None:
    settings.EPROUVETTE_IDENTITY_MASTER = True
    declared(master=True)
    take(message("A28", pid("1", number=ins(), status="VALI")))
    take(message("A28", pid("2")))
    assert take(message("A40", pid("1"), f"MRG|{ipp('2')}", at="20261106110000"))[0] == "AA"
    assert patient_of("1") == patient_of("2")
    new = ins_number(1)
    replaced = pid("1", number=ins(new.value), status="VALI")
    assert take(message("A47", replaced, f"MRG|{ins()}", at="20261106120000"))[0] == "AA"
    assert (patient_of("1").ins, patient_of("1").status) == (new, "qualifiee")
    declared(contract=True)
    take(message("A28", pid("3", name="AUTRE")))
    take(message("A40", pid("1"), f"MRG|{ipp('3')}", at="20261106130000"))
    assert (patient_of("3") == patient_of("1"), kinds()) == (False, [Kind.MERGE])


def test_an_a47_of_an_identifier_that_is_known_already_is_refused() -> None:
    declared()
    take(message("A28", pid("1")))
    take(message("A28", pid("2", name="AUTRE")))
    assert take(message("A47", pid("2"), f"MRG|{ipp('1')}"))[:2] == ("AE", "PID^1^3")


def test_a_message_without_the_declared_authority_s_identifier_is_refused() -> None:
    declared()
    foreign = pid("1").replace("CHU-X&000897406", "AUTRE&999999999")
    assert take(message("A28", foreign))[:2] == ("AE", "PID^1^3")


def test_an_empty_msh_18_is_read_in_the_partner_s_charset() -> None:
    declared(default="UNICODE UTF-8")
    raw = message("A28", pid(name="HÉLÈNE"), head=" ").replace(b"|FRA| \r", b"|FRA|\r")
    take(raw)
    assert (patient_of().birth_family_name, ReceivedMessage.objects.get().warning) == ("HÉLÈNE", "")
