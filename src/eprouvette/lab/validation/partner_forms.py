"""The forms of a release in another version of the profile: made when a partner first needs them, then kept.

They are made from the frozen report, its kept PDF and its dress alone: the same bytes whenever it happens.
"""

from __future__ import annotations

from django.db import transaction

from eprouvette.core.errors import EprouvetteError
from eprouvette.foundation.documents import queries as documents
from eprouvette.foundation.structures import styles
from eprouvette.lab.validation import keeping, rendering
from eprouvette.lab.validation.errors import FindingLine
from eprouvette.lab.validation.forms import code
from eprouvette.lab.validation.models import Release
from eprouvette.standards.crbio import PROFILES, self_presentable, write_n1, write_n3
from eprouvette.standards.crbio.pair import companion
from eprouvette.standards.crbio.profile import CrbioProfile, Version
from eprouvette.standards.report.codec import from_json
from eprouvette.standards.report.house import House
from eprouvette.standards.report.model import LabReport


def prepare(release: Release, version: Version) -> tuple[FindingLine, ...]:
    """Make, check and keep the forms of a release in ``version``, unless they are kept already.

    Returns what forbids them (errors of our rules of that version), and then keeps nothing.
    """
    with transaction.atomic():
        # One at a time: two recipients of a release may need the same forms at once.
        row = Release.objects.select_for_update(of=("self",)).select_related("style").get(pk=release.pk)
        kept = dict(row.documents.values_list("form", "digest"))
        if code("n3", version) in kept:
            return ()
        pdf = documents.load(kept["pdf"])
        try:
            forms = _made(from_json(row.report), pdf, PROFILES[version], styles.house_of(row.style))
        except EprouvetteError as error:
            return (rendering.refusal("forme", error.message),)
        plain = (forms[code("n3", version)], forms[code("n1", version)])
        if errors := tuple(one for one in rendering.findings_of(plain, version) if one.severity == "error"):
            return errors
        keeping.keep_documents(row, forms)
    return ()


def _made(report: LabReport, pdf: bytes, profile: CrbioProfile, house: House) -> dict[str, bytes]:
    version = profile.version
    n3 = write_n3(report, pdf, profile=profile)
    n1 = write_n1(companion(report) if profile.paired else report, pdf, profile=profile)
    return {
        code("n3", version): n3,
        code("n3_xsl", version): self_presentable(n3, house),
        code("n1", version): n1,
        code("n1_xsl", version): self_presentable(n1, house),
    }
