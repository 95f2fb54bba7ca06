"""Asking INSi about a patient from the desk, and taking its answer (REQ-INS-01, 03, 04, 10, 21).

The call is outside of any transaction: it is written with its line of the journal before it leaves, its outcome after.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from eprouvette.exchange.identities import answers, asking, queries
from eprouvette.exchange.identities.errors import (
    AskingError,
    OtherCardError,
    StaleAnswerError,
    UnknownRetrievalError,
)
from eprouvette.exchange.identities.models import CLOSED, Confirmation, Refutation, Retrieval
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.directory.rules import search_key
from eprouvette.lab.identity import insi, watches
from eprouvette.lab.identity import queries as identity
from eprouvette.lab.identity.errors import MergedPatientError, StatusChangeError
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.services import require_no_master
from eprouvette.lab.identity.watches import Kind
from eprouvette.standards.insi.envelope import Call
from eprouvette.standards.insi.identity import Traits
from eprouvette.standards.insi.lexical import LexicalError
from eprouvette.standards.insi.outcome import RequestRefused, SearchOutcome
from eprouvette.standards.insi.vitale import Beneficiary, NoReaderError, VitaleCard

FRESH: Final = timedelta(hours=12)
"""An answer is taken on the day on which it was read."""
CARD_CHANNELS: Final = {"vitale": "carte_vitale", "apcv": "apcv"}


def retrieve(patient_id: int, *, actor: str, typed: Traits | None = None) -> Retrieval:
    """Ask INSi by traits: those of the window when given (the file does not change), else the next of the plan.

    The first question never has a birth place (REQ-INS-04). Raises `AskingError` when nothing is left to try or INSi
    is not set, `StatusChangeError` when INSi may not be called, `MasterIdentityError`, `UnknownPatientError`,
    `MergedPatientError`.
    """
    patient = askable(patient_id)
    step = queries.next_step(patient)
    if typed is not None:
        first = not queries.asked_since_change(patient)
        asked, label = replace(typed, birth_place="") if first else typed, "Traits de la fenêtre"
    elif step is None:
        raise AskingError(
            "Toutes les formes de la question ont été posées à INSi.",
            hint="Vérifier l'orthographe sur un document d'identité, corriger la fiche ou les traits de la fenêtre.",
        )
    else:
        asked, label = step.asked, step.label
    client = asking.client("insi_manu")
    row = Retrieval(patient=patient, channel="traits", label=label, asked=asdict(asked), asked_by=actor)
    return ask(row, lambda call: client.search_by_traits(call, asked))


def read_card() -> VitaleCard:
    """The card in the reader; raises `VitaleError`."""
    reader = asking.card_reader()
    if reader is None:
        raise NoReaderError
    return reader.read()


def retrieve_by_card(patient_id: int, *, actor: str) -> Retrieval:
    """Ask INSi by the Vitale card in the reader, for the beneficiary who is this patient.

    Raises `VitaleError`, `OtherCardError`, and what `retrieve` raises.
    """
    patient = askable(patient_id)
    card = read_card()
    asked = card.question(_beneficiary(card, patient))
    client = asking.client("insi_manu")
    row = Retrieval(patient=patient, channel=CARD_CHANNELS[card.origin], label="Carte Vitale", asked_by=actor)
    return ask(row, lambda call: client.search_by_card(call, asked))


def accept(retrieval_id: int, *, actor: str) -> Patient:
    """Take into the file the identity that INSi gave: the newest answer only, while it is fresh.

    Raises `UnknownRetrievalError`, `StaleAnswerError`, and what `lab.identity.insi.retrieve` raises.
    """
    with transaction.atomic():
        row = Retrieval.objects.select_for_update().filter(pk=retrieval_id).first()
        if row is None:
            raise UnknownRetrievalError
        newer = Retrieval.objects.filter(patient=row.patient_id, pk__gt=row.pk).exists()
        fresh = row.asked_at > timezone.now() - FRESH
        if row.outcome != answers.FOUND or row.accepted_at or newer or not fresh:
            raise StaleAnswerError
        return take(row, actor=actor)


def take(row: Retrieval, *, actor: str) -> Patient:
    """Write a found answer into the file, in the caller's transaction; what waited for it is closed."""
    patient = insi.retrieve(row.patient_id, answers.identity_of(row), actor=actor, channel=row.channel)
    row.accepted_at, row.accepted_by = timezone.now(), actor
    row.save(update_fields=["accepted_at", "accepted_by"])
    Refutation.objects.filter(patient=patient, handled_at=None).update(handled_at=row.accepted_at, handled_by=actor)
    watches.settle(patient.pk, Kind.INSI, actor=actor)
    waiting = Confirmation.objects.filter(patient=patient, closed_at=None)
    waiting.update(state=CLOSED, closed_at=row.accepted_at, resume_at=None, ins_value="", ins_oid="")
    return patient


def handled(patient_id: int, *, actor: str) -> int:
    """Say that the refused verifications of a patient have been seen to; how many were open."""
    with transaction.atomic():
        rows = Refutation.objects.filter(patient_id=patient_id, handled_at=None)
        count = rows.update(handled_at=timezone.now(), handled_by=actor)
        if count:
            audit.record(actor=actor, action="identity.refutation_handled", target=f"patient:{patient_id}")
    return count


def askable(patient_id: int) -> Patient:
    """The living patient about whom INSi may be asked now; raises an `IdentityError` that says why not."""
    require_no_master()
    patient = identity.get(patient_id)
    if patient.merged_into_id is not None:
        raise MergedPatientError(patient.merged_into_id)
    if sentence := insi.why_not(patient):
        raise StatusChangeError(sentence)
    return patient


def ask(row: Retrieval, question: Callable[[Call], SearchOutcome]) -> Retrieval:
    """Ask, with a line of the journal before the call and one after it; what came of it is in the row."""
    return ask_whole(row, question)[0]


def ask_whole(row: Retrieval, question: Callable[[Call], SearchOutcome]) -> tuple[Retrieval, SearchOutcome]:
    """The same, with the outcome as INSi's client gives it."""
    row.asked_at = timezone.now()
    with transaction.atomic():
        row.save()
        details: dict[str, str | int | None] = {"question": row.pk, "channel": row.channel}
        audit.record(actor=row.asked_by, action="insi.asked", target=f"patient:{row.patient_id}", details=details)
    try:
        outcome = question(asking.new_call())
    except LexicalError as error:
        outcome = RequestRefused("lexique", error.message, error.hint)
    with transaction.atomic():
        answers.keep(row, outcome)
        if isinstance(outcome, RequestRefused) and outcome.code == "lexique":
            row.sentence = outcome.text
        row.save()
        audit.record(
            actor=row.asked_by,
            action="insi.answered",
            target=f"patient:{row.patient_id}",
            details={"question": row.pk, "outcome": row.outcome},
        )
    return row, outcome


def _beneficiary(card: VitaleCard, patient: Patient) -> Beneficiary:
    """Who of the card has the name and birth date of the file; twins are told apart by their given name."""
    born = answers.traits_of(patient).birth_date
    name = search_key(patient.birth_family_name)
    near = [one for one in card.beneficiaries if one.birth_date == born and search_key(one.birth_name) == name]
    first = search_key(patient.first_given_name)
    exact = [one for one in near if search_key(one.given_name) == first]
    chosen = exact or near
    if len(chosen) != 1:
        raise OtherCardError
    return chosen[0]
