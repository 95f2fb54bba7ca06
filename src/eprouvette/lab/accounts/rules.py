"""Roles and rights: one table says which role may do what.

Source: REQ-DEF-04, REQ-AUT-02, REQ-AUT-03 (``requirements.md``); Code de la santé publique L6211-2 (a
biologist alone validates).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person does in the laboratory."""

    SECRETARY = "secretary"
    TECHNICIAN = "technician"
    BIOLOGIST = "biologist"
    ADMIN = "admin"


class Act(StrEnum):
    """What the product lets somebody do."""

    SEE_DOSSIER = "see_dossier"
    SEE_REPORT = "see_report"
    SEE_DELIVERY = "see_delivery"
    CREATE_PATIENT = "create_patient"
    QUALIFY_IDENTITY = "qualify_identity"
    MERGE_PATIENTS = "merge_patients"
    SEE_IDENTITY_COPY = "see_identity_copy"
    CREATE_DOSSIER = "create_dossier"
    AMEND_DOSSIER = "amend_dossier"
    SET_CONFIDENTIALITY = "set_confidentiality"
    ATTACH_MESSAGE = "attach_message"
    ENTER_RESULT = "enter_result"
    CHECK_RESULT = "check_result"
    VALIDATE_RESULT = "validate_result"
    RELEASE_REPORT = "release_report"
    ACT_ON_DELIVERY = "act_on_delivery"
    EDIT_DIRECTORY = "edit_directory"
    EDIT_CATALOGUE = "edit_catalogue"
    EDIT_ACCOUNTS = "edit_accounts"
    EDIT_SITE = "edit_site"
    EDIT_REPORT_STYLE = "edit_report_style"


ROLE_LABELS: Final[dict[Role, str]] = {
    Role.SECRETARY: "secrétaire",
    Role.TECHNICIAN: "technicien",
    Role.BIOLOGIST: "biologiste",
    Role.ADMIN: "administrateur",
}

_READING: Final = frozenset({Act.SEE_DOSSIER, Act.SEE_REPORT, Act.SEE_DELIVERY})
_DESK: Final = frozenset(
    {
        Act.CREATE_PATIENT,
        Act.QUALIFY_IDENTITY,
        Act.CREATE_DOSSIER,
        Act.AMEND_DOSSIER,
        Act.ATTACH_MESSAGE,
        Act.EDIT_DIRECTORY,
    }
)
_BENCH: Final = frozenset({Act.ENTER_RESULT, Act.CHECK_RESULT})

RIGHTS: Final[dict[Role, frozenset[Act]]] = {
    Role.SECRETARY: _READING
    | _DESK
    | {Act.SET_CONFIDENTIALITY, Act.ACT_ON_DELIVERY, Act.SEE_IDENTITY_COPY, Act.MERGE_PATIENTS},
    Role.TECHNICIAN: _READING | _DESK | _BENCH,
    Role.BIOLOGIST: _READING
    | _DESK
    | _BENCH
    | {
        Act.SET_CONFIDENTIALITY,
        Act.VALIDATE_RESULT,
        Act.RELEASE_REPORT,
        Act.ACT_ON_DELIVERY,
        Act.EDIT_CATALOGUE,
        Act.EDIT_REPORT_STYLE,
        Act.SEE_IDENTITY_COPY,
        Act.MERGE_PATIENTS,
    },
    # Who runs the machine sees no medical data.
    Role.ADMIN: frozenset(
        {Act.EDIT_ACCOUNTS, Act.EDIT_SITE, Act.EDIT_REPORT_STYLE, Act.EDIT_DIRECTORY, Act.SEE_DELIVERY}
    ),
}
"""REQ-AUT-03: the whole matrix; what is not written is refused."""


def may(role: Role, act: Act) -> bool:
    """True when ``role`` may do ``act``."""
    return act in RIGHTS[role]


MAX_FAILURES: Final = 5
"""Wrong passwords in a row before the account closes (CNIL, recommandation mots de passe 2022: at most 10)."""
LOCK: Final = timedelta(minutes=15)


def lock_after(failures: int, now: datetime) -> datetime | None:
    """Until when an account closes after ``failures`` wrong passwords in a row, or None."""
    return now + LOCK if failures >= MAX_FAILURES else None
