"""What may be wrong with accounts: nobody can validate, or nobody can administer."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.checks import CheckMessage, Warning  # noqa: A004 - Django's own name

from eprouvette.foundation.database.checks import of_rows
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Role


@of_rows
def biologist() -> Sequence[CheckMessage]:
    """An active biologist with an RPPS can validate and sign."""
    if User.objects.filter(role=Role.BIOLOGIST.value, is_active=True).exclude(rpps="").exists():
        return []
    sentence = "Aucun compte de biologiste avec un numéro RPPS : rien ne peut être validé ni signé."
    return [Warning(sentence, hint="Créer le compte nommé d'un biologiste.", id="eprouvette.accounts.W001")]
