"""The professionals to whom the laboratory writes, and in which version of the report."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.directory import queries, services
from eprouvette.lab.directory.errors import UnknownAddressError, UnknownPractitionerError, UnknownProfileError
from eprouvette.lab.directory.rules import REPORT_PROFILES
from eprouvette.web import paging
from eprouvette.web.rights import needs, person

LONGEST_SEARCH = 100
FILTERS: dict[str, queries.Filter] = {"favoris": "favourite", "obsoletes": "gone", "a_confirmer": "unconfirmed"}


@require_GET
@needs(Act.EDIT_DIRECTORY)
def index(request: HttpRequest) -> HttpResponse:
    """Active professionals by name, favourites first, fifty a page, narrowed by the start of a name, an RPPS number,
    or to what a person should see: addresses that have left the national directory, or that nobody confirmed.
    """
    text = request.GET.get("cherche", "").strip()[:LONGEST_SEARCH]
    page = paging.page_of(request)
    seen = request.GET.get("voir", "")
    seen = seen if seen in FILTERS else ""
    lines, total = queries.listed(text, kept=FILTERS.get(seen, ""), page=page, size=paging.SIZE)
    to_see = queries.addresses_to_see()
    context = {
        "section": "correspondents",
        "lines": lines,
        "text": text,
        "seen": seen,
        "gone": to_see["gone"],
        "unconfirmed": to_see["unconfirmed"],
        "profiles": list(REPORT_PROFILES),
        **paging.context(request, page, total),
    }
    return render(request, "web/correspondents.html", context)


@require_POST
@needs(Act.EDIT_DIRECTORY)
def set_profile(request: HttpRequest, practitioner_id: int) -> HttpResponse:
    """Choose the version in which one professional is sent reports."""
    try:
        row = services.set_report_profile(practitioner_id, request.POST.get("profile", ""), actor=person(request).actor)
    except UnknownPractitionerError as error:
        raise Http404 from error
    except UnknownProfileError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, f"Les prochains comptes rendus partent à ce correspondant en {row.report_profile}.")
    return _back(request)


@require_POST
@needs(Act.EDIT_DIRECTORY)
def set_favourite(request: HttpRequest, practitioner_id: int) -> HttpResponse:
    """Show one professional first, or no more."""
    wanted = request.POST.get("favourite") == "1"
    try:
        services.set_favourite(practitioner_id, favourite=wanted, actor=person(request).actor)
    except UnknownPractitionerError as error:
        raise Http404 from error
    return _back(request)


@require_POST
@needs(Act.EDIT_DIRECTORY)
def confirm(request: HttpRequest, practitioner_id: int) -> HttpResponse:
    """Say that the address in use was given by its holder."""
    try:
        services.confirm_declared(practitioner_id, request.POST.get("address", ""), actor=person(request).actor)
    except UnknownPractitionerError as error:
        raise Http404 from error
    except UnknownAddressError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        messages.success(request, "Cette adresse est confirmée.")
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """The list as it was narrowed."""
    kept = {name: request.POST[name] for name in ("cherche", "voir", "page") if request.POST.get(name)}
    return redirect(f"{reverse('correspondents')}?{urlencode(kept)}" if kept else reverse("correspondents"))
