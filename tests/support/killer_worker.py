"""A worker that ends itself by ``kill -9`` at one step of dispatch: ``python -m support.killer_worker STEP``.

The product has no hook for this: the functions of the step are wrapped here, in the test's own process.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from eprouvette.project import boot

STEPS = ("planning", "before_begin", "before_send", "before_settle", "after_settle")


def die(*_: object, **__: object) -> None:
    """End this process at once, as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def after(act: Callable[..., Any]) -> Callable[..., Any]:
    """``act``, then the end."""

    def wrapped(*arguments: Any, **named: Any) -> Any:
        result = act(*arguments, **named)
        die()
        return result

    return wrapped


def arm(step: str) -> None:
    """Wrap the function of a step."""
    from eprouvette.exchange.dispatch import consignments, judging, steps

    match step:
        case "planning":
            judging.ask = die  # type: ignore[assignment]  # dies inside the transaction of the plan
        case "before_begin":
            steps.begin = die
        case "before_send":
            for channel in consignments.CHANNELS.values():
                channel.send = die  # type: ignore[method-assign, assignment]
        case "before_settle":
            for channel in consignments.CHANNELS.values():
                channel.send = after(channel.send)  # type: ignore[method-assign]
        case "after_settle":
            steps.settle = after(steps.settle)


def main() -> None:
    """Work until the step is reached."""
    boot.setup()
    arm(sys.argv[1])
    from eprouvette.foundation.jobs.worker import run

    run(concurrency=1, heartbeat=0.5, stalled_after=1.5)


if __name__ == "__main__":
    main()
