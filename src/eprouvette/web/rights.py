"""Rights at the door of a page: the table of `lab.accounts` decides, the page only asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from eprouvette.lab.accounts.models import User
from eprouvette.lab.accounts.rules import ROLE_LABELS, Act, may

Parameters = ParamSpec("Parameters")
View = Callable[Concatenate[HttpRequest, Parameters], HttpResponse]


def person(request: HttpRequest) -> User:
    """Who is signed in (every page but the sign-in asks for somebody)."""
    return cast(User, request.user)


def can(request: HttpRequest, act: Act) -> bool:
    """True when who is signed in may do ``act``."""
    return request.user.is_authenticated and may(person(request).as_role, act)


def needs(act: Act) -> Callable[[View[Parameters]], View[Parameters]]:
    """Open a page only to those who may do ``act``; others read why, with status 403."""

    def guard(view: View[Parameters]) -> View[Parameters]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
            if can(request, act):
                return view(request, *args, **kwargs)
            role = ROLE_LABELS[person(request).as_role]
            context = {
                "heading": "Accès réservé",
                "sentence": f"Le rôle « {role} » ne permet pas cet acte.",
                "remedy": "Demander à un responsable habilité, ou changer de compte.",
            }
            return render(request, "web/error.html", context, status=403)

        return guarded

    return guard
