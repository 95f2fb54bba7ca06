"""The root of every error of the product.

The tree of each room is drawn at the top of its own ``errors.py``::

    EprouvetteError
    └── InvalidValueError        a value that cannot be what it says it is
        └── (rooms add theirs)

A class says once what the error means: its docstring is the default message, ``permanent`` tells a
retry loop whether trying again can help, ``hint`` is the remedy shown on screen, in French. Messages
and hints never hold patient data.
"""

from __future__ import annotations

from typing import ClassVar


class EprouvetteError(Exception):
    """Une erreur est survenue."""

    permanent: ClassVar[bool] = True
    hint: str = ""

    def __init__(self, message: str | None = None, *, hint: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip().split("\n")[0]
        if hint is not None:
            self.hint = hint
        super().__init__(self.message)


class InvalidValueError(EprouvetteError):
    """La valeur n'a pas la forme attendue."""

    hint = "Corriger la valeur indiquée."
