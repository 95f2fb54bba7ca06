"""Search and duplicate proposal among two million fictitious patients, or ``EPROUVETTE_BENCH_PATIENTS``.

The patients are copied into an embedded PostgreSQL of their own; each question is asked as a desk asks it.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from eprouvette.foundation.database.embedded import EmbeddedDatabase
from eprouvette.project import boot

PATIENTS = int(os.environ.get("EPROUVETTE_BENCH_PATIENTS", "2000000"))
QUESTIONS = 300
STARTS = """
    A B BA BE BER BO BOU BRA CHA COU DE DU DUR FA FER FOU GAR GI GRA GUI HAR JOU LA LAM LE LEF MA MAR MER MI MON NO
    PA PE PER PI RO ROU SA SI TA THO VA VI
"""
MIDDLES = "BEL CHE DI DOU FEL GAU LAN LI LOU MAN MI NAR NE QUE RI RO SAN TE TI VE VIL"
ENDS = "ARD AUD AULT AY EAU EL ER ET EZ IER IN IS ON OT OUX Y"
GIVEN = """
    MARIE JEAN PIERRE MICHEL ANDRE NATHALIE ISABELLE SYLVIE CATHERINE PHILIPPE MARTINE ALAIN PATRICK FRANCOISE NICOLAS
    CHRISTOPHE STEPHANIE CELINE JULIEN AURELIE THOMAS CAMILLE LEA MANON LUCAS HUGO EMMA CHLOE LOUIS JADE GABRIEL ANNE
    CLAUDE DOMINIQUE MONIQUE DANIEL BERNARD CLAIRE PAUL LUCIE SOPHIE LAURENT ERIC VALERIE SANDRINE KARINE DAVID
    JEAN-PIERRE MARIE-CLAUDE ANNE-MARIE JEAN-LUC MARIE-LOUISE PIERRE-ALAIN
"""
COLUMNS = """
    ipp birth_family_name birth_given_names first_given_name sex birth_date birth_date_note birth_place_cog
    birth_place_name birth_rank used_family_name used_given_name ins_value ins_oid ins_received_from status homonym
    doubtful fictitious insi_exemption document_type evidence address_line postal_code city phone email contact_name
    contact_phone search_birth_name search_used_name search_first_name search_used_given sound_birth_name
    sound_used_name sound_first_name created_at
