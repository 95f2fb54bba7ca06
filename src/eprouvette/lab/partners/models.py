"""What subcontracting laboratories sent."""

from __future__ import annotations

from django.db import models

from eprouvette.lab.accounts.models import User
from eprouvette.lab.orders.models import Dossier


class PartnerReport(models.Model):
    """A report received for a dossier: its bytes, who made it, how much of it became results.

    ``cda`` and ``pdf`` are digests of stored documents, empty when there is none. ``laboratory_id`` is the national
    identifier of the structure (``1`` + FINESS).
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="partner_reports")
    title = models.CharField("titre", max_length=120)
    laboratory_name = models.CharField("laboratoire", max_length=200)
    laboratory_id = models.CharField("identifiant du laboratoire", max_length=20)
    performed_at = models.DateTimeField("réalisé le")
    cda = models.CharField("empreinte du CDA", max_length=64, blank=True, default="")
    pdf = models.CharField("empreinte du PDF", max_length=64, blank=True, default="")
    taken = models.PositiveIntegerField("résultats repris", default=0)
    others = models.JSONField("résultats non demandés", default=list)
    received_at = models.DateTimeField("reçu le")
    received_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="partner_reports")

    class Meta:
        """Oldest first; the same bytes once in a dossier."""

        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "cda", "pdf"], name="partner_report_once"),
        ]

    def __str__(self) -> str:
        return f"compte rendu sous-traité {self.pk}"
