"""The dress of the laboratory's reports: a form, a preview on a specimen, versions that can be taken up again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from eprouvette.core.errors import EprouvetteError
from eprouvette.foundation.structures import styles
from eprouvette.foundation.structures.models import ReportStyle, Site
from eprouvette.foundation.structures.styles import StyleRefusedError, UnknownStyleError
from eprouvette.lab.accounts.rules import Act
from eprouvette.standards.crbio import to_html, write_n3
from eprouvette.standards.pdf.render import render_pdf
from eprouvette.standards.report.house import MAX_LOGO, PLAIN, House, ImageKind, Logo
from eprouvette.web.middleware import DOCUMENT_POLICY
from eprouvette.web.rights import needs, person
from eprouvette.web.specimen import specimen

_JPEG = b"\xff\xd8"
_LINES = {"rows": 3, "cols": 60}


class StyleForm(forms.Form):
    """The dress as people type it: one line of text a line."""

    accent = forms.CharField(label="Couleur des titres", widget=forms.TextInput({"type": "color"}))
    logo = forms.FileField(label="Logo", required=False, help_text=f"PNG ou JPEG, {MAX_LOGO // 1000} ko au plus")
    logo_label = forms.CharField(label="Ce que montre le logo", required=False, max_length=160)
    no_logo = forms.BooleanField(label="Sans logo", required=False)
    header = forms.CharField(
        label="Sous le nom du laboratoire", required=False, widget=forms.Textarea(_LINES), help_text="4 lignes au plus"
    )
    footer = forms.CharField(label="Pied de chaque page", required=False, widget=forms.TextInput({"size": 60}))
    mentions = forms.CharField(
        label="Mentions de fin", required=False, widget=forms.Textarea(_LINES | {"rows": 5}),
        help_text="accréditation, sous-traitance, signatures ; 12 lignes au plus",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Act.EDIT_REPORT_STYLE)
def show(request: HttpRequest) -> HttpResponse:
    """The form filled with a version, its preview, and the versions."""
    site = _site(request)
    rows = styles.versions(site.pk)
    used = styles.in_use(site.pk)
    shown = _shown(request, rows, used)
    form = StyleForm(request.POST, request.FILES) if request.method == "POST" else StyleForm(initial=_initial(shown))
    if request.method == "POST" and form.is_valid():
        saved = _saved(request, site, form, shown)
        if saved is not None:
            messages.success(request, "Version enregistrée : la regarder, puis la mettre en service.")
            return redirect(f"{reverse('report_style')}?site={site.pk}&version={saved.pk}")
    context: dict[str, Any] = {
        "section": "style",
        "form": form,
        "rows": rows,
        "used": used,
        "shown": shown,
        "site": site,
        "sites": Site.objects.only("name").order_by("pk"),
        "tab": "pdf" if request.GET.get("vue") == "pdf" else "page",
    }
    return render(request, "web/style.html", context)


@require_GET
@needs(Act.EDIT_REPORT_STYLE)
def page(request: HttpRequest, style_id: int) -> HttpResponse:
    """The specimen through the style sheet of a version (0: the plain dress of the first site)."""
    site, house = _dressed(request, style_id)
    content = to_html(write_n3(specimen(site), b""), attachments=False, house=house)
    return HttpResponse(content, headers={"Content-Security-Policy": DOCUMENT_POLICY})


@require_GET
@needs(Act.EDIT_REPORT_STYLE)
def paper(request: HttpRequest, style_id: int) -> HttpResponse:
    """The specimen on paper."""
    site, house = _dressed(request, style_id)
    response = HttpResponse(render_pdf(specimen(site), house), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="specimen.pdf"'
    return response


@require_POST
@needs(Act.EDIT_REPORT_STYLE)
def use(request: HttpRequest, style_id: int) -> HttpResponse:
    """Put a version in use; the one before stays in the list, one click away."""
    row = styles.put_in_use(_row(style_id).pk, actor=person(request).actor)
    messages.success(request, "Présentation en service : les prochains comptes rendus la porteront.")
    return redirect(f"{reverse('report_style')}?site={row.site_id}&version={row.pk}")


def _site(request: HttpRequest) -> Site:
    wanted = request.GET.get("site", "")
    rows = Site.objects.order_by("pk")
    site = rows.filter(pk=wanted).first() if wanted.isdigit() else rows.first()
    if site is None:
        raise Http404
    return site


def _row(style_id: int) -> ReportStyle:
    try:
        return styles.get(style_id)
    except UnknownStyleError as error:
        raise Http404 from error


def _dressed(request: HttpRequest, style_id: int) -> tuple[Site, House]:
    if style_id == 0:
        return _site(request), PLAIN
    row = _row(style_id)
    return row.site, styles.house_of(row)


def _shown(request: HttpRequest, rows: tuple[ReportStyle, ...], used: ReportStyle | None) -> ReportStyle | None:
    """The version asked for, else the one in use, else the last saved."""
    wanted = request.GET.get("version", "")
    if wanted:
        return next((row for row in rows if str(row.pk) == wanted), None)
    return used or (rows[0] if rows else None)


def _initial(row: ReportStyle | None) -> dict[str, str]:
    house = styles.house_of(row)
    return {
        "accent": house.accent,
        "logo_label": house.logo.label if house.logo else "",
        "header": "\n".join(house.header),
        "footer": house.footer,
        "mentions": "\n".join(house.mentions),
    }


def _saved(request: HttpRequest, site: Site, form: StyleForm, shown: ReportStyle | None) -> ReportStyle | None:
    try:
        house = _house(form, styles.house_of(shown))
        render_pdf(specimen(site), house)
        return styles.save(site, house, actor=person(request).actor)
    except StyleRefusedError as error:
        for field, sentence in error.problems:
            form.add_error(field, sentence)
    except EprouvetteError as error:
        form.add_error(None, f"{error.message} {error.hint}")
    return None


def _house(form: StyleForm, before: House) -> House:
    """The dress typed; a logo that is not given again is kept. Raises `StyleRefusedError` before anything is drawn."""
    typed = form.cleaned_data
    house = House(
        accent=typed["accent"].strip().lower(),
        logo=_logo(typed, before.logo),
        header=_lines(typed["header"]),
        footer=typed["footer"].strip(),
        mentions=_lines(typed["mentions"]),
    )
    styles.require_good(house)
    return house


def _logo(typed: dict[str, Any], before: Logo | None) -> Logo | None:
    given: UploadedFile[bytes] | None = typed["logo"]
    if typed["no_logo"]:
        return None
    if given is None:
        return Logo(before.content, before.media_type, typed["logo_label"]) if before else None
    # One byte beyond the limit is enough to refuse; the rest of a huge file is not read.
    content = given.read(MAX_LOGO + 1)
    kind: ImageKind = "image/jpeg" if content.startswith(_JPEG) else "image/png"
    return Logo(content, kind, typed["logo_label"])


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
