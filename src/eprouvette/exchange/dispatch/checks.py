"""What may be wrong with the ways out: services not set, channels stopped, official rules absent or late."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's own name
from django.utils import timezone

from eprouvette.exchange.dispatch.judging import LATE_AFTER, pack_folder
from eprouvette.exchange.dispatch.models import JudgeStatus, StoppedChannel
from eprouvette.foundation.database.checks import of_rows


@register()
def services(**_: object) -> Sequence[CheckMessage]:
    """The services have an address, and the DMP's is secured."""
    found: list[CheckMessage] = []
    for name, words in (("EPROUVETTE_DMP_URL", "Le DMP"), ("EPROUVETTE_SMTP", "L'opérateur MSSanté")):
        if not getattr(settings, name):
            sentence = f"{words} n'a pas d'adresse : ses envois attendront."
            found.append(Warning(sentence, hint=f"Donner {name}.", id="eprouvette.dispatch.W001"))
    if settings.EPROUVETTE_DMP_URL and not settings.EPROUVETTE_DMP_URL.startswith("https://"):
        hint = "Corriger EPROUVETTE_DMP_URL : elle commence par « https:// »."
        found.append(Error("L'adresse du DMP n'est pas sécurisée.", hint=hint, id="eprouvette.dispatch.E001"))
    return found


@register()
def official_rules(**_: object) -> Sequence[CheckMessage]:
    """An official pack is installed; without one, reports are marked "not judged"."""
    if pack_folder() is not None:
        return []
    sentence = "Aucun pack officiel : les comptes rendus partent sans contrôle par les règles de l'ANS."
    hint = "Installer le pack TestContenuCDA-3-0 par « eprouvette pack install »."
    return [Warning(sentence, hint=hint, id="eprouvette.dispatch.W002")]


@of_rows
def judge() -> Sequence[CheckMessage]:
    """With a pack, the judge is alive: reports wait for it."""
    if pack_folder() is None:
        return []
    seen = JudgeStatus.objects.filter(seen_at__gte=timezone.now() - LATE_AFTER)
    if seen.exists():
        return []
    sentence = "Le juge ne répond pas : les comptes rendus l'attendent."
    return [Error(sentence, hint="Lancer « eprouvette judge ».", id="eprouvette.dispatch.E002")]


@of_rows
def channels() -> Sequence[CheckMessage]:
    """No channel is stopped by a fault of configuration."""
    return [
        Error(
            f"Le canal « {row.channel} » est arrêté : {row.text}",
            hint=row.remedy or "Corriger la configuration, puis reprendre le canal à la page des envois.",
            id="eprouvette.dispatch.E003",
        )
        for row in StoppedChannel.objects.all()
    ]
