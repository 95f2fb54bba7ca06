"""Keeping what is released: the row, its documents, and the promise that it leaves, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from eprouvette.foundation import jobs
from eprouvette.foundation.documents import services as documents
from eprouvette.lab.validation import rendering
from eprouvette.lab.validation.models import Release, ReleasedDocument
from eprouvette.lab.validation.rendering import Rendered


def keep(release: Release, rendered: Rendered) -> Release:
    """Write a release with its documents and what our rules said of them, and queue its dispatch."""
    release.rules_revision = rendering.REVISION
    release.findings = [asdict(finding) for finding in rendered.findings]
    release.save()
    keep_documents(release, rendered.forms)
    jobs.defer("dispatch.plan", queue="dispatch", lock=f"release:{release.pk}", release_id=release.pk)
    return release


def keep_documents(release: Release, forms: Mapping[str, bytes]) -> None:
    """Store the bytes of several forms of a release, each under its digest."""
    digests = documents.store_all((content, rendering.media_type(form)) for form, content in forms.items())
    ReleasedDocument.objects.bulk_create(
        ReleasedDocument(
            release=release, form=form, digest=digest, media_type=rendering.media_type(form), size=len(content)
        )
        for (form, content), digest in zip(forms.items(), digests, strict=True)
    )
