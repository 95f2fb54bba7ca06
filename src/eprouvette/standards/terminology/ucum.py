"""Units that the official terminology rule lets pass.

The rule looks a unit up in a list of UCUM expressions, after it removed annotations of one form only: ``{``, any
character, lower-case letters, any character, ``}``. It is a list, not the grammar: legal UCUM may be refused.

Source: ANS, règles de terminologie of the content test pack 2024.01; UCUM (case-sensitive codes).
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

_ANNOTATION: Final = re.compile(r"\{.[a-z]*.\}")


@cache
def accepts(unit: str) -> bool:
    """True when the official rule finds ``unit`` (an annotation alone is accepted)."""
    bare = _ANNOTATION.sub("", unit)
    return bare == "" or bare in _listed()


@cache
def _listed() -> frozenset[str]:
    return frozenset(files(__package__).joinpath("ucum.txt").read_text(encoding="utf-8").splitlines())
