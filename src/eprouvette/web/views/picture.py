"""Pictures of results: joined to one, looked at, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from eprouvette.core.errors import EprouvetteError
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.results import cultures, pictures
from eprouvette.lab.results.models import Observation
from eprouvette.standards.report.media import MAX_IMAGE_BYTES
from eprouvette.web.rights import needs, person

POLICY = "default-src 'none'; frame-ancestors 'self'"


@require_POST
@needs(Act.ENTER_RESULT)
def join(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Join a picture to the chosen result of the dossier."""
    named, given = request.POST.get("observation", ""), request.FILES.get("file")
    wanted = int(named) if named.isascii() and named.isdigit() else 0
    if not Observation.objects.filter(pk=wanted, dossier_id=dossier_id).exists():
        raise Http404
    if given is None:
        messages.error(request, "Choisir l'image à joindre.")
        return redirect("dossier", dossier_id)
    try:
        # One byte beyond the limit is enough to refuse; the rest of a huge file is not read.
        content = given.read(MAX_IMAGE_BYTES + 1)
        pictures.join(wanted, request.POST.get("label", ""), content, user=person(request))
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, "Image jointe : elle sera au compte rendu ; le résultat est à vérifier.")
    return redirect("dossier", dossier_id)


@require_GET
@needs(Act.SEE_DOSSIER)
def show(request: HttpRequest, picture_id: int) -> HttpResponse:
    """The picture itself."""
    found = cultures.picture(picture_id)
    if found is None:
        raise Http404
    row, content = found
    audit.record(actor=person(request).actor, action="picture.seen", target=f"dossier:{row.observation.dossier_id}")
    return HttpResponse(content, content_type=row.media_type, headers={"Content-Security-Policy": POLICY})


@require_POST
@needs(Act.ENTER_RESULT)
def remove(request: HttpRequest, picture_id: int) -> HttpResponse:
    """Take back a picture."""
    found = cultures.picture(picture_id)
    if found is None:
        raise Http404
    try:
        pictures.remove(picture_id, user=person(request))
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, "Image retirée ; elle n'ira pas au compte rendu.")
    return redirect("dossier", found[0].observation.dossier_id)
