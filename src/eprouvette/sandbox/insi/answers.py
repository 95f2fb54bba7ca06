"""What the simulated INSi knows, and the answers it writes. Source: INSi_RESULTAT_INS; digest ``exchanges.md`` 1.4."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from eprouvette.core import oids
from eprouvette.sandbox.insi.questions import ByCard, ByTraits, Unit
from eprouvette.sandbox.population.people import Past, Person

RESULT: Final = "http://www.cnamts.fr/INSiResultat"
UNIT: Final = "http://www.cnamts.fr/INSiLot2/REPUnitaire"
LABELS: Final = {"00": "OK", "01": "Aucune identite trouvee", "02": "Plusieurs identites trouvees"}


class Base:
    """The persons by birth name and by number; who has no number is not there."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._by_name: defaultdict[str, list[Person]] = defaultdict(list)
        self._by_number: dict[str, Person] = {}
        self._by_holder: defaultdict[str, list[Person]] = defaultdict(list)
        for one in people:
            if one.number:
                self._by_name[one.birth_name].append(one)
                self._by_number[one.ins] = one
                self._by_holder[one.holder].append(one)

    def by_traits(self, asked: ByTraits) -> list[Person]:
        """Strict on the birth name (a hyphen is not a space); the given names asked begin the list of the person."""
        return [one for one in self._by_name[asked.name] if _agrees(one, asked)]

    def by_card(self, asked: ByCard) -> list[Person]:
        """By own number, else by the holder's with date and rank of birth."""
        if asked.own:
            found = self._by_number.get(asked.own)
            people = [found] if found is not None else []
        else:
            people = [
                one
                for one in self._by_holder.get(asked.holder, [])
                if (one.birth_date, one.rank) == (asked.birth, asked.rank)
            ]
        return [
            one
            for one in people
            if asked.name in {"", one.birth_name} and asked.birth in {"", one.birth_date} and not one.nia
        ]

    def verified(self, asked: Unit) -> bool:
        """True when the number is the active one and every trait given is the base's."""
        one = self._by_number.get(asked.ins)
        return (
            one is not None
            and one.oid == asked.oid
            and one.birth_name == asked.traits.name
            and _agrees(one, asked.traits)
            and asked.given_list in {"", " ".join(one.given_names)}
        )


def _agrees(person: Person, asked: ByTraits) -> bool:
    listed, wanted = " ".join(person.given_names), " ".join(asked.given)
    return (
        f"{listed} ".startswith(f"{wanted} ")
        and (person.sex, person.birth_date) == (asked.sex, asked.birth)
        and asked.place in {"", person.place}
    )


def result(found: list[Person]) -> tuple[str, str]:
    """The code of a search and its answer: no person is listed when there are several."""
    code = "01" if not found else "00" if len(found) == 1 else "02"
    individual = _individual(found[0]) if code == "00" else ""
    return code, f'<RESULTAT xmlns="{RESULT}">{_report(code, LABELS[code])}{individual}</RESULTAT>'


def verdict(*, confirmed: bool) -> tuple[str, str]:
    """The code of a verification and its answer, which gives no trait."""
    code, label = ("00", "OK") if confirmed else ("01", "KO")
    return code, f'<RESULTAT xmlns="{UNIT}">{_report(code, label)}</RESULTAT>'


def _report(code: str, label: str) -> str:
    return f"<CR><CodeCR>{code}</CodeCR><LibelleCR>{label}</LibelleCR></CR>"


def _individual(person: Person) -> str:
    active = f"<INSACTIF>{_number(person.number, person.key)}<OID>{person.oid}</OID></INSACTIF>"
    history = "".join(map(_past, person.history))
    return (
        f"<INDIVIDU>{active}{history}<TIQ><NomNaissance>{person.birth_name}</NomNaissance>"
        f"<ListePrenom>{' '.join(person.given_names)}</ListePrenom><Sexe>{person.sex}</Sexe>"
        f"<DateNaissance>{person.birth_date}</DateNaissance><LieuNaissance>{person.place}</LieuNaissance></TIQ>"
        "</INDIVIDU>"
    )


def _past(past: Past) -> str:
    """A number of before, its dates first: the order of the CNDA's own samples, which their schema does not allow."""
    oid = oids.INS_NIA if past.nia else oids.INS_NIR_TEST
    start = f"<DateDeb>{past.start}</DateDeb>" if past.start else ""
    end = f"<DateFin>{past.end}</DateFin>" if past.end else ""
    return f"<INSHISTO>{start}{end}{_number(past.number, past.key)}<OID>{oid}</OID></INSHISTO>"


def _number(number: str, key: str) -> str:
    return f"<IdIndividu><NumIdentifiant>{number}</NumIdentifiant><Cle>{key}</Cle></IdIndividu>"
