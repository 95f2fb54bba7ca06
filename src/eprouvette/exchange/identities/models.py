"""Questions to INSi with their answers, received INS to confirm, runs of verification. Patient data: database only."""

from __future__ import annotations

from typing import Final

from django.db import models

from eprouvette.lab.identity.models import Patient

CHANNELS: Final = {
    "traits": "par les traits",
    "carte_vitale": "par la carte Vitale",
    "apcv": "par l'appli carte Vitale",
}
RUNNING, PAUSED, FINISHED = "en_cours", "en_pause", "finie"
WAITING, STOPPED, CLOSED = "en_attente", "arretee", "close"
CONFIRMATION_STATES: Final = {WAITING: "en attente", STOPPED: "attend une personne", CLOSED: "close"}
RUN_STATES: Final = {RUNNING: "en cours", PAUSED: "en pause", FINISHED: "finie"}


class Retrieval(models.Model):
    """One question about a patient. It is written before it is asked: without ``outcome`` it got no answer we kept."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="retrievals")
    channel = models.CharField("voie", max_length=12, choices=list(CHANNELS.items()))
    label = models.CharField("question", max_length=60)
    asked = models.JSONField("traits demandés", default=dict)
    asked_at = models.DateTimeField("posée le")
    asked_by = models.CharField("posée par", max_length=80)
    outcome = models.CharField("issue", max_length=20, blank=True, default="")
    code = models.CharField("code", max_length=80, blank=True, default="")
    sentence = models.CharField("phrase", max_length=300, blank=True, default="")
    remedy = models.CharField("que faire", max_length=300, blank=True, default="")
    answer = models.JSONField("réponse", null=True, blank=True)
    accepted_at = models.DateTimeField("reprise le", null=True, blank=True)
    accepted_by = models.CharField("reprise par", max_length=80, blank=True, default="")

    class Meta:
        """Newest first."""

        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"question {self.pk}"


class VerificationRun(models.Model):
    """One passage over the identities whose verification is due; ``last_id`` is where it stands."""

    started_at = models.DateTimeField("commencée le")
    started_by = models.CharField("lancée par", max_length=80)
    due_before = models.DateTimeField("INS reçues ou vérifiées avant")
    total = models.PositiveIntegerField("identités à vérifier")
    done = models.PositiveIntegerField("faites", default=0)
    refuted = models.PositiveIntegerField("KO", default=0)
    unanswered = models.PositiveIntegerField("sans verdict", default=0)
    last_id = models.BigIntegerField("dernier patient", default=0)
    state = models.CharField("état", max_length=10, choices=list(RUN_STATES.items()), default=RUNNING)
    sentence = models.CharField("pourquoi elle attend", max_length=300, blank=True, default="")
    remedy = models.CharField("que faire", max_length=300, blank=True, default="")
    resume_at = models.DateTimeField("reprise prévue", null=True, blank=True)
    ended_at = models.DateTimeField("finie le", null=True, blank=True)

    class Meta:
        """Newest first; never two runs at once."""

        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(state__in=[RUNNING, PAUSED]), name="one_verification_run"
            )
        ]

    def __str__(self) -> str:
        return f"vérification {self.pk}"


class Refutation(models.Model):
    """An identity that INSi no longer knows as we hold it: a line of the work list until somebody has seen to it."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="refutations")
    run = models.ForeignKey(VerificationRun, on_delete=models.PROTECT, related_name="refutations")
    schema = models.CharField("noms de la vérification", max_length=40)
    at = models.DateTimeField("le")
    handled_at = models.DateTimeField("traitée le", null=True, blank=True)
    handled_by = models.CharField("traitée par", max_length=80, blank=True, default="")

    class Meta:
        """Oldest first; the open ones are found by an index of their own."""

        ordering = ["pk"]
        indexes = [models.Index(fields=["patient"], condition=models.Q(handled_at=None), name="refutation_open")]

    def __str__(self) -> str:
        return f"KO {self.pk}"


class Confirmation(models.Model):
    """An identity received qualified under a trust contract, until INSi has answered; then the INS goes."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="confirmations")
    source = models.CharField("émetteur", max_length=80)
    ins_value = models.CharField("matricule reçu", max_length=15, blank=True, default="")
    ins_oid = models.CharField("OID reçu", max_length=64, blank=True, default="")
    state = models.CharField("état", max_length=10, choices=list(CONFIRMATION_STATES.items()), default=WAITING)
    promised_at = models.DateTimeField("reçue le")
    attempts = models.PositiveSmallIntegerField("essais sans réponse", default=0)
    resume_at = models.DateTimeField("reprise prévue", null=True, blank=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True)

    class Meta:
        """Oldest first; a merge may bring two open ones together. What is due is found by an index of its own."""

        ordering = ["pk"]
        indexes = [models.Index(fields=["resume_at"], condition=models.Q(state=WAITING), name="confirmation_due")]

    def __str__(self) -> str:
        return f"confirmation {self.pk}"
