"""Copies of identity documents: joined to what was seen, looked at under the eyes of the journal, taken back."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from eprouvette.core.errors import EprouvetteError
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.identity import copies
from eprouvette.lab.identity.errors import CopyRefusedError
from eprouvette.web.banner import file_or_404
from eprouvette.web.rights import needs, person
from eprouvette.web.views.patient import done

COPY_POLICY: Final = "default-src 'none'; sandbox; frame-ancestors 'none'"
SUFFIXES: Final = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


@require_POST
@needs(Act.QUALIFY_IDENTITY)
def add(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Join a copy to a document that was seen; which one is never chosen in advance."""
    named, given = request.POST.get("document", ""), request.FILES.get("file")
    patient = file_or_404(patient_id)

    def act() -> str:
        document = next((one for one in copies.copiable(patient) if str(one.pk) == named), None)
        if document is None:
            raise CopyRefusedError(
                "Copie refusée : le document copié n'est pas dit.", hint="Choisir le document copié."
            )
        if given is None:
            raise CopyRefusedError("Copie refusée : aucun fichier n'est joint.", hint="Choisir le fichier numérisé.")
        # One byte beyond the limit is enough to refuse; the rest of a huge file is not read.
        copies.store(document.pk, given.read(copies.MAX_BYTES + 1), actor=person(request).actor)
        return "Copie gardée, chiffrée ; chaque lecture sera au journal."

    return done(request, patient_id, act)


@require_GET
@needs(Act.SEE_IDENTITY_COPY)
def show(request: HttpRequest, copy_id: int) -> HttpResponse:
    """The copy itself, as the bytes that were judged when it was joined."""
    patient_id = _patient_of(copy_id)
    try:
        content, media_type = copies.read(copy_id, actor=person(request).actor)
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
        return redirect("patient", patient_id)
    headers = {
        "Content-Disposition": f'inline; filename="copie-{copy_id}.{SUFFIXES[media_type]}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": COPY_POLICY,
    }
    return HttpResponse(content, content_type=media_type, headers=headers)


@require_POST
@needs(Act.SEE_IDENTITY_COPY)
def remove(request: HttpRequest, copy_id: int) -> HttpResponse:
    """Forget a copy before its time."""

    def act() -> str:
        copies.remove(copy_id, actor=person(request).actor)
        return "Copie effacée."

    return done(request, _patient_of(copy_id), act)


def _patient_of(copy_id: int) -> int:
    found = copies.patient_of(copy_id)
    if found is None:
        raise Http404
    return found
