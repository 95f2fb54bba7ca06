"""Patients: every trait in its own field (REQ-INS-06), the INS with its authority, the status, and what led to it."""

from __future__ import annotations

from typing import Final

from django.db import models

from eprouvette.core.ins import Ins
from eprouvette.lab.identity.rules import DOCUMENTS, EXEMPTION_SENTENCES, STATUS_LABELS, Exemption, Standing, Status

WITH_INS: Final = (Status.RETRIEVED.value, Status.QUALIFIED.value)


def _key(size: int) -> models.CharField[str, str]:
    """A column of search: capitals without accents, in the order of their bytes, so that its B-tree serves prefixes."""
    return models.CharField(max_length=size, blank=True, default="", db_collation="C")


class Patient(models.Model):
    """A person examined by the laboratory.

    ``birth_given_names`` is the whole list, blank-separated; ``birth_date`` is what is known, ``AAAA``, ``AAAAMM`` or
    ``AAAAMMJJ`` (`births.exchanged` gives the complete form); used names are empty unless the person said that they
    differ. The ``search_*`` columns are folded (`directory.rules.search_key`), the ``sound_*`` ones are heard
    (`names.sound_of`). The INS is stored with its OID, and only while INSi stands behind it; one living file an INS
    (REQ-INS-14). A file that was merged is closed and names the one that was kept.
    """

    ipp = models.CharField("IPP", max_length=20, unique=True)
    birth_family_name = models.CharField("nom de naissance", max_length=100)
    birth_given_names = models.CharField("prénoms de naissance", max_length=200)
    first_given_name = models.CharField("premier prénom de naissance", max_length=100)
    sex = models.CharField("sexe", max_length=2, choices=[("F", "féminin"), ("M", "masculin"), ("UN", "indéterminé")])
    birth_date = models.CharField("date de naissance", max_length=8)
    birth_date_note = models.CharField("ce qui en est supposé", max_length=12, blank=True, default="")
    birth_place_cog = models.CharField("code du lieu de naissance", max_length=5, blank=True, default="")
    birth_place_name = models.CharField("lieu de naissance", max_length=100, blank=True, default="")
    birth_rank = models.CharField("rang de naissance (naissance multiple)", max_length=1, blank=True, default="")
    used_family_name = models.CharField("nom utilisé", max_length=100, blank=True, default="")
    used_given_name = models.CharField("prénom utilisé", max_length=100, blank=True, default="")
    ins_value = models.CharField("matricule INS", max_length=15, blank=True, default="")
    ins_oid = models.CharField("OID de l'INS", max_length=64, blank=True, default="")
    ins_received_from = models.CharField("source de l'INS", max_length=40, blank=True, default="")
    ins_since = models.DateTimeField("INS reçue ou vérifiée le", null=True, blank=True)
    status = models.CharField(
        "statut de l'identité",
        max_length=12,
        choices=[(status.value, label) for status, label in STATUS_LABELS.items()],
        default=Status.PROVISIONAL.value,
    )
    homonym = models.BooleanField("homonyme", default=False)
    doubtful = models.BooleanField("douteuse", default=False)
    fictitious = models.BooleanField("fictive", default=False)
    insi_exemption = models.CharField(
        "sans appel d'INSi",
        max_length=12,
        blank=True,
        default="",
        choices=[(exemption.value, label) for exemption, label in EXEMPTION_SENTENCES.items()],
    )
    document_type = models.CharField("type de pièce d'identité", max_length=30, blank=True, default="")
    evidence = models.CharField("justification du statut", max_length=200, blank=True, default="")
    address_line = models.CharField("adresse", max_length=200, blank=True, default="")
    postal_code = models.CharField("code postal", max_length=10, blank=True, default="")
    city = models.CharField("commune", max_length=100, blank=True, default="")
    phone = models.CharField("téléphone", max_length=20, blank=True, default="")
    email = models.EmailField("adresse électronique", max_length=254, blank=True, default="")
    contact_name = models.CharField("personne à prévenir", max_length=120, blank=True, default="")
    contact_phone = models.CharField("téléphone de la personne à prévenir", max_length=20, blank=True, default="")
    deceased_at = models.DateTimeField("décès", null=True, blank=True)
    last_visit_at = models.DateTimeField("dernier passage", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_files", db_index=False
    )
    search_birth_name = _key(100)
    search_used_name = _key(100)
    search_first_name = _key(100)
    search_used_given = _key(100)
    sound_birth_name = _key(40)
    sound_used_name = _key(40)
    sound_first_name = _key(40)
    created_at = models.DateTimeField("créé le")

    class Meta:
        """One INS per domain; searches by birth date, by the start of a name, by its sound."""

        constraints = [
            models.UniqueConstraint(
                fields=["ins_value"],
                condition=~models.Q(ins_value="") & models.Q(merged_into__isnull=True),
                name="ins_once",
            ),
            models.CheckConstraint(
                condition=models.Q(ins_value="", ins_oid="") | (~models.Q(ins_value="") & ~models.Q(ins_oid="")),
                name="ins_with_its_oid",
            ),
            models.CheckConstraint(
                condition=models.Q(ins_value="", status__in=["provisoire", "validee"])
                | (~models.Q(ins_value="") & models.Q(status__in=WITH_INS)),
                name="ins_with_its_status",
            ),
            models.CheckConstraint(
                condition=models.Q(doubtful=False, fictitious=False)
                | (models.Q(status="provisoire") & (models.Q(doubtful=False) | models.Q(fictitious=False))),
                name="doubt_keeps_provisional",
            ),
        ]
        indexes = [
            models.Index(fields=["birth_date", "search_birth_name"], name="patient_birth"),
            models.Index(fields=["search_birth_name", "search_first_name"], name="patient_name"),
            models.Index(
                fields=["search_used_name", "search_first_name"],
                condition=~models.Q(search_used_name=""),
                name="patient_used",
            ),
            models.Index(
                fields=["search_used_given", "search_birth_name"],
                condition=~models.Q(search_used_given=""),
                name="patient_used_given",
            ),
            models.Index(fields=["sound_birth_name", "sound_first_name"], name="patient_sound"),
            models.Index(
                fields=["sound_used_name", "sound_first_name"],
                condition=~models.Q(sound_used_name=""),
                name="patient_used_sound",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(doubtful=True) | models.Q(homonym=True),
                name="patient_attribute",
            ),
            models.Index(fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="patient_merged"),
        ]

    def __str__(self) -> str:
        return f"patient {self.pk}"

    @property
    def ins(self) -> Ins | None:
        """The INS of the file whatever the status; what leaves is decided by `rules.ins_to_send`."""
        return Ins(self.ins_value, self.ins_oid) if self.ins_value else None

    @property
    def standing(self) -> Standing:
        """Status, INS and attributes, as the rules take them."""
        return Standing(Status(self.status), self.ins, self.homonym, self.doubtful, self.fictitious)

    @property
    def exemption(self) -> Exemption:
        """Why INSi is not called for this person, if it is not."""
        return Exemption(self.insi_exemption)


