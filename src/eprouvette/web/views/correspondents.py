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
from eprouvette.lab.directory.errors import UnknownPractitionerError, UnknownProfileError
from eprouvette.lab.directory.rules import REPORT_PROFILES
from eprouvette.web import paging
from eprouvette.web.rights import needs, person

LONGEST_SEARCH = 100


@require_GET
@needs(Act.EDIT_DIRECTORY)
def index(request: HttpRequest) -> HttpResponse:
    """Active professionals by name, fifty a page, narrowed by the start of a name or by an RPPS number."""
    text = request.GET.get("cherche", "").strip()[:LONGEST_SEARCH]
    page = paging.page_of(request)
    lines, total = queries.listed(text, page=page, size=paging.SIZE)
    context = {
        "section": "correspondents",
        "lines": lines,
        "text": text,
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
    kept = {name: request.POST[name] for name in ("cherche", "page") if request.POST.get(name)}
    return redirect(f"{reverse('correspondents')}?{urlencode(kept)}" if kept else reverse("correspondents"))
