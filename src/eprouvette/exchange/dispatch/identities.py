"""A change of identity reaches what was released: what waits starts, an INS that came gives a new version.

Promised by the identity room with the change itself (`identity.writing.announce`). What is in the queue needs nothing:
the identity is compared with the frozen bytes when it leaves (REQ-INS-26).
"""

from __future__ import annotations

import logging

from django.db import transaction

from eprouvette.exchange.dispatch.models import Delivery
from eprouvette.exchange.dispatch.services import RECONSIDERED, reconsider
from eprouvette.exchange.dispatch.states import Reason, State
from eprouvette.foundation import jobs
from eprouvette.foundation.audit import services as audit
from eprouvette.lab.identity import queries as identity
from eprouvette.lab.validation import reissue
from eprouvette.lab.validation.errors import ReleaseRefusedError
from eprouvette.lab.validation.models import Release
from eprouvette.lab.validation.renaming import Course

logger = logging.getLogger(__name__)


@jobs.task(queue="dispatch", name="dispatch.identity_changed")
def identity_changed(patient_id: int) -> None:
    """Look again at each report of a patient; running it twice changes nothing."""
    for release in reissue.standing_releases(identity.survivor(patient_id).pk):
        with transaction.atomic():
            _look_again(release)


def _look_again(release: Release) -> None:
    waiting = Delivery.objects.filter(release=release, state=State.WAITING)
    if waiting.filter(reason=Reason.INS).exists() and reissue.course_of(release) is Course.REISSUE:
        try:
            with transaction.atomic():
                if reissue.reissue(release.pk) is not None:
                    return
        except ReleaseRefusedError as error:
            logger.warning("release %s cannot be issued again: %s finding(s)", release.pk, len(error.findings))
            audit.record(actor=reissue.ACTOR, action="report.reissue_refused", target=f"release:{release.pk}")
    if waiting.filter(reason__in=[reason.value for reason in RECONSIDERED]).exists():
        reconsider(release.pk, actor=reissue.ACTOR)
