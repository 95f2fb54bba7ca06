"""Births: dates of which a part is unknown, and what a matricule says of a birth.

Source: RNIV 1 v2.0 (EXI PP 19), digest ``requirements.md`` REQ-INS-29; structure of the NIR (INSEE).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from eprouvette.core.dates import PartialDate

_SEXES: Final[dict[str, str]] = {"1": "M", "3": "M", "7": "M", "2": "F", "4": "F", "8": "F"}
"""First digit of a matricule: 1 and 2, 3 and 4 (foreigners being registered), 7 and 8 (temporary numbers)."""
_FORM: Final = re.compile(r"\d{5}(?:\d{2}|2[AB])\d{6}")


def exchanged(known: str) -> str:
    """The complete date, ``AAAAMMJJ``, that is sent for one of which a part is unknown (REQ-INS-29).

    Day unknown: the 1st of the month. Month unknown, hence the day: the 31st of December. An estimated year is known.
    ``known`` keeps what is known: ``AAAA``, ``AAAAMM`` or ``AAAAMMJJ``.
    """
    if len(known) == 4:
        return f"{known}1231"
    return f"{known}01" if len(known) == 6 else known


def known_part(year: str, month: str, day: str) -> str:
    """What is known of a date typed in three fields, an empty one being unknown.

    A day whose month is unknown has its month taken as January (REQ-INS-29). Raises `InvalidValueError` for a day that
    does not exist.
    """
    if not month and day:
        month = "01"
    text = f"{year}{month.zfill(2) if month else ''}{day.zfill(2) if day else ''}"
    return PartialDate(text).text


def matricule_hints(matricule: str, *, sex: str, birth_date: str, cog: str) -> tuple[str, ...]:
    """What a matricule says that the traits do not: warnings, never a refusal, since persons and places change.

    Sentences speak of the trait, never of its value.
    """
    if not _FORM.fullmatch(matricule[:13]):
        return ("Le matricule n'a pas la forme attendue.",)
    return tuple(_hints(matricule, sex, birth_date, cog))


def _hints(matricule: str, sex: str, birth_date: str, cog: str) -> Iterator[str]:
    said = _SEXES.get(matricule[0])
    if said and sex in {"F", "M"} and said != sex:
        yield "Le premier chiffre du matricule dit l'autre sexe : possible après un changement de sexe à l'état civil."
    if birth_date and matricule[1:3] != birth_date[2:4]:
        yield "L'année de naissance n'est pas celle du matricule."
    # Months above 12 are those of births whose month was unknown when the number was given.
    month = matricule[3:5]
    if len(birth_date) >= 6 and "01" <= month <= "12" and month != birth_date[4:6]:
        yield "Le mois de naissance n'est pas celui du matricule."
    if cog and cog != "99999" and matricule[5:10] != cog:
        yield "Le lieu de naissance n'est pas celui du matricule : possible si sa commune a changé de code."
