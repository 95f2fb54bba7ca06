"""The tasks of this room, imported by the worker at its start."""

from eprouvette.exchange.dispatch.identities import identity_changed
from eprouvette.exchange.dispatch.planning import plan
from eprouvette.exchange.dispatch.steps import send
from eprouvette.exchange.dispatch.waking import pump

__all__ = ["identity_changed", "plan", "pump", "send"]
