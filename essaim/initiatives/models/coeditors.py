"""Who else writes a card: people whom its holder asked for help, card by card."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class CoEditor(models.Model):
    """A person who writes the card as its holder's members do, and accepted to."""

    card = models.ForeignKey("Initiative", models.CASCADE, related_name="coeditors")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("personne"),
        related_name="coedited",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        verbose_name=_("nommé par"),
        related_name="+",
        null=True,
    )
    since = models.DateTimeField(_("depuis"), auto_now_add=True)

    class Meta:
        verbose_name = _("coéditeur")
        verbose_name_plural = _("coéditeurs")
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["card", "user"],
                name="coeditor_once",
                violation_error_message=_("Cette personne coédite déjà la fiche."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.card_id} – {self.user_id}"


class CoEditorInvitationQuerySet(models.QuerySet["CoEditorInvitation"]):
    def current(self) -> CoEditorInvitationQuerySet:
        """Those that may still be answered."""
        since = timezone.now() - dt.timedelta(days=settings.COEDITOR_INVITATION_DAYS)
        return self.filter(at__gt=since)

    def for_person(self, user: Any) -> CoEditorInvitationQuerySet:
        """Current ones for an address that this person proved to be theirs."""
        proved = EmailAddress.objects.filter(user=user, verified=True)
        return self.current().filter(email__in=proved.values(address=Lower("email")))

    def for_list(self) -> CoEditorInvitationQuerySet:
        return self.select_related("card", "by")


class CoEditorInvitation(models.Model):
    """An address that was asked. Nothing here depends on whether an account uses it."""

    card = models.ForeignKey("Initiative", models.CASCADE, related_name="coeditor_invitations")
    email = models.EmailField(_("adresse e-mail"))  # in lower case
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("invité par"),
        related_name="+",
    )
    at = models.DateTimeField(_("le"), default=timezone.now)

    objects = CoEditorInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation à coéditer")
        verbose_name_plural = _("invitations à coéditer")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "card",
                Lower("email"),
                name="coeditor_invitation_once",
                violation_error_message=_("Cette adresse est déjà invitée."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
