"""Two files of one person: side by side, said in large, then one; and two again when that was wrong (REQ-INS-22)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from eprouvette.core.errors import EprouvetteError
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.identity import merging
from eprouvette.lab.identity import queries as identity
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.search import Criteria, find
from eprouvette.lab.orders import queries as orders
from eprouvette.web.banner import file_or_404, file_or_redirect
from eprouvette.web.rights import needs, person

ROWS = (
    ("IPP", "ipp"),
    ("Nom de naissance", "birth_family_name"),
    ("Nom utilisé", "used_family_name"),
    ("1er prénom", "first_given_name"),
    ("Prénom utilisé", "used_given_name"),
    ("Prénoms", "birth_given_names"),
    ("Sexe", "sex_label"),
    ("Né(e) le", "birth_date"),
    ("Lieu de naissance", "birth_place"),
    ("Identité", "status_label"),
    ("INS qualifiée", "ins"),
)


@require_POST
@needs(Act.MERGE_PATIENTS)
def choose(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Find the other file by its IPP, then show both."""
    file_or_404(patient_id)
    found = find(Criteria(ipp=request.POST.get("ipp", "").strip() or "-"), limit=1)
    if not found:
        messages.error(request, "Aucun dossier patient ne porte cet IPP. Le rechercher depuis l'accueil.")
        return redirect("patient", patient_id)
    return redirect("merge_patients", patient_id, found[0].patient.pk)


@require_http_methods(["GET", "POST"])
@needs(Act.MERGE_PATIENTS)
def show(request: HttpRequest, keep_id: int, lose_id: int) -> HttpResponse:
    """Both files with what differs and what will move; then, asked, close the second into the first."""
    keep, lose = file_or_redirect(request, keep_id), file_or_redirect(request, lose_id)
    if isinstance(keep, HttpResponse):
        return keep
    if isinstance(lose, HttpResponse):
        return lose
    if request.method == "GET":
        return render(request, "web/merge.html", _context(keep, lose))
    try:
        merging.merge(keep_id, lose_id, actor=person(request).actor)
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
        return redirect("merge_patients", keep_id, lose_id)
    messages.success(
        request, f"{lose.ipp} est fermé : ses demandes et ses documents sont ici. La fusion se défait plus bas."
    )
    return redirect("patient", keep_id)


@require_POST
@needs(Act.MERGE_PATIENTS)
def undo(request: HttpRequest, lose_id: int) -> HttpResponse:
    """Open a closed file again, with what it had brought."""
    file_or_404(lose_id)
    try:
        reopened = merging.unmerge(lose_id, actor=person(request).actor)
    except EprouvetteError as error:
        messages.error(request, f"{error.message} {error.hint}")
        return redirect("patient", lose_id)
    messages.success(request, f"Fusion défaite : {reopened.ipp} est rouvert avec ce qu'il avait apporté.")
    return redirect("patient", lose_id)


def _context(keep: Patient, lose: Patient) -> dict[str, Any]:
    left, right = identity.banner(keep), identity.banner(lose)
    rows = [
        {
            "label": label,
            "left": getattr(left, name),
            "right": getattr(right, name),
            "same": getattr(left, name) == getattr(right, name),
        }
        for label, name in ROWS
    ]
    return {
        "section": "reception",
        "keep": left,
        "lose": right,
        "rows": rows,
        "kept_dossiers": orders.of_patient(keep.pk),
        "lost_dossiers": orders.of_patient(lose.pk),
        "lost_documents": lose.documents.count(),
    }
