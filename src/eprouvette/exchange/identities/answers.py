"""Outcomes of INSi as rows keep them, and back: what was asked, what happened, the identity that came."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from eprouvette.core.errors import InvalidValueError
from eprouvette.core.ins import Ins, key_of
from eprouvette.exchange.identities.models import Retrieval
from eprouvette.lab.identity.births import exchanged
from eprouvette.lab.identity.comparison import InsiTraits
from eprouvette.lab.identity.insi import InsiIdentity, PastIns
from eprouvette.lab.identity.models import Patient
from eprouvette.lab.identity.queries import report_patient
from eprouvette.standards.insi import outcome as said
from eprouvette.standards.insi.identity import InsiIdentity as Given
from eprouvette.standards.insi.identity import Traits

FOUND, NOT_FOUND, SEVERAL = "trouvee", "aucune", "plusieurs"
KINDS: Final[dict[type[said.SearchOutcome], tuple[str, str]]] = {
    said.Found: (FOUND, "INSi a trouvé une identité."),
    said.NotFound: (NOT_FOUND, "INSi ne trouve personne sous ces traits."),
    said.Several: (SEVERAL, "Plusieurs personnes répondent à ces traits : INSi n'en donne aucune."),
    said.WrongEnvironment: ("environnement", "INSi a répondu par une INS d'un autre environnement : elle est écartée."),
    said.Unusable: ("illisible", ""),
    said.RequestRefused: ("refus", "INSi refuse cette interrogation."),
    said.ConfigurationFault: ("configuration", ""),
    said.TransientFault: ("panne", "INSi a répondu par une erreur technique."),
    said.ServiceClosed: ("ferme", "INSi est fermé."),
    said.NotReached: ("injoignable", ""),
    said.NoAnswer: ("sans_reponse", ""),
}
"""The word of each outcome in the database, and its sentence when the outcome has none of its own."""
ANSWERED: Final = frozenset({FOUND, NOT_FOUND, SEVERAL})


def traits_of(patient: Patient) -> Traits:
    """The traits of a file as a question takes them, every given name and the birth place included."""
    named = report_patient(patient, "0")
    born = exchanged(patient.birth_date)
    return Traits(
        birth_name=patient.birth_family_name,
        given_names=named.birth_given_names,
        sex=patient.sex,
        birth_date=f"{born[:4]}-{born[4:6]}-{born[6:]}",
        birth_place=patient.birth_place_cog,
    )


def keep(row: Retrieval, outcome: said.SearchOutcome) -> None:
    """Write into a row what became of its question; the caller saves it."""
    row.outcome, sentence = KINDS[type(outcome)]
    row.code = str(getattr(outcome, "code", ""))[:80]
    row.sentence = (sentence or str(getattr(outcome, "reason", "") or getattr(outcome, "text", "")))[:300]
    row.remedy = outcome.remedy[:300]
    row.answer = asdict(outcome.identity) if isinstance(outcome, said.Found) else None


def asked_of(row: Retrieval) -> Traits:
    """The traits that a question by traits asked."""
    kept: dict[str, Any] = row.asked
    return Traits(**{**kept, "given_names": tuple(kept["given_names"])})


def outcome_of(row: Retrieval) -> said.SearchOutcome:
    """The outcome of a question that leaves room for another one; only these decide of the next."""
    return said.Several() if row.outcome == SEVERAL else said.NotFound()


def identity_of(row: Retrieval) -> InsiIdentity:
    """The identity that a row holds, as the identity room takes it. A past number that is no number is left out."""
    kept: dict[str, Any] = row.answer or {}
    history = tuple(_past(one) for one in kept["history"])
    values = {name: kept[name] for name in Given.__dataclass_fields__ if name not in {"given_names", "history"}}
    given = Given(**values, given_names=tuple(kept["given_names"]))
    traits = InsiTraits(
        given.birth_name, " ".join(given.given_names), given.sex, given.birth_date.replace("-", ""), given.birth_place
    )
    return InsiIdentity(given.ins, traits, tuple(past for past in history if past is not None))


def _past(kept: dict[str, str]) -> PastIns | None:
    try:
        ins = Ins(kept["matricule"] + (kept["key"] or key_of(kept["matricule"])), kept["oid"])
    except InvalidValueError:
        return None
    return PastIns(ins, kept["start"], kept["end"])
