"""What may be wrong with the sites of an installation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's own name

from eprouvette.foundation.database.checks import of_rows
from eprouvette.foundation.structures.models import Site

_OID: Final = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]*))+")
_RPPS: Final = re.compile(r"[0-9]{11}")


@of_rows
def sites() -> Sequence[CheckMessage]:
    """There is a site, and it says what reports and mails need of it."""
    rows = list(Site.objects.all())
    if not rows:
        hint = "Décrire le laboratoire avant de recevoir des résultats."
        return [Warning("Aucun site n'est décrit.", hint=hint, id="eprouvette.structures.W001")]
    found: list[CheckMessage] = []
    for site in rows:
        faults = (
            (not _OID.fullmatch(site.oid), "sa racine d'OID n'est pas un OID"),
            (not _RPPS.fullmatch(site.director_rpps), "le RPPS de son directeur n'a pas onze chiffres"),
            (not site.accreditation, "il n'a pas de numéro d'accréditation"),
        )
        for faulty, words in faults:
            if faulty:
                hint = "Corriger la fiche du site : ses comptes rendus le porteraient."
                found.append(Error(f"Site {site.finess} : {words}.", hint=hint, id="eprouvette.structures.E001"))
    return found
