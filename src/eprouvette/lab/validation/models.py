"""Releases: what was frozen, by whom, and the bytes that were made of it."""

from __future__ import annotations

from django.db import models

from eprouvette.foundation.structures.models import ReportStyle
from eprouvette.lab.accounts.models import User
from eprouvette.lab.orders.models import Dossier


class Release(models.Model):
    """A frozen report. ``report`` is the canonical JSON of the `LabReport`: never changed once written.

    With ``style`` (the laboratory's dress, None for the plain one) it gives the bytes again.

    ``set_id`` is common to all versions of a dossier's report, ``document_id`` is this version's own. ``cancelled``
    marks the version that says that none of them may be used, ``reissued`` the one that the product made by itself
    for an INS qualified since: who has the report already gets nothing more.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="releases")
    set_id = models.CharField("identifiant de la série", max_length=64)
    document_id = models.CharField("identifiant du document", max_length=64, unique=True)
    version = models.PositiveIntegerField("version")
    report = models.TextField("compte rendu figé")
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="releases")
    released_at = models.DateTimeField("libéré le")
    rules_revision = models.CharField("révision des règles", max_length=60)
    findings = models.JSONField("constats", default=list)
    partial = models.BooleanField("partiel", default=False)
    cancelled = models.BooleanField("annulation", default=False)
    reissued = models.BooleanField("réémission pour l'INS", default=False)
    style = models.ForeignKey(ReportStyle, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """Versions follow one another; newest first."""

        ordering = ["-released_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["set_id", "version"], name="release_version_once"),
            models.UniqueConstraint(fields=["dossier", "version"], name="release_dossier_version"),
        ]

    def __str__(self) -> str:
        return f"libération {self.pk}"


class Correction(models.Model):
    """Why a report that left is opened again; ``closed`` when it changed nothing in the end."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="corrections")
    reason = models.CharField("motif", max_length=500)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="corrections")
    opened_at = models.DateTimeField("ouverte le")
    closed = models.BooleanField("close sans nouvelle version", default=False)

    class Meta:
        """Oldest first."""

        ordering = ["pk"]

    def __str__(self) -> str:
        return f"correction {self.pk}"


class ReleasedDocument(models.Model):
    """One form of a release, as stored: its digest names its bytes."""

    class Form(models.TextChoices):
        """The forms of a report."""

        N3 = "n3", "CDA niveau 3"
        N3_XSL = "n3_xsl", "CDA niveau 3 auto-présentable"
        N1 = "n1", "CDA niveau 1"
        N1_XSL = "n1_xsl", "CDA niveau 1 auto-présentable"
        PDF = "pdf", "PDF"
        N3_2021 = "n3_2021", "CDA niveau 3, profil 2021.01"
        N3_XSL_2021 = "n3_xsl_2021", "CDA niveau 3 auto-présentable, profil 2021.01"
        N1_2021 = "n1_2021", "CDA niveau 1, profil 2021.01"
        N1_XSL_2021 = "n1_xsl_2021", "CDA niveau 1 auto-présentable, profil 2021.01"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="documents")
    form = models.CharField("forme", max_length=16, choices=Form.choices)
    digest = models.CharField("empreinte SHA-256", max_length=64)
    media_type = models.CharField("type de contenu", max_length=60)
    size = models.PositiveIntegerField("taille")

    class Meta:
        """One of each form."""

        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["release", "form"], name="released_form_once")]

    def __str__(self) -> str:
        return f"document {self.pk}"
