"""Code tables of HL7 v2 that the readers check against.

Source: HL7 v2.5 chapter 2, tables by number.
"""

from __future__ import annotations

from typing import Final

CODED_TYPES: Final = frozenset({"CE", "CWE", "CNE", "CF"})
"""Table 0125: a code with its words."""
