"""Two files become one and two again: nothing is lost, nothing is added, and what cannot be is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import LazySettings as Settings
from django.db import connection, transaction
from django.db.models import Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eprouvette.foundation.audit.models import AuditLine
from eprouvette.lab.identity import insi, queries, services
from eprouvette.lab.identity.errors import MasterIdentityError, MergedPatientError, MergeError, UnknownPatientError
from eprouvette.lab.identity.insi import PastIns
from eprouvette.lab.identity.merging import STAYS, merge, movers, unmerge
from eprouvette.lab.identity.models import Alias, IdentityEvent, Patient
from eprouvette.lab.identity.rules import Attribute
from eprouvette.lab.orders.forms import NewPatient
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.orders.services import register
from support.identities import INS, ins_number, person, qualified, retrieved
from support.lab import ACTOR, demo_catalogue, new_dossier, open_dossier

pytestmark = pytest.mark.django_db
KINDS: dict[str, Callable[[int], Patient]] = {
    "provisoire": lambda rank: person(),
    "validee": lambda rank: services.validate_identity(person().pk, document_type="passeport", actor=ACTOR),
    "recuperee": lambda rank: retrieved(person(), ins_number(rank)),
    "qualifiee": lambda rank: qualified(ins_number(rank)),
    "douteuse": lambda rank: services.mark(person().pk, Attribute.DOUBTFUL, on=True, actor=ACTOR),
}


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of every model that a merge may touch, but what tells that it happened."""
    models: list[type[Model]] = [Patient, *(mover.model for mover in movers())]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


@pytest.mark.requirement("REQ-INS-22")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    keep=st.sampled_from(sorted(KINDS)),
    lose=st.sampled_from(sorted(KINDS)),
    dossiers=st.tuples(st.integers(0, 2), st.integers(0, 2)),
)
def test_merge_then_unmerge_changes_no_row(keep: str, lose: str, dossiers: tuple[int, int]) -> None:
    with transaction.atomic():
        demo_catalogue()
        kept, lost = KINDS[keep](1), KINDS[lose](2)
        for patient, count in zip((kept, lost), dossiers, strict=True):
            for _ in range(count):
                open_dossier("GLU", patient=patient.pk)
            services.see_document(patient.pk, document_type="carte_vitale", actor=ACTOR)
        before = rows()
        if keep == lose == "qualifiee":
            with pytest.raises(MergeError, match="deux personnes"):
                merge(kept.pk, lost.pk, actor=ACTOR)
        else:
            merge(kept.pk, lost.pk, actor=ACTOR)
            assert not Dossier.objects.filter(patient=lost).exists()
            assert Dossier.objects.filter(patient=kept).count() == sum(dossiers)
            unmerge(lost.pk, actor=ACTOR)
        assert rows() == before
        transaction.set_rollback(True)


@pytest.mark.requirement("REQ-INS-22")
def test_documents_dossiers_and_the_old_number_follow_the_kept_file() -> None:
    first, second = open_dossier("GLU"), open_dossier("GLU", patient=NewPatient(_traits("PAT TROIS")))
    kept, lost = first.patient, second.patient
    services.see_document(lost.pk, document_type="carte_vitale", actor=ACTOR)
    merge(kept.pk, lost.pk, actor=ACTOR)
    assert {dossier.patient_id for dossier in Dossier.objects.all()} == {kept.pk}
    assert set(kept.documents.values_list("kind", flat=True)) == {"carte_identite", "carte_vitale"}
    assert Alias.objects.get().ipp == lost.ipp
    assert queries.survivor(lost.pk) == kept
    assert [found.patient_id for found in queries.search(family_name="PAT")] == [kept.pk]
    kept.refresh_from_db()
    assert kept.ins == INS
    line = AuditLine.objects.get(action="patient.merged")
    assert (line.target, line.details) == (f"patient:{kept.pk}", {"lost": lost.pk, "rows": 2})


def test_every_column_that_points_to_a_patient_moves_or_is_said_to_stay() -> None:
    """A room that adds a foreign key to Patient is moved by merges; one that must not be says so here and there."""
    pointing = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Patient
    }
    moved = {(mover.model, mover.field) for mover in movers()}
    assert pointing - moved == {pair for pair in pointing if pair[0] in STAYS}
    assert "orders.dossier.patient" in {mover.name for mover in movers()}


def test_what_came_after_the_merge_stays_with_the_kept_file() -> None:
    kept, lost = open_dossier("GLU").patient, open_dossier("GLU", patient=NewPatient(_traits("PAT TROIS"))).patient
    merge(kept.pk, lost.pk, actor=ACTOR)
    later = open_dossier("GLU", patient=kept.pk)
    kept.refresh_from_db()
    visit = kept.last_visit_at
    unmerge(lost.pk, actor=ACTOR)
    kept.refresh_from_db()
    later.refresh_from_db()
    assert (later.patient_id, kept.last_visit_at) == (kept.pk, visit)
    assert Dossier.objects.filter(patient=lost).count() == 1
    assert not Alias.objects.exists()
    assert IdentityEvent.objects.filter(undone_at__isnull=False).count() == 1


