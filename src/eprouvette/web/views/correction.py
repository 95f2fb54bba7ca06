"""Correcting a report that left, from the page of its dossier."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from eprouvette.core.errors import EprouvetteError
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.orders.errors import UnknownDossierError
from eprouvette.lab.validation import corrections, services
from eprouvette.web.rights import needs, person


@require_POST
@needs(Act.RELEASE_REPORT)
def correct(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Open the dossier again and give one exam another value; the new version is released as the first was."""
    fields = {name: request.POST.get(name, "") for name in ("exam", "value", "reason")}
    try:
        corrections.correct(
            dossier_id, fields["reason"], user=person(request), exam_code=fields["exam"], value=fields["value"]
        )
    except UnknownDossierError as error:
        raise Http404 from error
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, "Correction enregistrée : vérifier, valider, puis libérer la nouvelle version.")
    return redirect("dossier", dossier_id)


@require_POST
@needs(Act.RELEASE_REPORT)
def close(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Close a correction that changes nothing in the end."""
    try:
        preview = services.preview_release(dossier_id)
        corrections.close(dossier_id, changed=bool(preview.changes) or preview.report is None, user=person(request))
    except UnknownDossierError as error:
        raise Http404 from error
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, "Correction close : la version libérée reste valable.")
    return redirect("dossier", dossier_id)