class InsRecord(models.Model):
    """An INS that a file has or had, as its source gave it: INSi's history, a document scanned, another system."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="ins_records")
    value = models.CharField("matricule", max_length=15, db_index=True)
    oid = models.CharField("OID", max_length=64)
    source = models.CharField("source", max_length=40)
    key_valid = models.BooleanField("clé juste", default=True)
    valid_from = models.CharField("valable du", max_length=10, blank=True, default="")
    valid_to = models.CharField("valable jusqu'au", max_length=10, blank=True, default="")
    taken_at = models.DateTimeField("pris le")
    ended_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"INS {self.pk}"


class IdentityDocument(models.Model):
    """An identity document that somebody saw: its type says its level of trust (REQ-INS-15)."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField("type", max_length=30, choices=list(DOCUMENTS.items()))
    high_trust = models.BooleanField("haut niveau de confiance")
    expires_on = models.DateField("fin de validité", null=True, blank=True)
    seen_at = models.DateTimeField("vu le")
    seen_by = models.CharField("vu par", max_length=80)

    class Meta:
        """Newest first."""

        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"document {self.pk}"


class IdentityEvent(models.Model):
    """One change of an identity: who, when, what before and after. Patient data: never in a log nor in the journal."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField("acte", max_length=30)
    actor = models.CharField("auteur", max_length=80)
    at = models.DateTimeField("le")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone_at = models.DateTimeField("défait le", null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"acte {self.pk}"


class IdentityCopy(models.Model):
    """The encrypted copy of an identity document (REQ-INS-16).

    The bytes are in a folder of their own, named by the SHA-256 of the ciphertext; the key is outside of the database.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="copies")
    document = models.ForeignKey(IdentityDocument, on_delete=models.PROTECT, related_name="copies")
    digest = models.CharField(max_length=64, unique=True)
    key_id = models.CharField(max_length=16)
    label = models.UUIDField(unique=True)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    stored_at = models.DateTimeField()
    stored_by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"copie {self.pk}"


class Alias(models.Model):
    """An IPP that a merge closed, and the file that answers for it; never given again."""

    ipp = models.CharField("IPP", max_length=20, unique=True)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="aliases")
    since = models.DateTimeField("depuis")

    def __str__(self) -> str:
        return self.ipp


class IdentityWatch(models.Model):
    """A line of the identity work list (`watches`): the sentence holds no trait."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="watches")
    kind = models.CharField("motif", max_length=12)
    sentence = models.CharField("ce qui est à examiner", max_length=300)
    source = models.CharField("émetteur", max_length=80)
    at = models.DateTimeField("depuis")
    closed_at = models.DateTimeField("examiné le", null=True, blank=True)
    closed_by = models.CharField("examiné par", max_length=80, blank=True, default="")

    class Meta:
        """What is open is read in order."""

        indexes = [models.Index(fields=["at"], condition=models.Q(closed_at__isnull=True), name="watch_open")]

    def __str__(self) -> str:
        return f"identité à examiner {self.pk}"


class CogPlace(models.Model):
    """A place of birth during the time when its code had that name; empty bounds are open (`places.Period`)."""

    code = models.CharField(max_length=5)
    name = models.CharField(max_length=100)
    search_name = _key(100)
    start = models.CharField(max_length=10, blank=True, default="")
    end = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        """A code begins once on a day; searched by the start of a name."""

        constraints = [models.UniqueConstraint(fields=["code", "start"], name="place_once")]
        indexes = [models.Index(fields=["search_name", "code"], name="place_name")]

    def __str__(self) -> str:
        return self.code


class NumberSeries(models.Model):
    """The last number given in a series (IPP, dossiers of a day)."""

    name = models.CharField(max_length=60, unique=True)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
