"""Partners who are told of our identities, and what they were told."""

from __future__ import annotations

from django.db import models

from eprouvette.exchange.announcing.rules import STATE_LABELS, State
from eprouvette.lab.identity.models import IdentityEvent


class Correspondent(models.Model):
    """A partner who is told: where, under which names (MSH-3 to 6), with which authority of our IPP.

    ``first_event`` is the last change of identity before it was declared: what came before is not told.
    """

    label = models.CharField("nom", max_length=80, unique=True)
    host = models.CharField("machine", max_length=120)
    port = models.PositiveIntegerField("port")
    tls = models.BooleanField("TLS", default=True)
    application = models.CharField("application", max_length=80)
    facility = models.CharField("établissement", max_length=80)
    our_application = models.CharField("notre application", max_length=80, default="EPROUVETTE")
    our_facility = models.CharField("notre établissement", max_length=80)
    authority = models.CharField("autorité de nos IPP", max_length=80)
    finess = models.CharField("FINESS de l'autorité", max_length=20)
    active = models.BooleanField("actif", default=True)
    first_event = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.label


class Announced(models.Model):
    """One message to a partner: its bytes are made once, and are the same at each attempt."""

    correspondent = models.ForeignKey(Correspondent, on_delete=models.PROTECT, related_name="announced")
    event = models.ForeignKey(IdentityEvent, on_delete=models.PROTECT, related_name="announced")
    kind = models.CharField(max_length=3)
    control_id = models.CharField(max_length=20, unique=True)
    raw = models.BinaryField()
    state = models.CharField(max_length=8, choices=[(state.value, label) for state, label in STATE_LABELS.items()])
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    answer = models.BinaryField(default=b"")
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        """A change is told once to each; a lane is read in order."""

        constraints = [models.UniqueConstraint(fields=["correspondent", "event"], name="announced_once")]
        indexes = [
            models.Index(
                fields=["correspondent", "id"],
                condition=models.Q(state__in=[State.WAITING.value, State.PARKED.value]),
                name="announced_lane",
            )
        ]

    def __str__(self) -> str:
        return f"annonce {self.pk}"
