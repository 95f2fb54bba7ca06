"""The tasks of this room, imported by the worker at its start."""

from eprouvette.exchange.announcing.sending import gather, send

__all__ = ["gather", "send"]
