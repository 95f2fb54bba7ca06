"""What may be wrong with the questions to INSi; certificates and address are checked by `foundation.trust`."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's own name

from eprouvette.exchange.identities.models import PAUSED, STOPPED, Confirmation, VerificationRun
from eprouvette.foundation.database.checks import of_rows


@register()
def service(**_: object) -> Sequence[CheckMessage]:
    """INSi has an address and an authorisation number; a card is read from a file in the simulator alone."""
    found: list[CheckMessage] = []
    if not settings.EPROUVETTE_INSI_URL:
        sentence = "INSi n'a pas d'adresse : aucune INS ne peut être récupérée ni vérifiée."
        found.append(Warning(sentence, hint="Donner EPROUVETTE_INSI_URL.", id="eprouvette.identities.W001"))
    elif not settings.EPROUVETTE_INSI_APPROVAL:
        sentence = "Le numéro d'autorisation d'INSi manque : toutes les questions seront refusées."
        hint = "Donner EPROUVETTE_INSI_APPROVAL : le numéro délivré par le CNDA."
        found.append(Error(sentence, hint=hint, id="eprouvette.identities.E001"))
    if settings.EPROUVETTE_VITALE_READER and settings.EPROUVETTE_PROFILE == "production":
        sentence = "Le lecteur de carte Vitale est un fichier : il ne sert qu'aux essais."
        hint = "Retirer EPROUVETTE_VITALE_READER."
        found.append(Error(sentence, hint=hint, id="eprouvette.identities.E002"))
    return found


@of_rows
def verification() -> Sequence[CheckMessage]:
    """No verification waits for a person."""
    return [
        Error(f"La vérification des INS est arrêtée : {run.sentence}", hint=run.remedy, id="eprouvette.identities.E003")
        for run in VerificationRun.objects.filter(state=PAUSED, resume_at=None)
    ]


@of_rows
def confirmations() -> Sequence[CheckMessage]:
    """No received INS waits for a person to put INSi in order."""
    count = Confirmation.objects.filter(state=STOPPED).count()
    if not count:
        return []
    sentence = f"{count} INS reçues d'un partenaire de confiance attendent qu'INSi soit réglé."
    hint = "Régler INSi, puis lancer « eprouvette identity confirm » ; la liste « reçues, à examiner » dit la cause."
    return [Error(sentence, hint=hint, id="eprouvette.identities.E004")]
