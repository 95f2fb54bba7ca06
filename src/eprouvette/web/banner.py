"""The identity banner: the traits that RNIV wants on every patient page, with the status and its mark."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from eprouvette.lab.identity import queries as identity
from eprouvette.lab.identity.errors import UnknownPatientError
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.queries import Banner

TONES: Final = {"qualifiee": ("✓", "done"), "validee": ("◐", "waiting"), "recuperee": ("◑", "waiting")}


def banner_context(banner: Banner) -> dict[str, Any]:
    """The banner with the mark and colour token of its status."""
    mark, tone = TONES.get(banner.status, ("○", "attention"))
    return {"banner": banner, "status_mark": mark, "status_tone": tone}


def file_or_404(patient_id: int) -> Patient:
    """The file, closed ones included."""
    try:
        return identity.get(patient_id)
    except UnknownPatientError as error:
        raise Http404 from error


def file_or_redirect(request: HttpRequest, patient_id: int) -> Patient | HttpResponse:
    """The file; for one that a merge closed, the way to the one that was kept."""
    file = file_or_404(patient_id)
    if file.merged_into_id is None:
        return file
    messages.info(request, f"{file.ipp} a été fusionné : voici le dossier patient conservé.")
    return redirect("patient", identity.survivor(patient_id).pk)
