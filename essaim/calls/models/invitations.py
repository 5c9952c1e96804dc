"""Partners that have nobody here yet: asked by mail to sign."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.people.models import Organisation
from essaim.territories.models import Territory

from .application import Application, Partner


class PartnerInvitationQuerySet(models.QuerySet["PartnerInvitation"]):
    def pending(self) -> PartnerInvitationQuerySet:
        """Not answered nor withdrawn; an expired one may still be sent again."""
        return self.filter(ended_as="")


class PartnerInvitation(models.Model):
    """An organisation that has no page here, or nobody on it, asked by mail to apply along.
    ``organisation``: its page, where there is one. The address goes with the answer."""

    class End(models.TextChoices):
        ACCEPTED = "accepted", _("acceptée")
        DECLINED = "declined", _("déclinée")
        WITHDRAWN = "withdrawn", _("retirée")
        EXPIRED = "expired", _("expirée")

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="partner_invitations")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="+",
        verbose_name=_("organisation"),
    )  # fmt: skip
    name = models.CharField(_("nom"), max_length=200)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    role = models.CharField(
        _("rôle"), max_length=10, choices=Partner.Role, default=Partner.Role.PARTNER
    )
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("territoire"),
    )  # fmt: skip
    part = models.TextField(_("ce qu’il apporte ou fera"), max_length=2000, blank=True)
    amount_cents = models.BigIntegerField(_("sa part (centimes)"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    sent = models.PositiveSmallIntegerField(_("envois"), default=1)
    sent_at = models.DateTimeField(_("dernier envoi"), default=timezone.now)
    ended_as = models.CharField(_("issue"), max_length=10, choices=End, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("pourquoi"), max_length=500, blank=True)
    partner = models.ForeignKey(Partner, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = PartnerInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("partenaire invité par courrier électronique")
        verbose_name_plural = _("partenaires invités par courrier électronique")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "siren"],
                condition=Q(ended_as="") & ~Q(siren=""),
                name="partnerinvitation_once",
                violation_error_message=_("Cette organisation est déjà invitée."),
            ),
            models.CheckConstraint(
                condition=Q(ended_as="", ended_at__isnull=True) & ~Q(email="")
                | Q(ended_as__gt="", ended_at__isnull=False, email=""),
                name="partnerinvitation_address_kept_while_pending",
            ),
            models.CheckConstraint(
                condition=~Q(siren="") | Q(organisation__isnull=False) | Q(ended_as__gt=""),
                name="partnerinvitation_says_which",
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True) | Q(amount_cents__gte=0),
                name="partnerinvitation_amount_not_negative",
                violation_error_message=_("Un montant n’est pas négatif."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.siren}"

    @property
    def is_pending(self) -> bool:
        return not self.ended_as

    @property
    def expires_at(self) -> dt.datetime:
        return self.sent_at + dt.timedelta(days=settings.CALLS_APPLYING["partner_days"])

    @property
    def has_expired(self) -> bool:
        return self.is_pending and self.expires_at <= timezone.now()
