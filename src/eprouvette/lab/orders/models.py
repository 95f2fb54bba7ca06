"""Dossiers: one request for one patient, its samples and the exams asked for."""

from __future__ import annotations

from django.db import models

from eprouvette.foundation.structures.models import Site
from eprouvette.lab.catalogue.models import Exam, Panel
from eprouvette.lab.directory.models import Practitioner
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.orders.rules import CONFIDENTIALITY_LABELS, ENCOUNTER_LABELS, STATE_LABELS, State
from eprouvette.lab.orders.visits import STANDING_LABELS, Standing


class Dossier(models.Model):
    """A request. ``number`` is the laboratory's, ``order_number`` the one of who ordered."""

    number = models.CharField("numéro", max_length=20, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="dossiers")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="dossiers")
    order_number = models.CharField("numéro de prescription", max_length=60)
    prescriber = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="prescribed")
    prescribed_at = models.DateTimeField("prescrit le", null=True, blank=True)
    sampler = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="sampled", null=True, blank=True)
    sampled_at = models.DateTimeField("prélevé le")
    received_at = models.DateTimeField("reçu le")
    attending = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="attended", null=True, blank=True
    )
    copies = models.ManyToManyField(Practitioner, through="DossierCopy", related_name="copied")
    clinical_data = models.TextField("renseignements cliniques", blank=True, default="")
    comment = models.TextField("commentaire général", blank=True, default="")
    urgent = models.BooleanField("urgent", default=False)
    encounter_type = models.CharField("type de prise en charge", max_length=8, choices=list(ENCOUNTER_LABELS.items()))
    confidentiality = models.CharField(
        "confidentialité", max_length=1, choices=list(CONFIDENTIALITY_LABELS.items()), default="N"
    )
    state = models.CharField(
        "état",
        max_length=12,
        choices=[(state.value, label) for state, label in STATE_LABELS.items()],
        default=State.REGISTERED.value,
    )
    created_at = models.DateTimeField("créé le")
    created_by = models.CharField("créé par", max_length=60)

    class Meta:
        """Newest first; matched by order number when results arrive."""

        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="dossier_recent"),
            models.Index(fields=["order_number"], name="dossier_order"),
            models.Index(fields=["state", "-created_at"], name="dossier_state"),
        ]

    def __str__(self) -> str:
        return self.number


class DossierCopy(models.Model):
    """A professional who gets a copy of the report."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="copy_lines")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="copy_lines")
    rank = models.PositiveSmallIntegerField("ordre")

    class Meta:
        """A copy once to each."""

        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["dossier", "practitioner"], name="copy_once")]

    def __str__(self) -> str:
        return f"copie {self.pk}"


class Sample(models.Model):
    """A tube or pot, with the number on its label.

    ``sampler`` is set when another professional than the dossier's took it; ``site`` is where on the body (SNOMED CT).
    ``subject`` says what was sampled when it is not the patient (a tick, tap water): its words, its SNOMED CT code when
    known, where it comes from.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="samples")
    number = models.CharField("numéro", max_length=30, unique=True)
    type_code = models.CharField("type", max_length=10)
    type_label = models.CharField("libellé du type", max_length=60)
    collected_at = models.DateTimeField("prélevé le")
    received_at = models.DateTimeField("reçu le", null=True, blank=True)
    rank = models.PositiveSmallIntegerField("ordre")
    site_code = models.CharField("site", max_length=18, blank=True, default="")
    site_label = models.CharField("libellé du site", max_length=120, blank=True, default="")
    sampler = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="sampled_tubes", null=True, blank=True
    )
    subject = models.CharField("origine non humaine", max_length=120, blank=True, default="")
    subject_code = models.CharField("code de l'origine", max_length=18, blank=True, default="")
    subject_place = models.CharField("lieu d'origine", max_length=200, blank=True, default="")

    class Meta:
        """Samples read in the order of their labels."""

        ordering = ["rank"]

    def __str__(self) -> str:
        return self.number


