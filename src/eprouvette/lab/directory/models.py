"""What is known of professionals outside of the laboratory: its own correspondents, and the copy of the directory.

The copy (`Professional`, `Role`, `Structure`, `Mailbox`) holds what the national directory says, under its business
numbers; ``ref`` columns are the technical ids of the directory, which link its rows and are written anew each time.
"""

from __future__ import annotations

from django.db import models

from eprouvette.lab.directory.rules import DEFAULT_PROFILE


class Practitioner(models.Model):
    """A health professional, by RPPS number: who prescribes, treats, samples or gets a copy.

    ``search_name`` is the folded family name. ``structure_id`` is the national identifier of the
    practice (``1`` + FINESS or ``3`` + SIRET), empty when unknown. ``report_profile`` is the version of CR-BIO in
    which reports are sent to this person. ``mss_confirmed_at`` and ``mss_confirmed_by``: a person chose this mailbox;
    ``mss_gone_at``: the national directory had it and has it no more.
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
    favourite = models.BooleanField("favori", default=False)
    mss_confirmed_at = models.DateTimeField("adresse confirmée le", null=True, blank=True)
    mss_confirmed_by = models.CharField("adresse confirmée par", max_length=100, blank=True, default="")
    mss_gone_at = models.DateTimeField("adresse disparue le", null=True, blank=True)

    class Meta:
        """Practitioners read in the order of their names."""

        ordering = ["-favourite", "search_name", "given_name", "pk"]

    def __str__(self) -> str:
        return f"{self.title} {self.family_name} {self.given_name}".strip()


class Structure(models.Model):
    """A structure of the national directory, by national identifier (``1`` + FINESS or ``3`` + SIRET)."""

    national_id = models.CharField(max_length=40, unique=True)
    ref = models.CharField(max_length=64, db_index=True)
    name = models.CharField("nom", max_length=200, blank=True, default="")
    sector = models.CharField("secteur", max_length=40, blank=True, default="")
    address_line = models.CharField("adresse", max_length=200, blank=True, default="")
    postal_code = models.CharField("code postal", max_length=10, blank=True, default="")
    city = models.CharField("commune", max_length=100, blank=True, default="")
    search_city = models.CharField(max_length=100, blank=True, default="", db_index=True)
    phone = models.CharField("téléphone", max_length=20, blank=True, default="")
    active = models.BooleanField("en activité", default=True)


class Professional(models.Model):
    """A professional of the national directory, by RPPS (or national identifier for who has none)."""

    number = models.CharField("numéro", max_length=40, unique=True)
    ref = models.CharField(max_length=64, db_index=True)
    family_name = models.CharField("nom d'exercice", max_length=100, blank=True, default="")
    given_name = models.CharField("prénom d'exercice", max_length=100, blank=True, default="")
    search_name = models.CharField(max_length=201, blank=True, default="", db_index=True)
    civility = models.CharField("civilité", max_length=4, blank=True, default="")
    title = models.CharField("titre", max_length=2, blank=True, default="")
    profession = models.CharField("profession", max_length=40, blank=True, default="")
    specialty = models.CharField("spécialité", max_length=40, blank=True, default="")
    active = models.BooleanField("en activité", default=True)

    class Meta:
        """Professionals read in the order of their names."""

        ordering = ["search_name", "pk"]


class Role(models.Model):
    """What a professional does in a structure, by the number that the directory gives to it."""

    number = models.CharField("numéro", max_length=64, unique=True)
    professional_ref = models.CharField(max_length=64, db_index=True)
    structure_ref = models.CharField(max_length=64, blank=True, default="", db_index=True)
    active = models.BooleanField("en activité", default=True)


class Mailbox(models.Model):
    """A mailbox of the national directory. ``holder`` is the kind and number of who has it (``professional:1000…``).

    A mailbox that the directory has no more is kept, with the moment when that was seen.
    """

    holder = models.CharField("titulaire", max_length=80)
    address = models.CharField("adresse", max_length=254)
    search_address = models.CharField(max_length=254, db_index=True)
    type = models.CharField("type", max_length=3, blank=True, default="")
    description = models.CharField("description", max_length=200, blank=True, default="")
    service = models.CharField("service", max_length=200, blank=True, default="")
    dematerialised = models.BooleanField("zéro papier", null=True, default=None)
    red_list = models.BooleanField("liste rouge", default=False)
    gone_at = models.DateTimeField("disparue le", null=True, blank=True)

    class Meta:
        """A holder has an address once."""

        constraints = [models.UniqueConstraint(fields=["holder", "search_address"], name="directory_mailbox_once")]
