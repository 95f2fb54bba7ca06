"""Who the laboratory is: legal entity and sites."""

from __future__ import annotations

from django.db import models


class LegalEntity(models.Model):
    """The legal entity that holds the certificates (FINESS EJ)."""

    name = models.CharField(max_length=200)
    finess = models.CharField(max_length=9, unique=True)

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A laboratory site (FINESS EG): address, accreditation, director, mailboxes, OID root.

    ``oid`` is the root under which the site mints documents, dossiers and submission sets.
    ``practice_setting`` is a code of JDV J04, ``facility_type`` of JDV J02.
    """

    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=200)
    finess = models.CharField(max_length=9, unique=True)
    oid = models.CharField(max_length=50, unique=True)
    address_line = models.CharField(max_length=200)
    postal_code = models.CharField(max_length=10)
    city = models.CharField(max_length=100)
    phone = models.CharField(max_length=30)
    accreditation = models.CharField(max_length=40, blank=True, default="")
    practice_setting = models.CharField(max_length=20, default="AMBULATOIRE")
    practice_setting_label = models.CharField(max_length=80, default="Ambulatoire")
    facility_type = models.CharField(max_length=10, default="SA25")
    facility_type_label = models.CharField(max_length=120, default="Laboratoire de biologie médicale")
    director_rpps = models.CharField(max_length=11)
    director_family_name = models.CharField(max_length=100)
    director_given_name = models.CharField(max_length=100)
    director_civility = models.CharField(max_length=4, default="M")
    director_title = models.CharField(max_length=4, blank=True, default="DR")
    director_specialty_code = models.CharField(max_length=20, default="G15_10/SM03")
    director_specialty_label = models.CharField(max_length=120, default="Médecin - Biologie médicale (SM)")
    mss_from = models.EmailField()
    mss_reply_to = models.EmailField()

    def __str__(self) -> str:
        return self.name

    @property
    def structure_id(self) -> str:
        """National identifier of the structure: ``1`` + FINESS."""
        return f"1{self.finess}"


class ReportStyle(models.Model):
    """One version of a site's dress of reports (`standards.report.house`); its content never changes once saved.

    The version in use is the one put in use last; reports keep the version that they left with.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="report_styles")
    accent = models.CharField("couleur", max_length=7)
    logo = models.BinaryField("logo", blank=True, default=b"")
    logo_type = models.CharField("type du logo", max_length=20, blank=True, default="")
    logo_label = models.CharField("description du logo", max_length=160, blank=True, default="")
    header = models.JSONField("lignes d'en-tête", default=list)
    footer = models.CharField("pied de page", max_length=160, blank=True, default="")
    mentions = models.JSONField("mentions", default=list)
    saved_by = models.CharField("enregistrée par", max_length=120)
    saved_at = models.DateTimeField("enregistrée le")
    used_since = models.DateTimeField("en service depuis", null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"présentation {self.pk}"
