"""What a person does: declare a partner, send again or pass over the message that stops a lane."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from eprouvette.core.errors import EprouvetteError
from eprouvette.exchange.announcing.models import Announced, Correspondent
from eprouvette.exchange.announcing.rules import TRANSITIONS, State
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.identity.models import IdentityEvent


class NotParkedError(EprouvetteError):
    """Ce message n'arrête pas la file de son destinataire."""

    hint = "Recharger la page : il a peut-être déjà été repris."


def declare(partner: Correspondent, *, actor: str) -> Correspondent:
    """Keep a partner; a new one is told what changes from now on."""
    with transaction.atomic():
        if partner.pk is None:
            partner.first_event = IdentityEvent.objects.aggregate(last=Max("pk"))["last"] or 0
        partner.save()
        audit.record(actor=actor, action="correspondent.declared", target=f"correspondent:{partner.pk}")
    return partner


def release(announced_id: int, state: State, *, actor: str) -> None:
    """Send a parked message again (`State.WAITING`) or pass it over (`State.SKIPPED`); raises `NotParkedError`."""
    with transaction.atomic():
        row = Announced.objects.select_for_update().get(pk=announced_id)
        if row.state != State.PARKED or state not in TRANSITIONS[State.PARKED]:
            raise NotParkedError
        row.state = state.value
        row.save(update_fields=["state"])
        audit.record(actor=actor, action=f"identity.told_{state.value}", target=f"announced:{row.pk}")
