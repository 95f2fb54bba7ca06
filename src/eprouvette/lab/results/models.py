"""Results, and every value ever received for them."""

from __future__ import annotations

from django.db import models

from eprouvette.lab.accounts.models import User
from eprouvette.lab.catalogue.models import Exam
from eprouvette.lab.orders.models import Dossier, RequestedExam, Sample
from eprouvette.lab.results.rules import STATE_LABELS


class Observation(models.Model):
    """The result of one requested exam.

    A requested exam without a row is *expected*: the row is made by the first value or by the reason
    why there is none. ``value`` is one value of the report's union in JSON (`values.to_json`), absent
    when ``aborted``, and then ``comment`` says why. ``reference`` is the range that applied to this
    patient when the value came, so that a later change of the catalogue does not alter the past; ``derivation`` (how
    it was calculated) and ``materials`` (with what it was made) are kept for the same reason.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="observations")
    requested = models.OneToOneField(RequestedExam, on_delete=models.PROTECT, related_name="observation")
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="observations")
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="observations")
    state = models.CharField(
        "état", max_length=10, choices=[(state.value, label) for state, label in STATE_LABELS.items()]
    )
    value = models.JSONField("valeur", null=True)
    interpretation = models.CharField("interprétation", max_length=6, blank=True, default="")
    critical = models.BooleanField("critique", default=False)
    reference = models.JSONField("valeurs usuelles", null=True)
    measured_at = models.DateTimeField("mesuré le")
    method = models.CharField("méthode", max_length=120, blank=True, default="")
    technique_code = models.CharField("code de technique", max_length=10, blank=True, default="")
    device = models.CharField("analyseur", max_length=120, blank=True, default="")
    comment = models.TextField("commentaire", blank=True, default="")
    derivation = models.CharField("mode de calcul", max_length=300, blank=True, default="")
    materials = models.JSONField("trousse et milieu", default=list, blank=True)
    source = models.CharField("origine", max_length=60)
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="checked", null=True)
    checked_at = models.DateTimeField("vérifié le", null=True)
    validated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="validated", null=True)
    validated_at = models.DateTimeField("validé le", null=True)

    class Meta:
        """An exam has one result in a dossier; a value exists unless the exam was not done."""

        ordering = ["requested__rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "exam"], name="observation_once"),
            models.CheckConstraint(
                condition=models.Q(state="aborted", value__isnull=True)
                | (~models.Q(state="aborted") & models.Q(value__isnull=False)),
                name="observation_value",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="validated") | models.Q(validated_by__isnull=False),
                name="observation_validator",
            ),
        ]
        indexes = [models.Index(fields=["exam", "measured_at"], name="observation_history")]

    def __str__(self) -> str:
        return f"résultat {self.pk}"


class Measurement(models.Model):
    """A value as it came, kept for ever: ``outcome`` says whether it became the result or was set aside."""

    class Outcome(models.TextChoices):
        """What became of the value."""

        TAKEN = "taken", "retenue"
        SAME = "same", "identique, déjà retenue"
        ASIDE = "aside", "mise de côté : résultat déjà validé"
        OLDER = "older", "mise de côté : plus ancienne que la valeur retenue"

    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="measurements")
    raw_value = models.TextField("valeur reçue")
    raw_unit = models.CharField("unité reçue", max_length=60, blank=True, default="")
    raw_flags = models.CharField("drapeaux reçus", max_length=60, blank=True, default="")
    value = models.JSONField("valeur", null=True)
    outcome = models.CharField("suite", max_length=6, choices=Outcome.choices)
    measured_at = models.DateTimeField("mesuré le")
    received_at = models.DateTimeField("reçu le")
    device = models.CharField("analyseur", max_length=120, blank=True, default="")
    source = models.CharField("origine", max_length=60)

    class Meta:
        """Oldest first."""

        ordering = ["received_at", "pk"]

    def __str__(self) -> str:
        return f"mesure {self.pk}"
