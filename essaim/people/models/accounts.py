"""Accounts: one person, known by an e-mail address."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# Where addresses of deleted accounts are: a domain that no message can reach (RFC 2606).
NOBODY = "compte-supprime.invalid"


class UserManager(BaseUserManager["User"]):
    def managers(self) -> models.QuerySet[User]:
        """Programme managers and administrators whose account is alive; as ``rules.can_manage``."""
        return self.filter(models.Q(is_manager=True) | models.Q(is_superuser=True), is_active=True)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


# Who may do everything, and since when; the person's name and address stay out of it.
@pghistory.track(
    model_name="AccountEvent",
    fields=["id", "is_manager", "is_staff", "is_superuser", "is_active"],
)
class User(AbstractBaseUser, PermissionsMixin):
    """An account: one person, known by an e-mail address."""

    email = models.EmailField(_("adresse e-mail"), unique=True)
    name = models.CharField(_("nom affiché"), max_length=100, blank=True)
    # The person decides whether the public reads their name (else their organisation's).
    name_is_public = models.BooleanField(_("nom visible de tous"), default=False)
    is_manager = models.BooleanField(_("animateur de la plateforme"), default=False)
    is_staff = models.BooleanField(_("accès à l’administration technique"), default=False)
    is_active = models.BooleanField(_("compte actif"), default=True)
    # In whose name forms propose to write first: they offer it among one's own organisations
    # only, and it gives no right.
    current_organisation = models.ForeignKey(
        "people.Organisation",
        models.SET_NULL,
        verbose_name=_("organisation courante"),
        null=True,
        blank=True,
        related_name="+",
    )
    date_joined = models.DateTimeField(_("inscription"), auto_now_add=True)
    # A deleted account is an empty shell that keeps what others built on valid: nobody's address,
    # no right, and a name only where the person asked to stay credited.
    deleted_at = models.DateTimeField(_("supprimé le"), null=True, blank=True, editable=False)
    # When the person was told that their account, unused for years, would be emptied.
    inactivity_warned_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The organisation that an identity provider named and that the person did not want to join.
    declined_siren = models.CharField(max_length=9, blank=True, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("compte")
        verbose_name_plural = _("comptes")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("Un compte utilise déjà cette adresse."),
            ),
            models.CheckConstraint(
                condition=models.Q(deleted_at__isnull=True)
                | models.Q(
                    is_active=False,
                    is_manager=False,
                    is_staff=False,
                    is_superuser=False,
                    email__endswith=f"@{NOBODY}",
                ),
                name="user_deleted_is_empty",
                violation_error_message=_("Un compte supprimé ne se rouvre pas."),
            ),
        ]

    def __str__(self) -> str:
        if self.deleted_at and not self.name:
            return gettext("Compte supprimé")
        return self.name or self.email
