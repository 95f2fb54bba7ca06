"""What the laboratory can measure, and what is usual for whom."""

from __future__ import annotations

from django.db import models


class Exam(models.Model):
    """One measurable thing: local code, LOINC, unit, chapter, specimen, how it is shown.

    ``ucum`` is empty for a result without unit; ``second_factor`` brings a result to the second unit, if it has
    one; ``words`` is the list of admitted words of a coded exam, each ``{"text", "code", "system", "display",
    "interpretation"}``; ``loinc`` is empty for an exam that is not transcoded yet. A calculated exam names its
    ``formula`` (`formulas.FORMULAS`) and the local codes of its ``inputs``; ``derivation`` says it in the report.
    ``materials`` are the kit and the medium, each ``{"code", "system", "display", "role"}``. An exam that ``grows`` is
    a culture: isolates hang from its result. Source of chapters: CR-BIO 2024.01, circuit de la biologie.
    """

    class Kind(models.TextChoices):
        """What form a value takes."""

        NUMERIC = "numeric", "nombre"
        CODED = "coded", "mot codé"
        TEXT = "text", "texte"
        RATIO = "ratio", "titre"

    code = models.CharField("code local", max_length=20, unique=True)
    label = models.CharField("libellé", max_length=120)
    search_label = models.CharField(max_length=120, db_index=True)
    loinc = models.CharField("code LOINC", max_length=10, blank=True, default="", db_index=True)
    loinc_display = models.CharField("libellé LOINC", max_length=255, blank=True, default="")
    kind = models.CharField("nature", max_length=8, choices=Kind.choices)
    ucum = models.CharField("unité UCUM", max_length=30, blank=True, default="")
    printed_unit = models.CharField("unité imprimée", max_length=30, blank=True, default="")
    decimals = models.PositiveSmallIntegerField("décimales", default=0)
    second_ucum = models.CharField("seconde unité UCUM", max_length=30, blank=True, default="")
    second_printed_unit = models.CharField("seconde unité imprimée", max_length=30, blank=True, default="")
    second_factor = models.DecimalField("facteur", max_digits=14, decimal_places=6, null=True, blank=True)
    second_decimals = models.PositiveSmallIntegerField("décimales de la seconde unité", default=0)
    chapter_code = models.CharField("chapitre", max_length=10)
    chapter_label = models.CharField("libellé du chapitre", max_length=120)
    subchapter_code = models.CharField("sous-chapitre", max_length=10, blank=True, default="")
    subchapter_label = models.CharField("libellé du sous-chapitre", max_length=120, blank=True, default="")
    specimen_code = models.CharField("type de prélèvement", max_length=10)
    specimen_label = models.CharField("libellé du prélèvement", max_length=60)
    method = models.CharField("méthode", max_length=120, blank=True, default="")
    technique_code = models.CharField("code de technique", max_length=10, blank=True, default="")
    critical_low = models.DecimalField("seuil critique bas", max_digits=14, decimal_places=5, null=True, blank=True)
    critical_high = models.DecimalField("seuil critique haut", max_digits=14, decimal_places=5, null=True, blank=True)
    words = models.JSONField("mots admis", default=list, blank=True)
    rank = models.PositiveIntegerField("ordre", default=0)
    active = models.BooleanField("actif", default=True)
    formula = models.CharField("formule", max_length=30, blank=True, default="")
    inputs = models.JSONField("composantes", default=list, blank=True)
    derivation = models.CharField("mode de calcul", max_length=300, blank=True, default="")
    screening = models.BooleanField("examen du dépistage organisé", default=False)
    materials = models.JSONField("trousse et milieu", default=list, blank=True)
    grows = models.BooleanField("culture", default=False)

    class Meta:
        """Exams read in the order of the report."""

        ordering = ["rank", "code"]

    def __str__(self) -> str:
        return self.label


