"""Reads a page of the directory: a Bundle, from bytes.

Every resource stands alone: one that is unknown or malformed is counted and remarked, its neighbours are read.
Identifiers are recognised by the code of their type, since the systems changed (``http://rpps.fr``,
``https://rpps.esante.gouv.fr``); extensions by the last part of their address, since the versions moved it.

Source: digest ``exchanges.md`` 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from eprouvette.standards.annuaire.bounded import BoundedJsonError, item, objects, read_object, text
from eprouvette.standards.annuaire.model import MAILBOX_TYPES, Mailbox, Page, Professional, Remark, Role, Structure

_ADDRESS: Final = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,186}[A-Za-z0-9])?\.[A-Za-z]{2,}")
_TABLE: Final = re.compile(r"TRE[_-]([A-Z]\d{2,3})")
_RESOURCE: Final = re.compile(r"[A-Za-z]{1,40}")
_TECHNICAL: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
_SHAPES: Final = {
    "RPPS": re.compile(r"[0-9]{11}"),
    "IDNPS": re.compile(r"[0-9A-Za-z/]{2,40}"),
    "IDNST": re.compile(r"[0-9A-Za-z/]{2,40}"),
    "FINEG": re.compile(r"[0-9][0-9AB][0-9]{7}"),
    "FINEJ": re.compile(r"[0-9][0-9AB][0-9]{7}"),
    "SIRET": re.compile(r"[0-9]{14}"),
}
_EMAIL_TYPE: Final = "fr-core-contact-point-email-type"
_METADATA: Final = "as-ext-mailbox-mss-metadata"


class _MalformedError(Exception):
    """An entry that cannot be read; its only argument says why, in French."""


class _Reading:
    """One bundle being read."""

    def __init__(self) -> None:
        self.professionals: list[Professional] = []
        self.roles: list[Role] = []
        self.structures: list[Structure] = []
        self.remarks: list[Remark] = []
        self.skipped = 0
        self._place = 0
        self._resource = ""

    def entry(self, place: int, entry: object) -> None:
        """Read one entry, or say why not."""
        resource = item(item(entry).get("resource"))
        kind = resource.get("resourceType")
        self._place = place
        self._resource = kind if isinstance(kind, str) and _RESOURCE.fullmatch(kind) else ""
        try:
            match kind:
                case "Practitioner":
                    self.professionals.append(self._professional(resource))
                case "PractitionerRole":
                    self.roles.append(self._role(resource))
                case "Organization":
                    self.structures.append(self._structure(resource))
                case "OperationOutcome":
                    self.remark(f"Le serveur remarque : {diagnostics(resource) or 'sans texte'}")
                case _:
                    raise _MalformedError("Cette ressource n'est pas de celles que l'annuaire doit rendre.")
        except _MalformedError as error:
            self.skipped += 1
            self.remark(str(error))

    def remark(self, reason: str) -> None:
        """Keep a remark about the entry being read."""
        self.remarks.append(Remark(self._place, self._resource, reason))

    def _professional(self, resource: dict[str, Any]) -> Professional:
        numbers = self._identifiers(resource)
        if not (numbers.get("RPPS") or numbers.get("IDNPS")):
            raise _MalformedError("Ni RPPS ni identifiant national : le professionnel ne peut pas être reconnu.")
        name = next(iter(objects(resource.get("name"))), {})
        codes = [code for one in objects(resource.get("qualification")) for code in _codings(one.get("code"))]
        affixes = {one for key in ("prefix", "suffix") for one in _texts(name.get(key), 10)}
        return Professional(
            technical_id=_technical_id(resource),
            idnps=numbers.get("IDNPS", ""),
            rpps=numbers.get("RPPS", ""),
            active=_active(resource),
            family=text(name.get("family"), 100),
            given=" ".join(_texts(name.get("given"), 60))[:100],
            civility=next(iter(sorted(affixes & {"M", "MME", "MLLE"})), ""),
            title=next(iter(sorted(affixes & {"DR", "PR", "MC", "MG", "PC", "PG"})), ""),
            profession=next((code for table, code in codes if table == "G15"), ""),
            specialties=tuple(dict.fromkeys(code for table, code in codes if table == "R38")),
            mailboxes=self._mailboxes(resource),
            updated=_updated(resource),
        )

    def _role(self, resource: dict[str, Any]) -> Role:
        active = _active(resource)
        professional = _reference(resource.get("practitioner"), "Practitioner")
        if active and not professional:
            raise _MalformedError("Situation d'exercice sans professionnel.")
        codes = [code for one in objects(resource.get("code")) for code in _codings(one)]
        identifier = next((text(one.get("value"), 60) for one in objects(resource.get("identifier"))), "")
        return Role(
            technical_id=_technical_id(resource),
            identifier=identifier,
            active=active,
            professional=professional,
            structure=_reference(resource.get("organization"), "Organization"),
            mode=next((code for table, code in codes if table == "R23"), ""),
            function=next((code for table, code in codes if table == "R21"), ""),
            mailboxes=self._mailboxes(resource),
            updated=_updated(resource),
        )

    def _structure(self, resource: dict[str, Any]) -> Structure:
        numbers = self._identifiers(resource)
        known = {name: numbers.get(name, "") for name in ("IDNST", "FINEG", "FINEJ", "SIRET")}
        if not any(known.values()):
            raise _MalformedError("Ni identifiant national, ni FINESS, ni SIRET : la structure ne peut être reconnue.")
        address = next(iter(objects(resource.get("address"))), {})
        codes = [code for one in objects(resource.get("type")) for code in _codings(one)]
        phones = (one for one in objects(resource.get("telecom")) if one.get("system") == "phone")
        return Structure(
            technical_id=_technical_id(resource),
            idnst=known["IDNST"],
            finess=known["FINEG"] or known["FINEJ"],
            siret=known["SIRET"],
            active=_active(resource),
            name=text(resource.get("name")),
            sector=next((code for table, code in codes if table == "R02"), ""),
            address_line=", ".join(_texts(address.get("line"), 100))[:200],
            postal_code=text(address.get("postalCode"), 10),
            city=text(address.get("city"), 100),
            phone=text(next(phones, {}).get("value"), 20),
            part_of=_reference(resource.get("partOf"), "Organization"),
            mailboxes=self._mailboxes(resource),
            updated=_updated(resource),
        )

    def _identifiers(self, resource: dict[str, Any]) -> dict[str, str]:
        """The identifiers by the code of their type; one of a wrong shape is remarked and left out."""
        found: dict[str, str] = {}
        for one in objects(resource.get("identifier")):
            value = text(one.get("value"), 60)
            for coding in objects(item(one.get("type")).get("coding")):
                code = coding.get("code")
                shape = _SHAPES.get(code) if isinstance(code, str) else None
                if shape is None or not isinstance(code, str):
                    continue
                if shape.fullmatch(value):
                    found.setdefault(code, value)
                else:
                    self.remark(f"Un identifiant de type {code} n'a pas la forme attendue : laissé.")
        return found

    def _mailboxes(self, resource: dict[str, Any]) -> tuple[Mailbox, ...]:
        found: dict[str, Mailbox] = {}
        for one in objects(resource.get("telecom")):
            extensions = list(_extensions(one))
            details = [extension for name, extension in extensions if name == _METADATA]
            if one.get("system") != "email" or not (details or _is_mssante(extensions)):
                continue
            address = text(one.get("value"), 254)
            if not _ADDRESS.fullmatch(address):
                self.remark("Une adresse MSSanté n'a pas la forme d'une adresse : laissée.")
                continue
            found.setdefault(address.casefold(), self._mailbox(address, details))
        return tuple(found.values())

    def _mailbox(self, address: str, details: list[dict[str, Any]]) -> Mailbox:
        said = dict(pair for one in details for pair in _extensions(one))
        kind = next((code for _, code in _codings(item(said.get("type")).get("valueCodeableConcept"))), "")
        if kind not in MAILBOX_TYPES:
            self.remark("Une boîte aux lettres n'a pas de type connu.")
            kind = ""
        wants = item(said.get("digitization")).get("valueBoolean")
        return Mailbox(
            address=address,
            type=kind,
            description=text(item(said.get("description")).get("valueString")),
            service=text(item(said.get("service")).get("valueString")),
            dematerialised=wants if isinstance(wants, bool) else None,
            red_list=item(said.get("listeRouge")).get("valueBoolean") is True,
        )


def read(data: bytes) -> Page:
    """The page that the bytes hold; raises `BoundedJsonError` when they hold no Bundle."""
    return read_bundle(read_object(data))


def read_bundle(bundle: dict[str, Any]) -> Page:
    """The page of a Bundle already parsed; raises `BoundedJsonError` for another resource."""
    entries = bundle.get("entry", [])
    if bundle.get("resourceType") != "Bundle" or not isinstance(entries, list):
        raise BoundedJsonError("La réponse de l'annuaire n'est pas un lot de ressources.")
    reading = _Reading()
    for place, entry in enumerate(entries):
        reading.entry(place, entry)
    total = bundle.get("total")
    return Page(
        professionals=tuple(reading.professionals),
        roles=tuple(reading.roles),
        structures=tuple(reading.structures),
        next=_next(bundle),
        total=total if isinstance(total, int) and not isinstance(total, bool) and total >= 0 else None,
        skipped=reading.skipped,
        remarks=tuple(reading.remarks),
    )


def diagnostics(outcome: dict[str, Any]) -> str:
    """The words of an OperationOutcome, on one line."""
    said = (
        text(issue.get("diagnostics")) or text(item(issue.get("details")).get("text")) or text(issue.get("code"), 40)
        for issue in objects(outcome.get("issue"))
    )
    return " ; ".join(dict.fromkeys(words for words in said if words))[:300]


def _next(bundle: dict[str, Any]) -> str:
    links = (one.get("url") for one in objects(bundle.get("link")) if one.get("relation") == "next")
    address = next(links, "")
    return address if isinstance(address, str) else ""


def _technical_id(resource: dict[str, Any]) -> str:
    value = resource.get("id")
    if not isinstance(value, str) or not _TECHNICAL.fullmatch(value):
        raise _MalformedError("La ressource n'a pas d'identifiant technique lisible.")
    return value


def _active(resource: dict[str, Any]) -> bool:
    """``active``; a resource that does not say is active."""
    value = resource.get("active", True)
    if not isinstance(value, bool):
        raise _MalformedError("La ressource ne dit pas si elle est active.")
    return value


def _updated(resource: dict[str, Any]) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text(item(resource.get("meta")).get("lastUpdated"), 40))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _reference(value: object, kind: str) -> str:
    """The technical id of a reference to that kind of resource, relative or absolute."""
    parts = text(item(value).get("reference"), 300).split("/")
    return parts[-1] if len(parts) > 1 and parts[-2] == kind and _TECHNICAL.fullmatch(parts[-1]) else ""


def _extensions(element: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The extensions of an element, each with the last part of its address."""
    for one in objects(element.get("extension")):
        address = one.get("url")
        if isinstance(address, str):
            yield address.rsplit("/", 1)[-1], one


def _is_mssante(extensions: Iterable[tuple[str, dict[str, Any]]]) -> bool:
    return any(
        coding.get("code") == "MSSANTE"
        for name, one in extensions
        if name == _EMAIL_TYPE
        for coding in (item(one.get("valueCoding")), *objects(item(one.get("valueCodeableConcept")).get("coding")))
    )


def _codings(concept: object) -> Iterator[tuple[str, str]]:
    """The codes of a concept, each with its national table (``G15``, ``R38``…), empty when it is none."""
    for coding in objects(item(concept).get("coding")):
        code, system = text(coding.get("code"), 40), text(coding.get("system"), 300)
        found = _TABLE.search(system)
        if code:
            yield (found[1] if found else ""), code


def _texts(value: object, longest: int) -> list[str]:
    return [words for one in value if (words := text(one, longest))] if isinstance(value, list) else []
