"""The copy of the national directory: who is there, and which mailbox a person chooses and confirms."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from eprouvette.exchange.directory_feed import queries as feed
from eprouvette.lab.accounts.queries import name_of
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.directory import national_queries, services
from eprouvette.lab.directory.errors import DirectoryError, UnknownPractitionerError
from eprouvette.web import paging
from eprouvette.web.rights import needs, person

LONGEST_SEARCH = 100


@require_GET
@needs(Act.EDIT_DIRECTORY)
def index(request: HttpRequest) -> HttpResponse:
    """Professionals of the copy, by name or RPPS number, and by town."""
    text = request.GET.get("cherche", "").strip()[:LONGEST_SEARCH]
    city = request.GET.get("commune", "").strip()[:LONGEST_SEARCH]
    page = paging.page_of(request)
    lines, total = national_queries.search(text, city, page=page, size=paging.SIZE)
    context = {
        "section": "correspondents",
        "lines": lines,
        "text": text,
        "city": city,
        "copy": feed.state(),
        "is_empty": national_queries.is_empty(),
        **paging.context(request, page, total),
    }
    return render(request, "web/national_directory.html", context)


@require_http_methods(["GET", "POST"])
@needs(Act.EDIT_DIRECTORY)
def show(request: HttpRequest, number: str) -> HttpResponse:
    """One professional, with the mailboxes ranked for a structure; a post chooses one, or adds the correspondent.

    Who is not in the copy is searched for there, so that the page says it.
    """
    if request.method == "POST":
        return _choose(request, number)
    sheet = national_queries.sheet(number, request.GET.get("structure", ""))
    if sheet is None:
        return redirect(f"{reverse('national_directory')}?{urlencode({'cherche': number})}")
    context = {
        "section": "correspondents",
        "sheet": sheet,
        "copy": feed.state(),
        "confirmed_by": name_of(sheet.practitioner.confirmed_by) if sheet.practitioner else "",
    }
    return render(request, "web/national_sheet.html", context)


def _choose(request: HttpRequest, number: str) -> HttpResponse:
    place, address = request.POST.get("structure", ""), request.POST.get("address", "")
    actor = person(request).actor
    try:
        if address:
            services.confirm_address(number, place, address, actor=actor)
        else:
            services.add_from_copy(number, place, actor=actor)
    except UnknownPractitionerError as error:
        raise Http404 from error
    except DirectoryError as error:
        messages.error(request, f"{error.message} {error.hint}")
    else:
        said = "Cette adresse est confirmée : les prochains envois y partent." if address else "Correspondant ajouté."
        messages.success(request, said)
    sheet = reverse("national_sheet", args=[number])
    return redirect(f"{sheet}?{urlencode({'structure': place})}" if place else sheet)