class ReferenceRange(models.Model):
    """What is usual for a sex and an age (in days, upper bound excluded), as bounds or as a text."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="ranges")
    sex = models.CharField("sexe", max_length=2, blank=True, default="")
    age_from = models.PositiveIntegerField("âge minimal (jours)", default=0)
    age_to = models.PositiveIntegerField("âge maximal exclu (jours)", null=True, blank=True)
    low = models.DecimalField("borne basse", max_digits=14, decimal_places=5, null=True, blank=True)
    high = models.DecimalField("borne haute", max_digits=14, decimal_places=5, null=True, blank=True)
    text = models.CharField("texte", max_length=200, blank=True, default="")
    criteria = models.CharField("pour qui", max_length=100, blank=True, default="")
    rank = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        """Ranges are tried in order: the first that fits is the one."""

        ordering = ["exam", "rank", "pk"]

    def __str__(self) -> str:
        return f"intervalle {self.pk}"


class Panel(models.Model):
    """Exams that are asked for and shown together under one name (*bilan*)."""

    code = models.CharField("code local", max_length=20, unique=True)
    label = models.CharField("libellé", max_length=120)
    loinc = models.CharField("code LOINC", max_length=10, blank=True, default="")
    loinc_display = models.CharField("libellé LOINC", max_length=255, blank=True, default="")
    rank = models.PositiveIntegerField("ordre", default=0)
    exams = models.ManyToManyField(Exam, through="PanelExam", related_name="panels")

    class Meta:
        """Panels read in the order of the request form."""

        ordering = ["rank", "code"]

    def __str__(self) -> str:
        return self.label


class PanelExam(models.Model):
    """An exam's place in a panel."""

    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="places")
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="places")
    rank = models.PositiveSmallIntegerField("ordre")

    class Meta:
        """An exam is once in a panel."""

        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["panel", "exam"], name="panel_exam_once")]

    def __str__(self) -> str:
        return f"place {self.pk}"


class Organism(models.Model):
    """A micro-organism that a culture may grow.

    ``snomed`` is SNOMED CT, ``taxonomy`` the NCBI's, both empty when not surely known; ``antibiogram`` is the code
    of the antibiotics usually tested on it.
    """

    code = models.CharField("code local", max_length=20, unique=True)
    label = models.CharField("nom", max_length=120)
    search_label = models.CharField(max_length=120, db_index=True)
    snomed = models.CharField("code SNOMED CT", max_length=18, blank=True, default="", db_index=True)
    snomed_display = models.CharField("libellé SNOMED CT", max_length=120, blank=True, default="")
    taxonomy = models.CharField("code de taxonomie NCBI", max_length=12, blank=True, default="")
    antibiogram = models.CharField("antibiogramme usuel", max_length=20, blank=True, default="")
    rank = models.PositiveIntegerField("ordre", default=0)
    active = models.BooleanField("actif", default=True)

    class Meta:
        """The commonest first, as the file lists them."""

        ordering = ["rank", "code"]

    def __str__(self) -> str:
        return self.label


class Antibiotic(models.Model):
    """An antibiotic, with the LOINC code of its MIC, of its diameter and of its category alone."""

    code = models.CharField("code local", max_length=20, unique=True)
    label = models.CharField("nom", max_length=120)
    family = models.CharField("famille", max_length=60)
    mic_loinc = models.CharField("code LOINC de la CMI", max_length=10, blank=True, default="")
    mic_display = models.CharField("libellé LOINC de la CMI", max_length=255, blank=True, default="")
    disk_loinc = models.CharField("code LOINC du diamètre", max_length=10, blank=True, default="")
    disk_display = models.CharField("libellé LOINC du diamètre", max_length=255, blank=True, default="")
    loinc = models.CharField("code LOINC de la sensibilité", max_length=10, blank=True, default="")
    loinc_display = models.CharField("libellé LOINC de la sensibilité", max_length=255, blank=True, default="")
    rank = models.PositiveIntegerField("ordre", default=0)
    active = models.BooleanField("actif", default=True)

    class Meta:
        """In the order of the antibiogram: by family."""

        ordering = ["rank", "code"]

    def __str__(self) -> str:
        return self.label


class Marker(models.Model):
    """A mark of resistance that is looked for: found or not."""

    code = models.CharField("code local", max_length=20, unique=True)
    label = models.CharField("nom", max_length=120)
    loinc = models.CharField("code LOINC", max_length=10, blank=True, default="")
    loinc_display = models.CharField("libellé LOINC", max_length=255, blank=True, default="")
    rank = models.PositiveIntegerField("ordre", default=0)
    active = models.BooleanField("actif", default=True)

    class Meta:
        """In the order of the file."""

        ordering = ["rank", "code"]

    def __str__(self) -> str:
        return self.label


class Antibiogram(models.Model):
    """The antibiotics usually tested together, by their codes in the order of the form."""

    code = models.CharField("code local", max_length=20, unique=True)
    label = models.CharField("nom", max_length=120)
    antibiotics = models.JSONField("antibiotiques", default=list)
    rank = models.PositiveIntegerField("ordre", default=0)

    class Meta:
        """In the order of the file."""

        ordering = ["rank", "code"]

    def __str__(self) -> str:
        return self.label
