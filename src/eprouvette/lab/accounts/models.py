"""Users: one named person each, one role, no shared account (REQ-AUT-02)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from eprouvette.lab.accounts.rules import ROLE_LABELS, Role


class UserManager(BaseUserManager["User"]):
    """Looks a user up by user name; accounts are opened by `services.create_user` only."""


class User(AbstractBaseUser):
    """A person who works in the laboratory, signs in, and whose acts carry his or her name.

    ``rpps`` and ``specialty_code`` are those of a biologist; both are required to validate.
    ``failures`` counts wrong passwords since the last success, ``locked_until`` closes the account
    for a time.
    """

    username = models.CharField("identifiant", max_length=60, unique=True)
    civility = models.CharField("civilité", max_length=3, blank=True, default="")
    title = models.CharField("titre", max_length=2, blank=True, default="")
    family_name = models.CharField("nom", max_length=100)
    given_name = models.CharField("prénom", max_length=100)
    role = models.CharField("rôle", max_length=12, choices=[(role.value, label) for role, label in ROLE_LABELS.items()])
    rpps = models.CharField("numéro RPPS", max_length=11, blank=True, default="")
    specialty_code = models.CharField("spécialité", max_length=30, blank=True, default="")
    specialty_label = models.CharField("libellé de la spécialité", max_length=200, blank=True, default="")
    is_active = models.BooleanField("actif", default=True)
    failures = models.PositiveSmallIntegerField("échecs de connexion", default=0)
    locked_until = models.DateTimeField("verrouillé jusqu'à", null=True, blank=True)
    password_changed_at = models.DateTimeField("mot de passe changé le")
    created_at = models.DateTimeField("créé le")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["family_name", "given_name", "role"]

    objects = UserManager()

    class Meta:
        """An RPPS number belongs to one account."""

        constraints = [
            models.UniqueConstraint(fields=["rpps"], condition=~models.Q(rpps=""), name="user_rpps_once"),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def as_role(self) -> Role:
        """The role, as the rights table knows it."""
        return Role(self.role)

    @property
    def actor(self) -> str:
        """How the audit names the user."""
        return f"user:{self.pk}"

    @property
    def display_name(self) -> str:
        """``Dr Anne AUBIN``, or given name and family name without a title."""
        title = {"DR": "Dr", "PR": "Pr"}.get(self.title, "")
        return f"{title} {self.given_name} {self.family_name}".strip()
