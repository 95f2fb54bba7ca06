"""WS_INS1 and WS_INS2: the questions, and the reading of ``RESULTAT``.

Source: INSi_RECVITALE_INS, INSi_RECSANS_INS, INSi_RESULTAT_INS; digest ``exchanges.md`` 1.2 and 1.4. Answers are read
by name and not by position: the CNDA's own samples break the order inside ``INSHISTO``.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from eprouvette.core import oids
from eprouvette.core.errors import InvalidValueError
from eprouvette.core.ins import ACCEPTED_OIDS, Profile, key_of
from eprouvette.standards.insi import lexical
from eprouvette.standards.insi.envelope import element
from eprouvette.standards.insi.identity import CardTraits, InsiIdentity, InsRecord, Traits
from eprouvette.standards.insi.outcome import Found, NotFound, SearchOutcome, Several, Unusable, WrongEnvironment

BY_CARD: Final = "rechercherInsAvecCarteVitale"
BY_TRAITS: Final = "rechercherInsAvecTraitsIdentite"
REC_VIT: Final = "http://www.cnamts.fr/INSiRecVit"
REC_SANS: Final = "http://www.cnamts.fr/INSiRecSans"
RESULT: Final = "http://www.cnamts.fr/INSiResultat"
LONGEST_TEXT: Final = 500
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLACE: Final = re.compile(r"[0-9A-Z]{5}")
_KEY: Final = re.compile(r"([0-9]{2})?")
_SEX: Final = re.compile(r"[FM]")


class _UnusableError(Exception):
    """What makes an answer unusable, in French and without a trait."""


def traits_body(asked: Traits) -> str:
    """The body of a search by traits; raises `LexicalError` for a trait that the service would reject."""
    sent = lexical.traits(asked)
    return (
        f'<r:RECSANSVITALE xmlns:r="{REC_SANS}">{element("r:NomNaissance", sent.birth_name)}'
        f"{''.join(element('r:Prenom', one) for one in sent.given_names)}{element('r:Sexe', sent.sex)}"
        f"{element('r:DateNaissance', sent.birth_date)}{element('r:LieuNaissance', sent.birth_place)}</r:RECSANSVITALE>"
    )


def card_body(asked: CardTraits) -> str:
    """The body of a search by card; raises `LexicalError`."""
    sent = lexical.card_traits(asked)
    return (
        f'<r:RECVITALE xmlns:r="{REC_VIT}">{_number("r:MatriculeIndividu", sent.own)}'
        f"{_number('r:MatriculeOD', sent.holder)}{element('r:NomNaissance', sent.birth_name)}"
        f"{element('r:DateNaissance', sent.birth_date)}{element('r:RangNaissance', sent.rank)}</r:RECVITALE>"
    )


def _number(tag: str, value: str) -> str:
    if not value:
        return ""
    return f"<{tag}>{element('r:NumIdentifiant', value[:13])}{element('r:Cle', value[13:])}</{tag}>"


def read(body: etree._Element, profile: Profile) -> SearchOutcome:
    """What the answer says; raises nothing: an answer that cannot be used is `Unusable`."""
    if body.tag != f"{{{RESULT}}}RESULTAT":
        return Unusable("La réponse d'INSi n'est pas celle d'une recherche.")
    try:
        code = _text(body, "CR", "CodeCR")
        if code == "01":
            return NotFound()
        if code == "02":
            return Several()
        if code != "00":
            return Unusable("INSi a répondu par un code qui n'est pas prévu.", code[:20])
        identity = _identity(_only(body, "INDIVIDU"))
    except _UnusableError as error:
        return Unusable(str(error))
    if identity.oid not in ACCEPTED_OIDS[profile]:
        return WrongEnvironment(identity.oid)
    return Found(identity)


def _identity(individual: etree._Element) -> InsiIdentity:
    active = _record(_only(individual, "INSACTIF"))
    traits = _only(individual, "TIQ")
    try:
        key_of(active.matricule)
    except InvalidValueError as error:
        raise _UnusableError("Le matricule reçu n'a pas la forme d'un NIR.") from error
    if active.oid not in oids.INS_OIDS:
        raise _UnusableError("L'OID reçu n'est pas celui d'un NIR ni d'un NIA.")
    if not _KEY.fullmatch(active.key):
        raise _UnusableError("La clé reçue n'a pas deux chiffres.")
    given = tuple(_text(traits, "ListePrenom").split())
    return InsiIdentity(
        matricule=active.matricule,
        key=active.key,
        oid=active.oid,
        birth_name=_text(traits, "NomNaissance"),
        given_names=given,
        first_given_name=_text(traits, "Prenom") or (given[0] if given else ""),
        sex=_shaped(traits, "Sexe", _SEX),
        birth_date=_shaped(traits, "DateNaissance", _DATE),
        birth_place=_shaped(traits, "LieuNaissance", _PLACE),
        history=tuple(_record(one) for one in individual.findall(f"{{{RESULT}}}INSHISTO")),
    )


def _record(element: etree._Element) -> InsRecord:
    return InsRecord(
        matricule=_text(element, "IdIndividu", "NumIdentifiant").upper(),
        key=_text(element, "IdIndividu", "Cle"),
        oid=_text(element, "OID"),
        start=_text(element, "DateDeb"),
        end=_text(element, "DateFin"),
    )


def _shaped(element: etree._Element, name: str, shape: re.Pattern[str]) -> str:
    """A trait of a known form, or empty when INSi did not give it."""
    value = _text(element, name).upper()
    if value and not shape.fullmatch(value):
        raise _UnusableError(f"Le trait « {name} » reçu n'a pas sa forme.")
    return value


def _only(parent: etree._Element, name: str) -> etree._Element:
    found = parent.findall(f"{{{RESULT}}}{name}")
    if len(found) != 1:
        raise _UnusableError(f"La réponse d'INSi doit porter un élément « {name} », et un seul.")
    return found[0]


def _text(parent: etree._Element, *names: str) -> str:
    path = "/".join(f"{{{RESULT}}}{name}" for name in names)
    text = " ".join((parent.findtext(path) or "").split())
    if len(text) > LONGEST_TEXT:
        raise _UnusableError("La réponse d'INSi porte un texte démesuré.")
    return text
