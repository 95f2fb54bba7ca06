"""Every answer of the directory, and every way of having none, as a typed value with what a person can do.

``permanent`` says whether asking the very same thing again can help; ``stops`` whether every other question would
meet it too. Source: digest ``exchanges.md`` 4 and 8.

    Found | Empty                                   the search answered
    Refused | ForeignLink | NotTrusted              our side must change something
    LinkExpired                                     the search starts again from its first page
    RateLimited | Transient | TimedOut | Unusable   a moment of theirs
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Final

from eprouvette.standards.annuaire.model import Page, Remark


@dataclass(frozen=True, slots=True)
class Found:
    """A page of resources; ``page.next`` says whether more follow."""

    page: Page
    remedy: str = ""
    permanent: ClassVar[bool] = True
    stops: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Empty:
    """Nothing answers to the search; ``remarks`` when something came that could not be read."""

    remarks: tuple[Remark, ...] = ()
    next: str = ""
    remedy: str = "Vérifier le numéro ou l'orthographe ; à défaut, demander son adresse au professionnel."
    permanent: ClassVar[bool] = True
    stops: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The directory refuses the question (HTTP 3xx, 4xx); ``text`` is its own, on one line."""

    status: int
    text: str
    remedy: str
    stops: bool = False
    permanent: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class ForeignLink:
    """The link of the following page leads to another server: our key does not go there."""

    remedy: str = "Vérifier l'adresse de l'annuaire : ses pages doivent rester sur le même serveur."
    permanent: ClassVar[bool] = True
    stops: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class NotTrusted:
    """The certificate of the server is not one that we trust."""

    remedy: str = "Vérifier l'adresse de l'annuaire et les autorités de confiance de cette machine."
    permanent: ClassVar[bool] = True
    stops: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class LinkExpired:
    """The link of the following page is no longer known: links live about a minute."""

    status: int
    remedy: str = "Reprendre la recherche depuis sa première page."
    permanent: ClassVar[bool] = False
    stops: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Too many calls; ``retry_after`` in seconds when the server says it."""

    retry_after: int | None = None
    remedy: str = "Attendre : la limite de l'annuaire est de 17 appels par seconde et par application."
    permanent: ClassVar[bool] = False
    stops: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Transient:
    """A technical error over there, a connection that failed or broke. ``status`` is 0 without an answer."""

    reason: str
    status: int = 0
    retry_after: int | None = None
    remedy: str = "Recommencer plus tard ; la copie locale de l'annuaire reste utilisable."
    permanent: ClassVar[bool] = False
    stops: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class TimedOut:
    """No whole answer in time."""

    remedy: str = "Recommencer avec une recherche plus étroite ; la copie locale de l'annuaire reste utilisable."
    permanent: ClassVar[bool] = False
    stops: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Unusable:
    """An answer that is not one of the directory's: ``reason`` in French, never a value of it."""

    reason: str
    remedy: str = "Recommencer plus tard ; si cela dure, vérifier l'adresse de l'annuaire."
    permanent: ClassVar[bool] = False
    stops: ClassVar[bool] = False


Failure = Refused | ForeignLink | NotTrusted | LinkExpired | RateLimited | Transient | TimedOut | Unusable
Outcome = Found | Empty | Failure


@dataclass(frozen=True, slots=True)
class _Rule:
    remedy: str
    stops: bool = field(default=False)


_REFUSALS: Final[dict[int, _Rule]] = {
    400: _Rule("Signaler cette recherche à l'éditeur : l'annuaire n'en connaît pas un paramètre."),
    401: _Rule("Vérifier la clé de l'annuaire : elle est absente, fausse ou révoquée.", stops=True),
    403: _Rule("Vérifier que l'abonnement à l'API « Annuaire Santé en libre accès » est actif.", stops=True),
    404: _Rule("Vérifier l'adresse de l'annuaire et sa version (v2).", stops=True),
    410: _Rule("Cette ressource n'existe plus dans l'annuaire : la chercher par son numéro national."),
    412: _Rule("Relire la ressource : elle a changé entre-temps."),
}
_ADDRESS: Final = _Rule("Vérifier l'adresse de l'annuaire.", stops=True)
_OTHER: Final = _Rule("Transmettre ce refus à l'éditeur.")


def from_status(status: int, text: str, retry_after: int | None, *, follows: bool) -> Failure:
    """The outcome of an HTTP answer other than 200; ``follows`` when it answers to the link of a following page."""
    if status == 429:
        return RateLimited(retry_after)
    if status == 408:
        return TimedOut()
    if status >= 500:
        return Transient("L'annuaire a répondu par une erreur technique.", status, retry_after)
    if follows and status in {404, 410}:
        return LinkExpired(status)
    if 300 <= status < 500:
        rule = _ADDRESS if status < 400 else _REFUSALS.get(status, _OTHER)
        return Refused(status, text, rule.remedy, rule.stops)
    return Unusable("La réponse de l'annuaire n'est pas celle d'une recherche.")
