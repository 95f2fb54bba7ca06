"""The form of a LOINC code: digits, a hyphen, and the check digit that they give.

Source: LOINC Users' Guide, appendix « Calculating mod 10 check digits ».
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_FORM: Final = re.compile(r"([0-9]{1,7})-([0-9])", re.ASCII)


@cache
def is_well_formed(code: str) -> bool:
    """True when ``code`` has the form of a LOINC code and its check digit is right."""
    parts = _FORM.fullmatch(code)
    return parts is not None and check_digit(parts[1]) == int(parts[2])


def check_digit(number: str) -> int:
    """The mod 10 check digit of the digits before the hyphen."""
    odd = number[::-1][0::2]
    even = number[::-1][1::2]
    doubled = str(int(odd) * 2)
    total = sum(map(int, doubled)) + sum(map(int, even))
    return -total % 10
