"""Cases of identity, as data: INSi's traits beside those of a file, and identities received.

They are proved by ``tests/unit/identity`` and printed by `identity_tables` in ``docs/reference/identity.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from eprouvette.lab.identity.comparison import InsiTraits, LocalTraits, Verdict

EQUAL, SAME = Verdict.EQUAL, Verdict.EQUIVALENT
OTHER, ABSENT = Verdict.DISCREPANT, Verdict.MISSING

OURS: Final = LocalTraits("DUPONT", "JEAN", "JEAN PIERRE", "M", "19790328", "51215")
THEIRS: Final = InsiTraits("DUPONT", "JEAN PIERRE", "M", "19790328", "51215")


@dataclass(frozen=True, slots=True)
class Case:
    """One trait of a file and of an INSi answer, the verdict on it, and what the whole comparison then allows."""

    trait: str
    local: str
    insi: str
    verdict: Verdict
    retrieve: bool
    qualify: bool
    given_names: str = ""

    def sides(self) -> tuple[LocalTraits, InsiTraits]:
        """Both sides, equal in every trait but this one."""
        if self.trait == "first_given_name":
            ours = replace(OURS, first_given_name=self.local, birth_given_names=self.given_names or self.local)
            return ours, replace(THEIRS, birth_given_names=self.insi)
        return replace(OURS, **{self.trait: self.local}), replace(THEIRS, **{self.trait: self.insi})


def _name(local: str, insi: str, verdict: Verdict) -> Case:
    good = verdict in {EQUAL, SAME}
    return Case("birth_family_name", local, insi, verdict, good, good)


def _given(local: str, insi: str, verdict: Verdict) -> Case:
    good = verdict in {EQUAL, SAME}
    return Case("first_given_name", local, insi, verdict, good, good)


def _list(local: str, insi: str, verdict: Verdict) -> Case:
    return Case("birth_given_names", local, insi, verdict, retrieve=True, qualify=True)


def _sex(local: str, insi: str, verdict: Verdict) -> Case:
    return Case("sex", local, insi, verdict, verdict is EQUAL, verdict is EQUAL)


def _born(local: str, insi: str, verdict: Verdict) -> Case:
    good = verdict in {EQUAL, SAME}
    return Case("birth_date", local, insi, verdict, good, good)


def _place(local: str, insi: str, verdict: Verdict, *, qualify: bool = True) -> Case:
    return Case("birth_place_cog", local, insi, verdict, retrieve=True, qualify=qualify)


COMPARISONS: Final = (
    _name("DUPONT", "DUPONT", EQUAL),
    _name("Dupont", "DUPONT", SAME),
    _name("LE GOFF", "LE-GOFF", SAME),
    _name("LE-GOFF", "LE GOFF", SAME),
    _name("DUPONT--MARTIN", "DUPONT-MARTIN", SAME),
    _name("DUPONT--MARTIN", "DUPONT MARTIN", SAME),
    _name("D'ARTOIS", "D ARTOIS", SAME),
    _name("D’ARTOIS", "D'ARTOIS", SAME),
    _name("D'ARTOIS", "DARTOIS", OTHER),
    _name("ÉTIENNE", "ETIENNE", SAME),
    _name("MÜLLER", "MULLER", SAME),
    _name("MÜLLER", "MUELLER", OTHER),
    _name("ŒUVRARD", "OEUVRARD", SAME),
    _name("FRANÇOIS", "FRANCOIS", SAME),
    _name("L'HAŸ", "L HAY", SAME),
    _name("SAINT-JUST", "ST JUST", OTHER),
    _name("DUPONT", "DUPOND", OTHER),
    _name("DUPONT", "MARTIN", OTHER),
    _name("DUPONT", "DUPONT MARTIN", OTHER),
    _name("DUPONT MARTIN", "MARTIN DUPONT", OTHER),
    _name("LEGOFF", "LE GOFF", OTHER),
    _name("DUPONT", "", ABSENT),
    _name("", "DUPONT", ABSENT),
    _given("JEAN", "JEAN PIERRE", EQUAL),
    _given("JEAN PIERRE", "JEAN PIERRE", EQUAL),
    _given("Jean", "JEAN PIERRE", SAME),
    _given("JEAN-PIERRE", "JEAN PIERRE MARIE", SAME),
    _given("JEAN PIERRE", "JEAN-PIERRE MARIE", SAME),
    _given("JEAN-PIERRE", "JEAN-PIERRE MARIE", EQUAL),
    _given("JEAN", "JEAN-PIERRE MARIE", SAME),
    _given("ANNE-CÉCILE", "ANNE CECILE", SAME),
    _given("N'GUESSAN", "N GUESSAN", SAME),
    _given("PIERRE", "JEAN PIERRE", OTHER),
    _given("JEANNE", "JEAN PIERRE", OTHER),
    _given("JEA", "JEAN PIERRE", OTHER),
    _given("JEAN MARIE", "JEAN PIERRE MARIE", OTHER),
    _given("JEAN-PIERRE", "JEAN", OTHER),
    _given("JOHNNY", "JEAN PIERRE", OTHER),
    _given("CATARINA", "CATARINA BELLA", EQUAL),
    _given("JEAN", "", ABSENT),
    _list("JEAN PIERRE", "JEAN PIERRE", EQUAL),
    _list("JEAN", "JEAN PIERRE", SAME),
    _list("Jean-Pierre", "JEAN PIERRE", SAME),
    _list("JEAN PAUL", "JEAN PIERRE", OTHER),
    _list("JEAN PIERRE MARIE", "JEAN PIERRE", OTHER),
    _list("", "JEAN PIERRE", ABSENT),
    _sex("M", "M", EQUAL),
    _sex("F", "F", EQUAL),
    _sex("M", "F", OTHER),
    _sex("F", "M", OTHER),
    _sex("UN", "F", ABSENT),
    _sex("M", "", ABSENT),
    _sex("", "M", ABSENT),
    _born("19790328", "19790328", EQUAL),
    _born("19790328", "19790329", OTHER),
    _born("19790328", "19790428", OTHER),
    _born("19790328", "19800328", OTHER),
    _born("19790304", "19790403", OTHER),
    _born("1979", "19791231", SAME),
    _born("1979", "19790000", SAME),
    _born("197903", "19790301", SAME),
    _born("197903", "19790300", SAME),
    _born("19791231", "19790000", SAME),
    _born("1979", "19790328", ABSENT),
    _born("197903", "19790328", ABSENT),
    _born("1979", "19800328", OTHER),
    _born("19790328", "19790000", OTHER),
    _born("19790328", "", ABSENT),
    _born("", "19790328", ABSENT),
    _place("51215", "51215", EQUAL),
    _place("2A004", "2A004", EQUAL),
    _place("51215", "51216", OTHER),
    _place("20004", "2A004", OTHER),
    _place("", "51215", ABSENT),
    _place("51215", "", ABSENT),
    _place("99999", "51215", ABSENT),
    _place("99999", "99999", EQUAL),
    _place("", "", ABSENT, qualify=False),
)
"""REQ-INS-10 to 13, one line a rule met at a desk."""
