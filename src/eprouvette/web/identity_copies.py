"""What the page of a patient shows of the copies of identity documents."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from eprouvette.lab.accounts.queries import name_of
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.identity import copies
from eprouvette.lab.identity.errors import CopyKeyError
from eprouvette.lab.identity.models import Patient
from eprouvette.web.rights import can


def copies_context(request: HttpRequest, patient: Patient) -> dict[str, Any]:
    """The copies, what can be copied, and who may do what; without a key, what to do."""
    lines = copies.copies_of(patient)
    names = {actor: name_of(actor) for actor in {line.stored_by for line in lines}}
    return {
        "copies": [{"line": line, "who": names[line.stored_by]} for line in lines],
        "copiable": copies.copiable(patient),
        "copy_key_remedy": "" if settings.EPROUVETTE_IDENTITY_KEYS else CopyKeyError.hint,
        "may_add_copy": can(request, Act.QUALIFY_IDENTITY),
        "may_see_copy": can(request, Act.SEE_IDENTITY_COPY),
    }
