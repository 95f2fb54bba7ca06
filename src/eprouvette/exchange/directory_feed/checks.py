"""What may be wrong with the copy of the national directory: its settings, its age, what stops it."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - Django's own name
from django.utils import timezone

from eprouvette.exchange.directory_feed import client, queries, rules
from eprouvette.foundation.database.checks import of_rows


@register()
def directory_settings(**_: object) -> Sequence[CheckMessage]:
    """The address is secured and has its key; no directory at all is allowed."""
    url, key = settings.EPROUVETTE_ANNUAIRE_URL, settings.EPROUVETTE_ANNUAIRE_KEY
    found: list[CheckMessage] = []
    if bool(url) != bool(key):
        hint = "Donner ensemble EPROUVETTE_ANNUAIRE_URL et EPROUVETTE_ANNUAIRE_KEY."
        found.append(Error("L'annuaire n'a que son adresse ou que sa clé.", hint=hint, id="eprouvette.annuaire.E001"))
    if url and not url.startswith("https://"):
        hint = "Corriger EPROUVETTE_ANNUAIRE_URL : elle commence par « https:// »."
        found.append(Error("L'adresse de l'annuaire n'est pas chiffrée.", hint=hint, id="eprouvette.annuaire.E002"))
    return found


@of_rows
def directory_copy() -> Sequence[CheckMessage]:
    """The copy is refreshed every night."""
    if not client.is_set():
        return []
    state = queries.state()
    if state.failure and (state.whole_at is None or timezone.now() - state.whole_at > rules.EVERY):
        sentence = "La copie de l'annuaire n'est plus tenue à jour."
        return [Warning(sentence, hint=state.remedy, id="eprouvette.annuaire.W001")]
    if state.whole_at and timezone.now() - state.whole_at > rules.LATE_AFTER:
        sentence = "La copie de l'annuaire a plus de trois jours."
        return [Warning(sentence, hint="Vérifier que « eprouvette worker » est lancé.", id="eprouvette.annuaire.W002")]
    return []