class RequestedExam(models.Model):
    """An exam asked for: alone or through a panel, on which sample."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="requested")
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="requested")
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="requested", null=True, blank=True)
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="requested")
    rank = models.PositiveIntegerField("ordre")

    class Meta:
        """An exam once in a dossier, even when two panels hold it."""

        ordering = ["rank", "pk"]
        constraints = [models.UniqueConstraint(fields=["dossier", "exam"], name="requested_once")]

    def __str__(self) -> str:
        return f"examen demandé {self.pk}"


class ScreeningContext(models.Model):
    """Why an organised screening was made: its context (JDV ContexteExamenCCU) and what is looked for (CIM-10)."""

    dossier = models.OneToOneField(Dossier, on_delete=models.CASCADE, related_name="screening")
    context_code = models.CharField("contexte", max_length=20)
    context_label = models.CharField("libellé du contexte", max_length=200)
    sought_code = models.CharField("motif recherché", max_length=10)
    sought_label = models.CharField("libellé du motif", max_length=200)

    def __str__(self) -> str:
        return f"dépistage {self.pk}"


class ScreeningVaccination(models.Model):
    """A vaccination that bears on a screening: made (on a day, when it is known), or not made."""

    screening = models.ForeignKey(ScreeningContext, on_delete=models.CASCADE, related_name="vaccinations")
    vaccine_code = models.CharField("vaccin", max_length=10)
    vaccine_label = models.CharField("libellé du vaccin", max_length=200)
    given = models.BooleanField("fait", default=False)
    given_on = models.DateField("fait le", null=True, blank=True)
    dose = models.CharField("dose", max_length=40, blank=True, default="")
    rank = models.PositiveSmallIntegerField("ordre")

    class Meta:
        """Vaccinations read in the order in which they were told."""

        ordering = ["rank"]

    def __str__(self) -> str:
        return f"vaccination {self.pk}"


class Stay(models.Model):
    """A visit that a partner's feed tells of: its number there, class, unit, from when to when (`visits.told`)."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="stays")
    source = models.CharField("source", max_length=80)
    visit = models.CharField("numéro de venue", max_length=60)
    standing = models.CharField(
        "état",
        max_length=10,
        choices=[(standing.value, label) for standing, label in STANDING_LABELS.items()],
        default=Standing.ANNULLED.value,
    )
    patient_class = models.CharField("classe", max_length=1, blank=True, default="")
    unit = models.CharField("unité", max_length=60, blank=True, default="")
    unit_label = models.CharField("libellé de l'unité", max_length=120, blank=True, default="")
    admitted_at = models.DateTimeField("admis le", null=True, blank=True)
    discharged_at = models.DateTimeField("sorti le", null=True, blank=True)

    class Meta:
        """A visit once a source."""

        constraints = [models.UniqueConstraint(fields=["source", "visit"], name="stay_once")]

    def __str__(self) -> str:
        return f"venue {self.pk}"


class StayMovement(models.Model):
    """One movement of a stay, by the number that its source gave it; ``event`` is the original one."""

    stay = models.ForeignKey(Stay, on_delete=models.CASCADE, related_name="movements")
    number = models.CharField("numéro", max_length=80)
    event = models.CharField("événement", max_length=3)
    at = models.DateTimeField("à")
    recorded_at = models.DateTimeField("dit le")
    patient_class = models.CharField("classe", max_length=1, blank=True, default="")
    unit = models.CharField("unité", max_length=60, blank=True, default="")
    unit_label = models.CharField("libellé de l'unité", max_length=120, blank=True, default="")
    cancelled = models.BooleanField("annulé", default=False)

    class Meta:
        """A movement once in a stay."""

        constraints = [models.UniqueConstraint(fields=["stay", "number"], name="movement_once")]

    def __str__(self) -> str:
        return f"mouvement {self.pk}"


class DmpWill(models.Model):
    """What a patient said of the DMP during a visit: feeding (INO, IO, NA), reading (IC, INC, NA)."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="wills")
    source = models.CharField("source", max_length=80)
    visit = models.CharField("numéro de venue", max_length=60, blank=True, default="")
    told_at = models.DateTimeField("dit le")
    dmp_state = models.CharField("état du DMP", max_length=12, blank=True, default="")
    feeding = models.CharField("alimentation", max_length=3)
    feeding_at = models.DateTimeField("alimentation, le", null=True, blank=True)
    consultation = models.CharField("consultation", max_length=3)
    consultation_at = models.DateTimeField("consultation, le", null=True, blank=True)

    class Meta:
        """Read by patient, the newest first."""

        indexes = [models.Index(fields=["patient", "-told_at"], name="will_recent")]

    def __str__(self) -> str:
        return f"volonté {self.pk}"
