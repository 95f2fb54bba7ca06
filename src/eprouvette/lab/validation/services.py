"""Checking, validating and releasing: the acts that commit a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from eprouvette.foundation.audit import services as audit
from eprouvette.foundation.structures import styles
from eprouvette.foundation.structures.rules import root_of
from eprouvette.foundation.structures.services import mint_oid
from eprouvette.lab.accounts import services as accounts
from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import Act
from eprouvette.lab.orders import queries as orders
from eprouvette.lab.orders import services as order_services
from eprouvette.lab.orders.models import Dossier
from eprouvette.lab.orders.rules import State as DossierState
from eprouvette.lab.results import queries as result_queries
from eprouvette.lab.results import services as results
from eprouvette.lab.results.rules import State
from eprouvette.lab.validation import corrections, keeping, queries, rendering
from eprouvette.lab.validation.errors import (
    AlreadyCancelledError,
    AlreadyReleasedError,
    FindingLine,
    NotReadyError,
    ReleaseRefusedError,
)
from eprouvette.lab.validation.freeze import freeze
from eprouvette.lab.validation.gather import facts_of
from eprouvette.lab.validation.models import Release
from eprouvette.lab.validation.rules import partial_problems, problems_of
from eprouvette.standards.report.changes import changes
from eprouvette.standards.report.codec import from_json, to_json
from eprouvette.standards.report.model import LabReport, Revision


@dataclass(frozen=True, slots=True)
class Preview:
    """What a release would make: ``report`` is None while something keeps the dossier from being released."""

    ready: bool
    problems: tuple[str, ...]
    warnings: tuple[FindingLine, ...]
    report: LabReport | None
    version: int = 1
    partial: bool = False
    changes: tuple[str, ...] = ()
    """From the version before, when there is one."""


def check(observation_ids: Iterable[int], *, user: User) -> int:
    """Technical check of measured results, all or none; returns how many.

    Raises `RightMissingError` or `ObservationStateError`.
    """
    accounts.require(user, Act.CHECK_RESULT)
    return _advance(observation_ids, State.CHECKED, user, "results.checked")


def validate(observation_ids: Iterable[int], *, user: User) -> int:
    """Biological validation of checked results, all or none; returns how many.

    Only a biologist may (REQ-DEF-04). Raises `RightMissingError` or `ObservationStateError`.
    """
    accounts.require(user, Act.VALIDATE_RESULT)
    return _advance(observation_ids, State.VALIDATED, user, "results.validated")


def _advance(observation_ids: Iterable[int], after: State, user: User, action: str) -> int:
    with transaction.atomic():
        rows = results.advance(observation_ids, after, user=user, at=_now())
        for dossier_id in sorted({row.dossier_id for row in rows}):
            count = sum(row.dossier_id == dossier_id for row in rows)
            audit.record(actor=user.actor, action=action, target=f"dossier:{dossier_id}", details={"results": count})
    return len(rows)


def _now() -> datetime:
    # Documents write whole seconds: what is signed is what is stored.
    return timezone.now().replace(microsecond=0)


def preview_release(dossier_id: int, *, partial: bool = False) -> Preview:
    """Make the report as a release would, without keeping anything; raises `UnknownDossierError`."""
    dossier = orders.get(dossier_id)
    problems = _problems(dossier, partial=partial)
    signer = queries.last_validator(dossier_id)
    if problems or signer is None:
        return Preview(ready=False, problems=problems, warnings=(), report=None, partial=partial)
    # Ids are minted at the release only: the preview carries the roots under which they will stand.
    before = corrections.last_release(dossier_id)
    set_id = before.set_id if before else root_of(dossier.site.oid, "set")
    frozen, changed = _freeze(dossier, signer, root_of(dossier.site.oid, "document"), set_id, before)
    report, rendered = rendering.render(frozen, styles.house_of(styles.in_use(dossier.site_id)))
    errors = tuple(finding.message for finding in rendered.findings if finding.severity == "error")
    problems = errors or ((_unchanged(before),) if before and _same(before, changed, partial=partial) else ())
    version = before.version + 1 if before else 1
    return Preview(not problems, problems, rendered.findings, report, version, partial, changed)


def _same(before: Release, changed: tuple[str, ...], *, partial: bool) -> bool:
    """True when a new version would say nothing more; that the report is now whole is something."""
    return not changed and before.partial == partial


def _unchanged(before: Release) -> str:
    return f"Rien n'a changé depuis la version {before.version}."


def release(dossier_id: int, *, user: User, partial: bool = False) -> Release:
    """Freeze the report of a dossier, make its forms, check them, keep them, and let them leave.

    A ``partial`` report says what is validated while the rest is to come; the dossier stays open, and the version
    that completes it replaces it. One transaction: nothing is kept unless all of it is. Raises `RightMissingError`,
    `NotReadyError`, `AlreadyReleasedError`, `AlreadyCancelledError`, or `ReleaseRefusedError` with the findings.
    """
    accounts.require(user, Act.RELEASE_REPORT)
    with transaction.atomic():
        dossier = orders.get(dossier_id, for_update=True)
        if dossier.state == DossierState.CANCELLED:
            raise AlreadyCancelledError
        if dossier.state == DossierState.RELEASED:
            raise AlreadyReleasedError
        if problems := _problems(dossier, partial=partial):
            raise NotReadyError(problems)
        before = corrections.last_release(dossier_id)
        set_id = before.set_id if before else mint_oid(dossier.site, "set")
        document_id = mint_oid(dossier.site, "document")
        frozen, changed = _freeze(dossier, user, document_id, set_id, before)
        if before and _same(before, changed, partial=partial):
            raise NotReadyError([_unchanged(before)])
        style = styles.in_use(dossier.site_id)
        _, rendered = rendering.render(frozen, styles.house_of(style))
        if rendered.refused:
            raise ReleaseRefusedError(rendered.findings)
        row = keeping.keep(
            Release(
                dossier=dossier,
                set_id=set_id,
                document_id=document_id,
                version=before.version + 1 if before else 1,
                report=frozen,
                released_by=user,
                released_at=_now(),
                style=style,
                partial=partial,
            ),
            rendered,
        )
        if not partial:
            order_services.move(dossier, DossierState.RELEASED)
        audit.record(
            actor=user.actor,
            action="report.released_in_part" if partial else "report.released",
            target=f"release:{row.pk}",
            details={"dossier": dossier.pk, "version": row.version},
        )
    return row


def _problems(dossier: Dossier, *, partial: bool) -> tuple[str, ...]:
    states = result_queries.states(dossier.pk)
    return partial_problems([state for _, state in states]) if partial else problems_of(states)


def _freeze(
    dossier: Dossier, signer: User, document_id: str, set_id: str, before: Release | None
) -> tuple[str, tuple[str, ...]]:
    """The canonical text of the report, and what changes from the version before."""
    now = _now()
    facts = facts_of(
        dossier,
        signer,
        document_id=document_id,
        set_id=set_id,
        released_at=now,
        version=before.version + 1 if before else 1,
        replaces=before.document_id if before else None,
    )
    report = freeze(facts)
    if before is None:
        return to_json(report), ()
    earlier = from_json(before.report)
    changed = changes(earlier, report)
    # What completes a partial report is no correction: only what was said otherwise is told.
    said = (*corrections.reasons_since(before), *changes(earlier, report, added=not before.partial))
    if said:
        revision = Revision(said, report.legal_authenticator.by, report.legal_authenticator.at)
        report = replace(report, revision=revision)
    return to_json(report), changed
