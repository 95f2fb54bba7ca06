"""How the decisions of a release are shown before it happens: who will get what, who will not, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from eprouvette.exchange.dispatch import queries as dispatch
from eprouvette.exchange.dispatch.rules import Decision, Verdict

VERDICTS: Final[dict[Verdict, tuple[str, str]]] = {
    "send": ("part", "done"),
    "wait": ("attend", "attention"),
    "never": ("ne part pas", "waiting"),
}


def recipients_of(lines: Iterable[Decision]) -> list[dict[str, Any]]:
    """One row a recipient, in the order of the decisions."""
    return [
        {
            "line": line,
            "channel_label": dispatch.CHANNEL_LABELS[line.channel],
            "label": VERDICTS[line.verdict][0],
            "tone": VERDICTS[line.verdict][1],
        }
        for line in lines
    ]
