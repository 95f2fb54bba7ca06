"""Signing in and out, by local named accounts."""

from __future__ import annotations

from django import forms
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from eprouvette.core.errors import EprouvetteError
from eprouvette.lab.accounts import services


class SignInForm(forms.Form):
    """User name and password."""

    username = forms.CharField(label="Identifiant", max_length=60)
    password = forms.CharField(label="Mot de passe", max_length=200, strip=False, widget=forms.PasswordInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through unchanged
        self.fields["username"].widget.attrs.update(autocomplete="username", autofocus=True, size=20)
        self.fields["password"].widget.attrs.update(autocomplete="current-password", size=20)


@login_not_required
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a named person in; a refusal says the same for an unknown name and a wrong password."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.sign_in(form.cleaned_data["username"], form.cleaned_data["password"])
        except EprouvetteError as error:
            form.add_error(None, f"{error.message} {error.hint}")
        else:
            login(request, user, backend="eprouvette.lab.accounts.backend.LocalBackend")
            target = request.GET.get("next", "")
            safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
            return redirect(target if safe else "dossiers")
    return render(request, "web/sign_in.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign_in")
