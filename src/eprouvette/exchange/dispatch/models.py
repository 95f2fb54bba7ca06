"""What dispatch remembers: deliveries, their attempts, judgements, stopped channels."""

from __future__ import annotations

from django.db import models

from eprouvette.exchange.dispatch.states import STATE_LABELS, Reason, State


class Judgement(models.Model):
    """What the official rules said of one released document.

    A row without ``verdict`` is in the judge's queue. ``revision`` names the pack, so that a report
    always says by which rules, of which revision, it was judged.
    """

    release = models.ForeignKey("validation.Release", on_delete=models.PROTECT, related_name="judgements")
    form = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    verdict = models.CharField(max_length=8, blank=True, default="")
    revision = models.CharField(max_length=80, blank=True, default="")
    findings = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True)

    class Meta:
        """One judgement a released form; the queue is read in order."""

        constraints = [models.UniqueConstraint(fields=["release", "form"], name="judgement_once")]
        indexes = [models.Index(fields=["asked_at"], condition=models.Q(verdict=""), name="judgement_queue")]

    def __str__(self) -> str:
        return f"contrôle officiel {self.pk}"


class JudgeStatus(models.Model):
    """The one row by which the judge says that it is alive and with which pack."""

    revision = models.CharField(max_length=80)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"règles {self.revision}"


class Delivery(models.Model):
    """One document for one recipient by one channel.

    Every id that leaves (``submission_id``, ``message_id``) and the moment they carry (``sealed_at``)
    are fixed when the row is made: a second attempt sends the same. ``sealed_digest`` is the stored
    bytes as sent.
    """

    release = models.ForeignKey("validation.Release", on_delete=models.PROTECT, related_name="deliveries")
    set_id = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    channel = models.CharField(max_length=12)
    recipient_key = models.CharField(max_length=80)
    recipient_name = models.CharField(max_length=200)
    address = models.CharField(max_length=254, blank=True, default="")
    form = models.CharField(max_length=16)
    rule = models.CharField(max_length=12)
    sentence = models.TextField()
    never = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=[(state.value, label) for state, label in STATE_LABELS.items()])
    reason = models.CharField(max_length=20, blank=True, default="", choices=[(r.value, r.name) for r in Reason])
    since = models.DateTimeField()
    submission_id = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    sealed_at = models.DateTimeField()
    sealed_digest = models.CharField(max_length=64, blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    first_attempt_at = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    remote_id = models.CharField(max_length=250, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        """One row a release, channel and recipient; the pump and the work list read by index."""

        constraints = [
            models.UniqueConstraint(fields=["release", "channel", "recipient_key"], name="delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(state=State.WAITING.value), name="delivery_pump"
            ),
            models.Index(fields=["set_id", "channel", "recipient_key", "version"], name="delivery_chain"),
            models.Index(fields=["-created_at"], name="delivery_recent"),
        ]

    def __str__(self) -> str:
        return f"envoi {self.pk}"


class Attempt(models.Model):
    """One attempt of a delivery and what came of it: the exchange log (REQ-SEC-02)."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="tries")
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True, default="")
    code = models.CharField(max_length=120, blank=True, default="")
    text = models.TextField(blank=True, default="")
    remedy = models.TextField(blank=True, default="")

    class Meta:
        """Attempts are numbered from 1 inside a delivery."""

        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="attempt_once")]

    def __str__(self) -> str:
        return f"essai {self.number} de l'envoi {self.delivery_id}"


class StoppedChannel(models.Model):
    """A channel that a fault of configuration stopped: one row, one alert, until a person resumes it."""

    channel = models.CharField(max_length=12, unique=True)
    code = models.CharField(max_length=120)
    text = models.TextField()
    remedy = models.TextField()
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"canal {self.channel} arrêté"
