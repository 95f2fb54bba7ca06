"""What a published document and its re-written form say differently, each difference with its reason.

A difference is a fact of `support.inventory` that one of the two has and the other has not. `explained` counts them
by reason; what no reason explains comes back as it is.
"""

from __future__ import annotations

import re
from typing import Final

from support.inventory import inventory

PART_ID: Final = "the identifiers of sections and of joined files are made anew for each version"
HOME: Final = "the address of a patient is the home"
NO_ADDRESS: Final = "the address of a recipient that has none is unknown"
PARIS: Final = "a time without offset or hour is one in Paris (a remark says so)"
NO_SUCH_TIME: Final = "a time that does not exist is unknown (a remark says so)"
WORDS: Final = "the words of a listed code are those of its list"
PRIOR: Final = "an earlier result has the words of its result's code"
NORMAL: Final = "a usual range is normal, in words too"
SCHEMA: Final = "what the schema fixes is told, or left out"
TYPE: Final = "a free text is ST, a number without unit PQ"
NAMED: Final = "a narrative names what only a code named"
TITLE: Final = "a section without title has that of its code"
SOUGHT: Final = "what a screening looks for is named by its code"
LINK: Final = "a link is told in words"

_DOUBTFUL: Final = (
    "20201231", "2020-12-30T23:00:00Z", "20210104", "2021-01-03T23:00:00Z", "20240104", "2024-01-03T23:00:00Z",
    "202101041120", "2021-01-04T10:20:00Z", "202401041120", "2024-01-04T10:20:00Z", "20231224100000",
    "2023-12-24T09:00:00Z", "20240104155000", "2024-01-04T14:50:00Z",
)  # fmt: skip
_FORMS: Final = (
    (PART_ID, r"section\((55108-5|101792-0|55112-7|42349-1|11369-6)\)\S*/id \| root="),
    (HOME, r"^recordTarget/patientRole/addr \| "),
    (NO_ADDRESS, r"intendedRecipient/addr \| nullFlavor=UNK$"),
    (PARIS, rf"(effectiveTime|time|high) \| value=({'|'.join(_DOUBTFUL)})$"),
    (NO_SUCH_TIME, r"effectiveTime \| (value=20092012081500\+0100|nullFlavor=UNK)$"),
    (WORDS, r"encompassingEncounter/code \| code=AMB |observation\(69764-9\)/value \| code=55108-5 "),
    (PRIOR, r"observation\((\S+)\)/entryRelationship/observation\(\1\)/code \| code=\1 "),
    (NORMAL, r"observationRange/interpretationCode \| code=N "),
    (SCHEMA, r"/component \| typeCode=COMP$"),
    (SCHEMA, r"observationRange \| classCode=OBS moodCode=EVN.CRT$"),
    (SCHEMA, r"procedure\(9050\)/performer \| typeCode=PRF$"),
    (SCHEMA, r"organizer\(55107-7\)/effectiveTime \| nullFlavor=NA$"),
    (TYPE, r"/value \| (type=(ED|ST)|value=2.0 type=(REAL|PQ))\b"),
    (SOUGHT, r"observation\(55607006\)/(text|value/originalText)/reference \| «"),
    (NAMED, r"/(originalText|text)/reference \| «"),
    (TITLE, r"^section\(\S+\)/title \| "),
    (LINK, r"^section\(55112-7\)/text \| "),
)


def explained(original: bytes, rewritten: bytes) -> tuple[dict[str, tuple[int, int]], list[str]]:
    """By reason, how many facts went and how many came; then the differences that have no reason."""
    before, after = inventory(original), inventory(rewritten)
    counts: dict[str, list[int]] = {}
    others: list[str] = []
    for side, facts in enumerate((before - after, after - before)):
        for fact, times in facts.items():
            reason = next((reason for reason, form in _FORMS if re.search(form, fact)), "")
            if reason:
                counts.setdefault(reason, [0, 0])[side] += times
            else:
                others.append(f"{'-+'[side]} {fact}")
    return {reason: (gone, come) for reason, (gone, come) in counts.items()}, others
