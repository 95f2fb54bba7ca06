"""What may be wrong with identities on a site."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's own name

from eprouvette.foundation.database.checks import of_rows
from eprouvette.lab.identity.models import CogPlace, IdentityCopy
from eprouvette.lab.identity.vault import key_id


@of_rows
def copies() -> Sequence[CheckMessage]:
    """Every copy of an identity document has its key here."""
    here = [key_id(key) for key in settings.EPROUVETTE_IDENTITY_KEYS]
    lost = IdentityCopy.objects.exclude(key_id__in=here).count()
    if not lost:
        return []
    hint = "Remettre l'ancienne clé après la clé en cours dans EPROUVETTE_IDENTITY_KEY_FILE."
    return [
        Error(f"{lost} copie(s) de documents d'identité n'ont plus leur clé.", hint=hint, id="eprouvette.identity.E001")
    ]


@of_rows
def places() -> Sequence[CheckMessage]:
    """The places of birth are loaded."""
    if CogPlace.objects.exists():
        return []
    sentence = "Le code officiel géographique n'est pas chargé : les lieux de naissance ne sont pas proposés."
    return [Warning(sentence, hint="Lancer « eprouvette cog import ».", id="eprouvette.identity.W001")]
