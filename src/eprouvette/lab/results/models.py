"""Results, and every value ever received for them."""

from __future__ import annotations

from django.db import models

from eprouvette.lab.accounts.models import User
from eprouvette.lab.catalogue.models import Antibiotic, Exam, Marker, Organism
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


class Isolate(models.Model):
    """A micro-organism that a culture grew. It shares the state of its result: validated with it, opened with it.

    ``organism`` is None for free ``words``; ``quantity`` is one value of the report's union in JSON. What it was
    before is in the `IsolateTrace` rows of its result and rank.
    """

    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="isolates")
    rank = models.PositiveSmallIntegerField("numéro")
    organism = models.ForeignKey(Organism, on_delete=models.PROTECT, related_name="isolates", null=True)
    words = models.CharField("micro-organisme en clair", max_length=120, blank=True, default="")
    quantity = models.JSONField("numération", null=True)
    comment = models.TextField("commentaire", blank=True, default="")
    measured_at = models.DateTimeField("observé le")
    source = models.CharField("origine", max_length=60)

    class Meta:
        """A rank once in a culture; an organism, or words."""

        ordering = ["observation", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["observation", "rank"], name="isolate_rank_once"),
            models.CheckConstraint(
                condition=models.Q(organism__isnull=False, words="")
                | (models.Q(organism__isnull=True) & ~models.Q(words="")),
                name="isolate_named",
            ),
        ]

    def __str__(self) -> str:
        return f"isolat {self.pk}"


class Susceptibility(models.Model):
    """An antibiotic tested on an isolate: MIC (a value in JSON, mg/L), diameter (mm), category; at least one of them.

    The category is what the user or the analyser says: no breakpoint is applied here.
    """

    isolate = models.ForeignKey(Isolate, on_delete=models.CASCADE, related_name="tests")
    antibiotic = models.ForeignKey(Antibiotic, on_delete=models.PROTECT, related_name="tests")
    mic = models.JSONField("CMI", null=True)
    diameter = models.DecimalField("diamètre", max_digits=4, decimal_places=1, null=True)
    category = models.CharField("catégorie", max_length=6, blank=True, default="")
    method = models.CharField("méthode", max_length=120, blank=True, default="")
    technique_code = models.CharField("code de technique", max_length=10, blank=True, default="")

    class Meta:
        """An antibiotic once on an isolate, in the order of the catalogue."""

        ordering = ["isolate", "antibiotic__rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["isolate", "antibiotic"], name="susceptibility_once"),
            models.CheckConstraint(
                condition=models.Q(mic__isnull=False) | models.Q(diameter__isnull=False) | ~models.Q(category=""),
                name="susceptibility_said",
            ),
        ]

    def __str__(self) -> str:
        return f"sensibilité {self.pk}"


class Mark(models.Model):
    """A mark of resistance looked for on an isolate: found or not."""

    isolate = models.ForeignKey(Isolate, on_delete=models.CASCADE, related_name="marks")
    marker = models.ForeignKey(Marker, on_delete=models.PROTECT, related_name="marks")
    present = models.BooleanField("présente")

    class Meta:
        """A mark once on an isolate."""

        ordering = ["isolate", "marker__rank", "pk"]
        constraints = [models.UniqueConstraint(fields=["isolate", "marker"], name="mark_once")]

    def __str__(self) -> str:
        return f"marque {self.pk}"


class IsolateTrace(models.Model):
    """An isolate as it came or was taken back, kept for ever: whole, with its antibiogram and its marks."""

    class Outcome(models.TextChoices):
        """What became of it."""

        TAKEN = "taken", "retenu"
        ASIDE = "aside", "mis de côté : culture déjà validée"
        OLDER = "older", "mis de côté : plus ancien que ce qui est retenu"
        REMOVED = "removed", "retiré"

    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="isolate_traces")
    rank = models.PositiveSmallIntegerField("numéro")
    content = models.JSONField("contenu")
    outcome = models.CharField("suite", max_length=7, choices=Outcome.choices)
    measured_at = models.DateTimeField("observé le")
    received_at = models.DateTimeField("reçu le")
    source = models.CharField("origine", max_length=60)
    actor = models.CharField("par", max_length=60)

    class Meta:
        """Oldest first."""

        ordering = ["received_at", "pk"]

    def __str__(self) -> str:
        return f"trace d'isolat {self.pk}"


class Picture(models.Model):
    """A picture that goes with a result (a curve of electrophoresis); its bytes are in the document store.

    Only what is ``KEPT`` is reported; nothing is deleted.
    """

    class Outcome(models.TextChoices):
        """What became of it."""

        KEPT = "kept", "jointe"
        ASIDE = "aside", "mise de côté : résultat déjà validé"
        REMOVED = "removed", "retirée"

    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="pictures")
    label = models.CharField("ce qu'elle montre", max_length=120)
    media_type = models.CharField("type de contenu", max_length=20)
    digest = models.CharField("empreinte SHA-256", max_length=64)
    outcome = models.CharField("suite", max_length=7, choices=Outcome.choices)
    received_at = models.DateTimeField("reçue le")
    source = models.CharField("origine", max_length=60)

    class Meta:
        """In the order in which they came."""

        ordering = ["pk"]

    def __str__(self) -> str:
        return f"image {self.pk}"
