"""Two desks at once, by two real connections: one wins, the other gets a sentence, and no link is wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from eprouvette.core.errors import EprouvetteError
from eprouvette.lab.identity import queries, services
from eprouvette.lab.identity.errors import KnownInsError, MergedPatientError, StatusChangeError
from eprouvette.lab.identity.merging import merge
from eprouvette.lab.identity.models import IdentityEvent, Patient
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.orders.services import register
from support.identities import INS, person, retrieved
from support.lab import ACTOR, DOMINIQUE_INS, demo_catalogue, new_dossier

pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[], object]


def at_once(*acts: Act) -> list[object]:
    """What each act gave or raised, all begun together, each by a connection of its own."""
    gate = threading.Barrier(len(acts))
    ends: list[object] = [None] * len(acts)

    def run(place: int, act: Act) -> None:
        try:
            gate.wait(timeout=10)
            ends[place] = act()
        except EprouvetteError as error:
            ends[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ends


def refusals(ends: list[object]) -> list[type]:
    return [type(end) for end in ends if isinstance(end, EprouvetteError)]


@pytest.mark.requirement("REQ-INS-14")
def test_two_files_that_take_one_ins_in_the_same_second() -> None:
    for _ in range(5):
        first, second = person(), person()
        ends = at_once(lambda one=first: retrieved(one), lambda two=second: retrieved(two))  # type: ignore[misc]
        assert refusals(ends) == [KnownInsError]
        assert Patient.objects.filter(ins_value=INS.value, merged_into=None).count() == 1
        Patient.objects.filter(ins_value=INS.value).update(ins_value="", ins_oid="", status="provisoire")


def test_two_desks_that_qualify_one_person() -> None:
    patient = person()

    def qualify() -> Patient:
        return services.qualify(patient.pk, DOMINIQUE_INS, document_type="passeport", actor=ACTOR)

    ends = at_once(qualify, qualify)
    assert refusals(ends) == [StatusChangeError]
    assert "déjà qualifiée" in str(next(end for end in ends if isinstance(end, StatusChangeError)))
    assert queries.get(patient.pk).status == "qualifiee"


def test_two_desks_that_merge_two_files_into_one_another() -> None:
    one, two = person(), person()
    ends = at_once(lambda: merge(one.pk, two.pk, actor=ACTOR), lambda: merge(two.pk, one.pk, actor=ACTOR))
    assert refusals(ends) == [MergedPatientError]
    assert Patient.objects.filter(merged_into=None).count() == 1
    assert IdentityEvent.objects.filter(kind="fusion").count() == 1


def test_a_dossier_registered_while_its_patient_is_merged_is_never_left_behind() -> None:
    demo_catalogue()
    for _ in range(5):
        kept, lost = person(), person()
        new = new_dossier("GLU")
        at_once(
            lambda a=kept, b=lost: merge(a.pk, b.pk, actor=ACTOR),  # type: ignore[misc]
            lambda b=lost, wanted=new: register(b.pk, wanted, actor=ACTOR),  # type: ignore[misc]
        )
        assert not Dossier.objects.filter(patient__merged_into__isnull=False).exists()