def test_a_merged_file_is_closed_to_every_act_and_names_the_file_that_was_kept() -> None:
    demo_catalogue()
    kept, lost, third = person(), person(), person()
    merge(kept.pk, lost.pk, actor=ACTOR)
    for act in (
        lambda: merge(kept.pk, lost.pk, actor=ACTOR),
        lambda: merge(lost.pk, third.pk, actor=ACTOR),
        lambda: services.see_document(lost.pk, document_type="passeport", actor=ACTOR),
        lambda: retrieved(lost),
        lambda: register(lost.pk, new_dossier("GLU"), actor=ACTOR),
    ):
        with pytest.raises(MergedPatientError) as refused:
            act()
        assert refused.value.survivor_id == kept.pk


def test_merges_of_merges_are_undone_from_the_last() -> None:
    first, second, third = person(), person(), person()
    before = rows()
    merge(second.pk, third.pk, actor=ACTOR)
    merge(first.pk, second.pk, actor=ACTOR)
    assert queries.survivor(third.pk) == first
    assert set(first.aliases.values_list("ipp", flat=True)) == {second.ipp, third.ipp}
    with pytest.raises(MergedPatientError):
        unmerge(third.pk, actor=ACTOR)
    unmerge(second.pk, actor=ACTOR)
    unmerge(third.pk, actor=ACTOR)
    assert rows() == before
    with pytest.raises(MergeError):
        unmerge(third.pk, actor=ACTOR)


def test_what_cannot_be_merged_is_refused_with_a_sentence(settings: Settings) -> None:
    one, two = qualified(ins_number(1)), qualified(ins_number(2))
    with pytest.raises(MergeError, match="lui-même"):
        merge(one.pk, one.pk, actor=ACTOR)
    with pytest.raises(UnknownPatientError):
        merge(one.pk, 999_999, actor=ACTOR)
    with pytest.raises(MergeError, match="deux personnes"):
        merge(one.pk, two.pk, actor=ACTOR)
    settings.EPROUVETTE_IDENTITY_MASTER = True
    with pytest.raises(MasterIdentityError):
        merge(one.pk, person().pk, actor=ACTOR)


def test_two_qualified_ins_that_the_history_of_insi_links_are_one_person() -> None:
    old, new = qualified(ins_number(1)), qualified(ins_number(2))
    retrieved(new, ins_number(2), (PastIns(ins_number(1), "2009-07-01", "2012-01-01"),))
    merge(new.pk, old.pk, actor=ACTOR)
    assert queries.survivor(old.pk) == new


@pytest.mark.requirement("REQ-INS-14")
def test_a_file_whose_ins_was_taken_by_the_kept_one_is_not_opened_again_before_that_is_settled() -> None:
    kept, lost = person(), retrieved(person())
    merge(kept.pk, lost.pk, actor=ACTOR)
    retrieved(kept)
    with pytest.raises(MergeError, match="porte désormais l'INS") as refused:
        unmerge(lost.pk, actor=ACTOR)
    assert str(kept.pk) in refused.value.hint
    insi.verified(kept.pk, agreed=False, actor=ACTOR)
    assert unmerge(lost.pk, actor=ACTOR).ins == INS


def test_the_last_visit_of_either_is_kept() -> None:
    kept, lost = open_dossier("GLU").patient, open_dossier("GLU", patient=NewPatient(_traits("AUTRE"))).patient
    kept.refresh_from_db()
    lost.refresh_from_db()
    assert kept.last_visit_at is not None
    later = kept.last_visit_at + timedelta(days=3)
    Patient.objects.filter(pk=lost.pk).update(last_visit_at=later)
    assert merge(kept.pk, lost.pk, actor=ACTOR).last_visit_at == later
    unmerge(lost.pk, actor=ACTOR)
    assert Patient.objects.get(pk=kept.pk).last_visit_at == kept.last_visit_at


def test_a_merge_is_one_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, lost = open_dossier("GLU").patient, open_dossier("GLU", patient=NewPatient(_traits("AUTRE"))).patient
    before = rows()
    monkeypatch.setattr("eprouvette.lab.identity.merging._tell", _fail)
    with pytest.raises(ZeroDivisionError):
        merge(kept.pk, lost.pk, actor=ACTOR)
    assert rows() == before
    assert connection.is_usable()


def _fail(*_: object) -> None:
    raise ZeroDivisionError


def _traits(family: str) -> Any:
    from dataclasses import replace

    from support.lab import DOMINIQUE

    return replace(DOMINIQUE, birth_family_name=family)
