"""Patients: every trait in its own field (REQ-INS-06), the INS with its authority, the status."""

from __future__ import annotations

from django.db import models

from eprouvette.core.ins import Ins
from eprouvette.lab.identity.rules import STATUS_LABELS, Status


class Patient(models.Model):
    """A person examined by the laboratory.

    ``birth_given_names`` is the whole list, blank-separated; ``birth_date`` is ``AAAA``, ``AAAAMM`` or
    ``AAAAMMJJ``; used names are empty unless the person said that they differ. The ``search_*`` columns
    are folded (`directory.rules.search_key`). The INS is stored with its OID or not at all; one patient an INS
    (REQ-INS-14).
    """

    ipp = models.CharField("IPP", max_length=20, unique=True)
    birth_family_name = models.CharField("nom de naissance", max_length=100)
    birth_given_names = models.CharField("prénoms de naissance", max_length=200)
    first_given_name = models.CharField("premier prénom de naissance", max_length=100)
    sex = models.CharField("sexe", max_length=2, choices=[("F", "féminin"), ("M", "masculin"), ("UN", "indéterminé")])
    birth_date = models.CharField("date de naissance", max_length=8)
    birth_place_cog = models.CharField("code du lieu de naissance", max_length=5, blank=True, default="")
    birth_place_name = models.CharField("lieu de naissance", max_length=100, blank=True, default="")
    used_family_name = models.CharField("nom utilisé", max_length=100, blank=True, default="")
    used_given_name = models.CharField("prénom utilisé", max_length=100, blank=True, default="")
    ins_value = models.CharField("matricule INS", max_length=15, blank=True, default="")
    ins_oid = models.CharField("OID de l'INS", max_length=64, blank=True, default="")
    status = models.CharField(
        "statut de l'identité",
        max_length=12,
        choices=[(status.value, label) for status, label in STATUS_LABELS.items()],
        default=Status.PROVISIONAL.value,
    )
    document_type = models.CharField("type de pièce d'identité", max_length=30, blank=True, default="")
    evidence = models.CharField("justification du statut", max_length=200, blank=True, default="")
    address_line = models.CharField("adresse", max_length=200, blank=True, default="")
    postal_code = models.CharField("code postal", max_length=10, blank=True, default="")
    city = models.CharField("commune", max_length=100, blank=True, default="")
    phone = models.CharField("téléphone", max_length=20, blank=True, default="")
    email = models.EmailField("adresse électronique", max_length=254, blank=True, default="")
    deceased_at = models.DateTimeField("décès", null=True, blank=True)
    search_birth_name = models.CharField(max_length=100)
    search_used_name = models.CharField(max_length=100, blank=True, default="")
    search_first_name = models.CharField(max_length=100)
    search_used_given = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField("créé le")

    class Meta:
        """One INS per domain; searches by birth date and the start of a name."""

        constraints = [
            models.UniqueConstraint(fields=["ins_value"], condition=~models.Q(ins_value=""), name="ins_once"),
            models.CheckConstraint(
                condition=models.Q(ins_value="", ins_oid="") | (~models.Q(ins_value="") & ~models.Q(ins_oid="")),
                name="ins_with_its_oid",
            ),
        ]
        indexes = [
            models.Index(fields=["birth_date", "search_birth_name"], name="patient_birth"),
            models.Index(fields=["search_birth_name"], name="patient_name", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["search_used_name"], name="patient_used", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return f"patient {self.pk}"

    @property
    def ins(self) -> Ins | None:
        """The INS of the file whatever the status; what leaves is decided by `rules.ins_to_send`."""
        return Ins(self.ins_value, self.ins_oid) if self.ins_value else None


class NumberSeries(models.Model):
    """The last number given in a series (IPP, dossiers of a day)."""

    name = models.CharField(max_length=60, unique=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
