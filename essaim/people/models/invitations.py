"""Invitations to join an organisation, each for one address."""

from __future__ import annotations

from typing import Any

import pghistory
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.people.models.organisations import Function, Membership, Organisation


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def pending(self) -> InvitationQuerySet:
        """Not answered nor withdrawn; an expired one may still be sent again."""
        return self.filter(ended_as="")

    def open(self) -> InvitationQuerySet:
        return self.pending().filter(expires_at__gt=timezone.now())

    def visible_to(self, user: Any) -> InvitationQuerySet:
        """Those for one of the person's confirmed addresses. Agrees with ``rules.is_invited``."""
        if not user.is_authenticated:
            return self.none()
        addresses = EmailAddress.objects.filter(user=user, verified=True).values(
            address=Lower("email")
        )
        return self.filter(Q(email__in=addresses, ended_as="") | Q(accepted_by=user))

    def for_list(self) -> InvitationQuerySet:
        return self.select_related("organisation", "invited_by").order_by("-created_at", "-pk")


# The address is personal: it stays out of the history, and goes once the invitation has ended.
@pghistory.track(
    model_name="InvitationEvent",
    fields=[
        *("id", "organisation", "role", "functions", "invited_by", "sent", "expires_at"),
        *("ended_as", "ended_at", "accepted_by"),
    ],
)
class Invitation(models.Model):
    class End(models.TextChoices):
        ACCEPTED = "accepted", _("acceptée")
        DECLINED = "declined", _("déclinée")
        WITHDRAWN = "withdrawn", _("retirée")
        EXPIRED = "expired", _("expirée")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("adresse e-mail"), blank=True)
    role = models.CharField(_("rôle"), max_length=20, choices=Membership.Role)
    functions = ArrayField(
        models.CharField(max_length=10, choices=Function),
        verbose_name=_("fonctions"),
        default=list,
        blank=True,
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)
    sent = models.PositiveSmallIntegerField(_("envois"), default=1)
    sent_at = models.DateTimeField(_("dernier envoi"), default=timezone.now)
    expires_at = models.DateTimeField(_("valable jusqu’au"))
    ended_as = models.CharField(_("issue"), max_length=10, choices=End, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                condition=Q(ended_as=""),
                name="invitation_one_pending_for_an_address",
                violation_error_message=_("Une invitation attend déjà à cette adresse."),
            ),
            models.CheckConstraint(
                condition=Q(ended_as="", ended_at__isnull=True) & ~Q(email="")
                | Q(ended_as__gt="", ended_at__isnull=False, email=""),
                name="invitation_address_kept_while_pending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("people:received_invitation", args=[self.pk])

    @property
    def is_pending(self) -> bool:
        return not self.ended_as

    @property
    def has_expired(self) -> bool:
        return self.is_pending and self.expires_at <= timezone.now()

    @property
    def function_labels(self) -> list[str]:
        return [str(each.label) for each in Function if each in self.functions]
