"""The forms that a recipient asks for in another version of the profile: made when a delivery first needs them."""

from __future__ import annotations

from collections.abc import Iterable

from eprouvette.exchange.dispatch.rules import Decision, unfit
from eprouvette.lab.validation import partner_forms
from eprouvette.lab.validation.forms import DEFAULT
from eprouvette.lab.validation.models import Release
from eprouvette.standards.crbio.profile import Version


def fitted(release: Release, decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions, their forms made and kept; one whose forms our rules refuse waits, with what they found."""
    lines = tuple(decisions)
    needed = {line.profile for line in lines if line.verdict != "never" and line.profile != DEFAULT}
    wrong = {version: fault for version in sorted(needed) if (fault := _fault(release, version))}
    return tuple(
        unfit(line, wrong[line.profile]) if line.verdict != "never" and line.profile in wrong else line
        for line in lines
    )


def _fault(release: Release, version: Version) -> str:
    findings = partner_forms.prepare(release, version)
    return f"{findings[0].message} ({findings[0].rule})" if findings else ""
