"""What the top bar shows on every page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from eprouvette import __version__
from eprouvette.exchange.dispatch import queries as dispatch
from eprouvette.exchange.identities import queries as identities
from eprouvette.exchange.intake import queries as intake
from eprouvette.foundation.structures.models import Site
from eprouvette.lab.accounts.rules import Act
from eprouvette.web.rights import can

PROFILES = {
    "simulator": "démonstration, services nationaux simulés",
    "test": "environnement d'essai",
    "production": "production",
}


def bar(request: HttpRequest) -> dict[str, Any]:
    """Laboratory, version, what waits for a person, what the signed-in person may open."""
    common = {"version": __version__, "profile_label": PROFILES[settings.EPROUVETTE_PROFILE]}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return common
    site = Site.objects.only("name").order_by("pk").first()
    may_see = can(request, Act.SEE_DOSSIER)
    return {
        **common,
        "site_name": site.name if site else "",
        "to_handle": dispatch.needing_a_person(),
        "parked": intake.parked_count(),
        "watched": identities.watched_count() if may_see else 0,
        "may_see_patients": may_see,
        "may_register": can(request, Act.CREATE_DOSSIER),
        "may_edit_directory": can(request, Act.EDIT_DIRECTORY),
        "may_dress": can(request, Act.EDIT_REPORT_STYLE),
    }
