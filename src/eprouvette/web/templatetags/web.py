"""How times, marks, progress and small plots are written on the pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from eprouvette.exchange.dispatch.queries import DeliveryLine
from eprouvette.lab.results.queries import Progress
from eprouvette.standards.report.figures import place_in_range
from eprouvette.web.lines import Sendings

register = template.Library()

TONES = {"accepted": "done", "read": "done", "refused": "blocked", "bounced": "blocked", "withdrawn": "waiting"}
MARKS = {"accepted": "✓", "read": "✓", "refused": "✕", "bounced": "✕", "withdrawn": "—"}


@register.filter
def moment(value: datetime | None) -> str:
    """``10:42`` today, ``12/03/26 10:42`` on another day, local time; a dash when there is none."""
    if value is None:
        return "—"
    local = timezone.localtime(value)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{local:%d/%m/%y %H:%M}"


@register.filter
def day(value: datetime | date | None) -> str:
    """``12/03/26``, local day; a dash when there is none."""
    if value is None:
        return "—"
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return f"{local:%d/%m/%y}"


@register.filter
def at(table: Mapping[int, object], key: int | None) -> object:
    """What a table holds under a key; None without."""
    return table.get(key) if key is not None else None


@register.filter
def state_tone(line: DeliveryLine) -> str:
    """The colour token of a delivery's state."""
    if line.needs_person:
        return "attention"
    return TONES.get(line.state, "waiting")


@register.filter
def state_mark(line: DeliveryLine) -> str:
    """The mark of a delivery's state, which survives without colour."""
    return "!" if line.needs_person else MARKS.get(line.state, "●")


@register.simple_tag
def progress(one: Progress | None) -> SafeString:
    """A bar of a dossier's results, with its figures in words for who cannot see it."""
    if one is None:
        return mark_safe("—")
    total = max(one.expected + one.measured + one.checked + one.validated + one.aborted, 1)
    done = one.validated + one.aborted
    words = f"{done}/{total} terminés, {one.checked} vérifiés, {one.measured} mesurés, {one.expected} attendus"
    return format_html(
        '<svg class="progress" width="96" height="10" role="img" aria-label="{}"><title>{}</title>'
        '<rect class="validated" width="{}" height="10"/><rect class="checked" x="{}" width="{}" height="10"/>'
        '<rect class="measured" x="{}" width="{}" height="10"/></svg> {}/{}',
        words,
        words,
        96 * done // total,
        96 * done // total,
        96 * one.checked // total,
        96 * (done + one.checked) // total,
        96 * one.measured // total,
        done,
        total,
    )


@register.simple_tag
def sendings(one: Sendings | None) -> SafeString:
    """``✓ 3/3``, ``● 1 en attente``, ``✕ 1 refus``: where a report's deliveries stand."""
    if one is None or one.total == 0:
        return mark_safe('<span class="soft">—</span>')
    if one.refused:
        return format_html('<span class="mark blocked">✕ {} refus</span> {}/{}', one.refused, one.done, one.total)
    if one.blocked:
        return format_html('<span class="mark attention">! {} à traiter</span> {}/{}', one.blocked, one.done, one.total)
    if one.done < one.total:
        return format_html('<span class="mark waiting">● attente</span> {}/{}', one.done, one.total)
    return format_html('<span class="mark done">✓ {}/{}</span>', one.done, one.total)


@register.simple_tag
def range_bar(low: Decimal | None, high: Decimal | None, value: Decimal | None) -> SafeString:
    """Where a value stands against its range: the range is the middle third of the bar."""
    place = place_in_range(low, high, value)
    if place is None or low is None or high is None or value is None:
        return mark_safe("")
    words = "sous l'intervalle" if value < low else "au-dessus de l'intervalle" if value > high else "dans l'intervalle"
    return format_html(
        '<svg class="range" width="72" height="12" role="img" aria-label="{}"><title>{}</title>'
        '<line class="path" x1="0" y1="6" x2="72" y2="6"/><rect class="zone" x="24" y="2" width="24" height="8"/>'
        '<circle class="dot" cx="{}" cy="6" r="3"/></svg>',
        words,
        words,
        f"{place * 72:.1f}",
    )
