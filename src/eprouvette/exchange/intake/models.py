"""Messages as received, with the answer that was given."""

from __future__ import annotations

from django.db import models

from eprouvette.lab.identity.models import Patient
from eprouvette.lab.orders.models import Dossier
from eprouvette.standards.hl7v2.charset import DEFAULT


class State(models.TextChoices):
    """What became of a message."""

    APPLIED = "applied", "inscrit au dossier"
    NOTED = "noted", "pris, rien à changer"
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
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="messages", null=True)
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


class FeedSource(models.Model):
    """A partner whose identity feed is taken, by who sends (MSH-3, MSH-4).

    ``authority`` is that of its identifiers (name or code of CX-4); ``contract``: a trust contract binds it to us;
    ``master``: it is the master of identities of our domain; ``takes_a08``: its A08 is read as an A31.
    """

    application = models.CharField("application émettrice", max_length=80)
    facility = models.CharField("établissement émetteur", max_length=80, blank=True, default="")
    label = models.CharField("nom", max_length=80)
    authority = models.CharField("autorité de l'IPP", max_length=80, blank=True, default="")
    contract = models.BooleanField("convention", default=False)
    master = models.BooleanField("référentiel d'identités", default=False)
    takes_a08 = models.BooleanField("A08 pris comme A31", default=False)
    charset = models.CharField("jeu de caractères par défaut", max_length=20, default=DEFAULT)

    class Meta:
        """One a sender, and one who is the master."""

        constraints = [
            models.UniqueConstraint(fields=["application", "facility"], name="feed_once"),
            models.UniqueConstraint(fields=["master"], condition=models.Q(master=True), name="feed_one_master"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def name(self) -> str:
        """How its rows are named in the rooms below."""
        return f"{self.application}/{self.facility}"[:80]


class FeedAlias(models.Model):
    """An identifier that a partner gives to a patient; ``told_at`` is how new its last word is.

    ``closed``: merged or changed at the partner's; kept for ever, so that it never means anybody else.
    """

    feed = models.ForeignKey(FeedSource, on_delete=models.PROTECT, related_name="aliases")
    ipp = models.CharField("identifiant", max_length=60)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="feed_aliases")
    told_at = models.DateTimeField("dit le")
    closed = models.BooleanField("fermé", default=False)

    class Meta:
        """An identifier once a partner."""

        constraints = [models.UniqueConstraint(fields=["feed", "ipp"], name="feed_alias_once")]

    def __str__(self) -> str:
        return f"identifiant {self.pk}"
