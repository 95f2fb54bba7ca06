"""What is known of a professional outside of the laboratory."""

from __future__ import annotations

from django.db import models

from eprouvette.lab.directory.rules import DEFAULT_PROFILE


class Practitioner(models.Model):
    """A health professional, by RPPS number: who prescribes, treats, samples or gets a copy.

    ``search_name`` is the folded family name. ``structure_id`` is the national identifier of the
    practice (``1`` + FINESS or ``3`` + SIRET), empty when unknown. ``report_profile`` is the version of CR-BIO in
    which reports are sent to this person.
    """

    rpps = models.CharField("numéro RPPS", max_length=11, unique=True)
    civility = models.CharField("civilité", max_length=3, blank=True, default="")
    title = models.CharField("titre", max_length=2, blank=True, default="")
    family_name = models.CharField("nom d'exercice", max_length=100)
    given_name = models.CharField("prénom d'exercice", max_length=100, blank=True, default="")
    search_name = models.CharField(max_length=100, db_index=True)
    specialty_code = models.CharField("spécialité", max_length=30)
    specialty_label = models.CharField("libellé de la spécialité", max_length=200)
    address_line = models.CharField("adresse", max_length=200, blank=True, default="")
    postal_code = models.CharField("code postal", max_length=10, blank=True, default="")
    city = models.CharField("commune", max_length=100, blank=True, default="")
    phone = models.CharField("téléphone", max_length=20, blank=True, default="")
    mss_address = models.EmailField("adresse MSSanté", max_length=254, blank=True, default="")
    structure_id = models.CharField("identifiant de la structure", max_length=15, blank=True, default="")
    structure_name = models.CharField("structure", max_length=200, blank=True, default="")
    active = models.BooleanField("en activité", default=True)
    report_profile = models.CharField("profil du compte rendu", max_length=8, default=DEFAULT_PROFILE)

    class Meta:
        """Practitioners read in the order of their names."""

        ordering = ["search_name", "given_name", "pk"]

    def __str__(self) -> str:
        return f"{self.title} {self.family_name} {self.given_name}".strip()
