"""Messages as received, with the answer that was given."""

from __future__ import annotations

from django.db import models

from eprouvette.lab.orders.models import Dossier


class State(models.TextChoices):
    """What became of a message."""

    APPLIED = "applied", "inscrit au dossier"
    PARKED = "parked", "sans dossier"
    REFUSED = "refused", "refusé"


class ReceivedMessage(models.Model):
    """One message: its bytes, who sent it, what became of it, what was answered.

    (``application``, ``facility``, ``control_id``) is the key by which a partner's repetition is known;
    it is empty for bytes in which no MSH could be read.
    """

    raw = models.BinaryField()
    digest = models.CharField(max_length=64)
    peer = models.CharField(max_length=100)
    application = models.CharField(max_length=200, blank=True, default="")
    facility = models.CharField(max_length=200, blank=True, default="")
    control_id = models.CharField(max_length=200, blank=True, default="")
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices)
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True)
    location = models.CharField(max_length=40, blank=True, default="")
    condition = models.PositiveSmallIntegerField(null=True)
    sentence = models.TextField(blank=True, default="")
    warning = models.TextField(blank=True, default="")
    answer = models.BinaryField()
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="messages", null=True)
    attached_by = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        """A key is taken once; lists are read newest first."""

        constraints = [
            models.UniqueConstraint(
                fields=["application", "facility", "control_id"],
                condition=~models.Q(control_id="") & models.Q(duplicate_of__isnull=True),
                name="message_once",
            )
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="message_recent"),
            models.Index(fields=["state", "-received_at"], name="message_state"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"
