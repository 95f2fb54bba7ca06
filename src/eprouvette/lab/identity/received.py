"""What becomes of an identity that another system sends: the matrix of RNIV, as data.

Source: RNIV 1 v2.0, 4.9.2.1 (EXI SI 33, 34, 36, 37; EXI PP 23), PAM-FR 2.11 (PID-32); digests ``requirements.md``
REQ-INS-23 to 25, ``hl7v2.md`` 2.5, ``exchanges.md`` 1.8.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from eprouvette.lab.identity.rules import STATUS_LABELS, Status


class Source(StrEnum):
    """Who sends: the master of identities of our domain, a partner under a trust contract, or anybody else."""

    MASTER = "referentiel"
    CONTRACT = "convention"
    STRANGER = "sans_convention"


class Claim(StrEnum):
    """What the sender says of the identity, INS included."""

    QUALIFIED = "qualifiee"
    VALIDATED = "validee"
    PROVISIONAL = "provisoire"
    DOUBTFUL = "douteuse"
    FICTITIOUS = "fictive"
    ANONYMOUS = "anonyme"


class Course(StrEnum):
    """What the laboratory does."""

    CREATE = "creer"
    UPDATE = "mettre_a_jour"
    KEEP = "garder"
    CALL_INSI = "appeler_insi"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The course taken, the status that the identity has at once, and what a person must look at.

    With `Course.CALL_INSI`, ``status`` holds until INSi has answered, ``if_found`` once its answer is coherent.
    ``with_ins``: the received INS is kept as it is; ``watch``: a line in the identity work list.
    """

    course: Course
    status: Status
    sentence: str
    with_ins: bool = False
    if_found: Status | None = None
    doubtful: bool = False
    fictitious: bool = False
    watch: bool = False


_CODES: Final[dict[str, Claim]] = {"DOUT": Claim.DOUBTFUL, "DOUA": Claim.DOUBTFUL, "FICT": Claim.FICTITIOUS}
_ANONYMOUS: Final = frozenset({"ANOM", "CACH"})
_RANK: Final[dict[Status, int]] = {
    Status.PROVISIONAL: 0,
    Status.RETRIEVED: 1,
    Status.VALIDATED: 1,
    Status.QUALIFIED: 2,
}


def claim_of(pid32: Collection[str], *, has_ins: bool) -> Claim:
    """What PID-32 and the presence of an INS say together: ``VALI`` with INS is *qualifiée* (``hl7v2.md`` 2.5).

    An INS beside any other status is not taken: the message is integrated without it.
    """
    codes = {code.strip().upper() for code in pid32}
    # "Never both together": a fictitious person is not looked for, the stronger refusal wins.
    for code in ("FICT", "DOUT", "DOUA"):
        if code in codes:
            return _CODES[code]
    if codes & _ANONYMOUS:
        return Claim.ANONYMOUS
    if "VALI" in codes:
        return Claim.QUALIFIED if has_ins else Claim.VALIDATED
    return Claim.PROVISIONAL


def decide(source: Source, claim: Claim, known: Status | None, *, agrees: bool = True) -> Outcome:
    """What becomes of a received identity; ``known`` is the status of our file, None when the person is unknown here.

    ``agrees``: the received strict traits (and INS) are those of our file.
    """
    if source is Source.MASTER:
        return _from_master(claim, known)
    if known is None:
        return _unknown_here(source, claim)
    return _known_here(source, claim, known, agrees=agrees)


def _from_master(claim: Claim, known: Status | None) -> Outcome:
    course = Course.CREATE if known is None else Course.UPDATE
    if claim in {Claim.DOUBTFUL, Claim.FICTITIOUS}:
        return _attributed(course, claim, "Le référentiel d'identités pose cet attribut : l'INS est retirée.")
    if claim is Claim.QUALIFIED:
        sentence = "Qualifiée par le référentiel d'identités du domaine : reprise avec son INS."
        return Outcome(course, Status.QUALIFIED, sentence, with_ins=True)
    status = Status.VALIDATED if claim is Claim.VALIDATED else Status.PROVISIONAL
    sentence = f"Le référentiel d'identités la dit {STATUS_LABELS[status]} : même statut ici, sans INS."
    return Outcome(course, status, sentence)


def _unknown_here(source: Source, claim: Claim) -> Outcome:
    if claim in {Claim.DOUBTFUL, Claim.FICTITIOUS}:
        return _attributed(
            Course.CREATE, claim, "Attribut repris de l'émetteur : provisoire, sans INS ni appel d'INSi."
        )
    if claim is Claim.ANONYMOUS:
        return Outcome(
            Course.CREATE, Status.PROVISIONAL, "Prise en charge anonyme : provisoire, INSi n'est pas appelé."
        )
    if source is Source.STRANGER:
        return Outcome(
            Course.CREATE, Status.PROVISIONAL, "Sans convention : provisoire, l'INS reçue n'est pas reprise."
        )
    if claim is Claim.QUALIFIED:
        sentence = "Convention : INSi est appelé ; cohérente, l'identité est qualifiée, sinon elle reste validée."
        return Outcome(Course.CALL_INSI, Status.VALIDATED, sentence, if_found=Status.QUALIFIED)
    if claim is Claim.VALIDATED:
        return Outcome(Course.CREATE, Status.VALIDATED, "Convention : validée chez l'émetteur, validée ici.")
    return Outcome(Course.CREATE, Status.PROVISIONAL, "Provisoire chez l'émetteur, provisoire ici.")


def _known_here(source: Source, claim: Claim, known: Status, *, agrees: bool) -> Outcome:
    ours = STATUS_LABELS[known]
    if claim in {Claim.DOUBTFUL, Claim.FICTITIOUS}:
        sentence = f"L'émetteur pose un attribut : notre identité {ours} n'est pas touchée, elle est à examiner."
        return Outcome(Course.KEEP, known, sentence, watch=True)
    if not agrees:
        sentence = f"Les traits reçus diffèrent : notre identité {ours} est gardée, l'écart est à examiner."
        return Outcome(Course.KEEP, known, sentence, watch=True)
    if source is Source.STRANGER or claim in {Claim.PROVISIONAL, Claim.ANONYMOUS}:
        return Outcome(Course.KEEP, known, f"Notre identité {ours} est gardée.")
    if claim is Claim.QUALIFIED and _RANK[known] < _RANK[Status.QUALIFIED]:
        now = _with_third_party(known)
        if now is Status.QUALIFIED:
            sentence = "Convention : le tiers de confiance vaut document, l'INS avait été récupérée ici."
            return Outcome(Course.UPDATE, Status.QUALIFIED, sentence)
        sentence = "Convention : le tiers de confiance vaut document, et INSi est appelé."
        return Outcome(Course.CALL_INSI, now, sentence, if_found=Status.QUALIFIED)
    if claim is Claim.VALIDATED and known in {Status.PROVISIONAL, Status.RETRIEVED}:
        return Outcome(Course.UPDATE, _with_third_party(known), "Convention : le tiers de confiance vaut document.")
    return Outcome(Course.KEEP, known, f"Notre identité {ours} est gardée.")


def _with_third_party(known: Status) -> Status:
    """The status once the trusted third party counts as the document seen."""
    return Status.QUALIFIED if known is Status.RETRIEVED else Status.VALIDATED


def _attributed(course: Course, claim: Claim, sentence: str) -> Outcome:
    return Outcome(
        course,
        Status.PROVISIONAL,
        sentence,
        doubtful=claim is Claim.DOUBTFUL,
        fictitious=claim is Claim.FICTITIOUS,
        watch=True,
    )