"""
Row = tuple[Any, ...]


def measure() -> list[tuple[str, float, str, str]]:
    """In a process of its own: Django keeps the database that it began with."""
    done = subprocess.run([sys.executable, __file__], check=True, capture_output=True, text=True)
    return [tuple(row) for row in json.loads(done.stdout)]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="eprouvette-bench-") as folder:
        embedded = EmbeddedDatabase(Path(folder), fast=True)
        os.environ |= {"EPROUVETTE_DATA": folder, "DATABASE_URL": embedded.start()}
        try:
            boot.setup(migrate=True)
            filled = _fill()
            rows = [
                (f"{PATIENTS:,} patients copied and indexed", filled, "s", "(apart)"),
                *_percentiles("patient search", _search_questions(), "aim p95 ≤ 50 ms"),
                *_percentiles("duplicate proposal", _duplicate_questions(), "aim p95 ≤ 100 ms"),
            ]
        finally:
            embedded.destroy()
    print(json.dumps(rows))


def _persons(chance: random.Random) -> Iterator[Row]:
    """Fictitious patients: a few frequent names, many rare ones, as a civil register has them."""
    from eprouvette.core.ins import key_of
    from eprouvette.core.oids import INS_NIR_TEST
    from eprouvette.lab.directory.rules import search_key
    from eprouvette.lab.identity.names import sound_of

    names = [a + b + c for a in STARTS.split() for b in ("", *MIDDLES.split()) for c in ENDS.split()]
    given_names = GIVEN.split()
    chance.shuffle(names)
    weights = [1 / (rank + 20) ** 0.7 for rank in range(len(names))]
    keys = {name: (search_key(name), sound_of(name)) for name in (*names, *given_names)}
    families = chance.choices(names, weights, k=PATIENTS)

    def folded_of(name: str) -> str:
        return keys[name][0] if name else ""

    now, born = datetime.now(UTC), date(1926, 1, 1)
    for rank, family in enumerate(families):
        first = chance.choice(given_names)
        used = chance.choice(families) if chance.random() < 0.15 else ""
        used_given = chance.choice(given_names) if chance.random() < 0.08 else ""
        sex = chance.choice("FM")
        day = born + timedelta(days=chance.randrange(36_500))
        ins = ""
        if chance.random() < 0.5:
            number = f"{'2' if sex == 'F' else '1'}{day:%y%m}{rank % 10**8:08d}"
            ins = number + key_of(number)
        known = (f"B-{rank:09d}", family, f"{first} MARIE", first, sex, f"{day:%Y%m%d}", "", "51215", "", "")
        held = (ins, INS_NIR_TEST if ins else "", "", "qualifiee" if ins else "provisoire", False, False, False)
        folded = (keys[family][0], folded_of(used), keys[first][0], folded_of(used_given))
        heard = (keys[family][1], keys[used][1] if used else "", keys[first][1])
        yield (*known, used, used_given, *held, *[""] * 10, *folded, *heard, now)


def _fill() -> float:
    from django.db import connection

    start = time.perf_counter()
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY identity_patient ({', '.join(COLUMNS.split())}) FROM STDIN") as copy:
            for row in _persons(random.Random(7)):
                copy.write_row(row)
        cursor.execute("ANALYZE identity_patient")
    return time.perf_counter() - start


def _sample() -> list[Any]:
    from eprouvette.lab.identity.models import Patient

    chance = random.Random(11)
    first = Patient.objects.order_by("pk").values_list("pk", flat=True)[0]
    wanted = [first + chance.randrange(PATIENTS) for _ in range(QUESTIONS)]
    return list(Patient.objects.filter(pk__in=wanted))


def _search_questions() -> list[Callable[[], object]]:
    """What desks type: two or three letters, a name and the start of a given name, a date, an INS, a used name."""
    from eprouvette.lab.identity.search import Criteria, find

    forms: tuple[Callable[[Any], Criteria], ...] = (
        lambda one: Criteria(family_name=one.birth_family_name[:2]),
        lambda one: Criteria(family_name=one.birth_family_name[:4]),
        lambda one: Criteria(family_name=one.birth_family_name, given_name=one.first_given_name[:3]),
        lambda one: Criteria(family_name=one.birth_family_name[:3], given_name=one.first_given_name),
        lambda one: Criteria(family_name=one.birth_family_name[:2], sex=one.sex),
        lambda one: Criteria(birth_date=one.birth_date),
        lambda one: Criteria(birth_date=one.birth_date, family_name=one.birth_family_name[:1]),
        lambda one: Criteria(birth_date=one.birth_date, given_name=one.first_given_name[:2], sex=one.sex),
        lambda one: Criteria(ins=one.ins_value or "279035121518989"),
        lambda one: Criteria(family_name=one.used_family_name or "ZZ"),
        lambda one: Criteria(ipp=one.ipp),
    )
    return [partial(find, forms[rank % len(forms)](one)) for rank, one in enumerate(_sample())]


def _duplicate_questions() -> list[Callable[[], object]]:
    """A person of the register typed with a fault or none, as the form grows."""
    from eprouvette.lab.identity.candidates import duplicates
    from eprouvette.lab.identity.duplicates import Keys

    chance = random.Random(13)
    asked: list[Callable[[], object]] = []
    for one in _sample():
        family, first, day = one.birth_family_name, one.first_given_name, one.birth_date
        fault = chance.randrange(6)
        if fault == 1:
            place = chance.randrange(len(family))
            family = family[:place] + chance.choice("AEIOLNRST") + family[place + 1 :]
        elif fault == 2:
            day = f"{day[:4]}{day[6:]}{day[4:6]}"
        elif fault == 3:
            family, first = first, family
        elif fault == 4:
            day = ""
        elif fault == 5:
            first = first[:3]
        keys = Keys.of(family, first, day, sex=one.sex, cog=one.birth_place_cog)
        asked.append(partial(duplicates, keys))
    return asked


def _percentiles(name: str, questions: list[Callable[[], object]], aim: str) -> list[tuple[str, float, str, str]]:
    for question in questions[:30]:
        question()
    times = []
    for question in questions:
        start = time.perf_counter()
        question()
        times.append((time.perf_counter() - start) * 1000)
    cuts = statistics.quantiles(times, n=100)
    return [(f"{name}, median", cuts[49], "ms", ""), (f"{name}, p95", cuts[94], "ms", aim)]


if __name__ == "__main__":
    main()
