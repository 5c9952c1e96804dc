"""Requests to join an organisation, decided by those who represent it."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.people.models.organisations import Membership, Organisation


class MembershipRequestQuerySet(models.QuerySet["MembershipRequest"]):
    def pending(self) -> MembershipRequestQuerySet:
        return self.filter(decision="")

    def waiting_for(self, user: Any) -> MembershipRequestQuerySet:
        """Those this person is to decide: as a representative, or, where nobody represents the
        organisation, as a manager."""
        representing = Membership.objects.representing()
        mine = Q(organisation__in=representing.filter(user=user).values("organisation"))
        if user.is_manager or user.is_superuser:
            someone = representing.filter(organisation=OuterRef("organisation"))
            mine |= Q(~Exists(someone))
        return self.pending().filter(mine).exclude(user=user)

    def for_list(self) -> MembershipRequestQuerySet:
        return self.select_related("organisation", "user").order_by("created_at", "pk")


# What people wrote stays out of the history.
@pghistory.track(
    model_name="MembershipRequestEvent",
    fields=["id", "organisation", "user", "created_at", "decision", "decided_at", "decided_by"],
)
class MembershipRequest(models.Model):
    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("acceptée")
        DECLINED = "declined", _("déclinée")
        WITHDRAWN = "withdrawn", _("retirée")

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="membership_requests"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="membership_requests"
    )
    message = models.TextField(_("message"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("reçue le"), auto_now_add=True)
    decision = models.CharField(
        _("décision"), max_length=10, choices=Decision, blank=True, default=""
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(_("motif"), max_length=1000, blank=True)

    objects = MembershipRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande pour rejoindre une organisation")
        verbose_name_plural = _("demandes pour rejoindre une organisation")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(decision=""),
                name="membership_request_one_pending",
                violation_error_message=_("Votre demande attend déjà une réponse."),
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | Q(decision__gt="", decided_at__isnull=False),
                name="membership_request_decision_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(decision="declined") | ~Q(reason=""),
                name="membership_request_refusal_has_reason",
                violation_error_message=_("Un refus donne son motif."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("people:membership_request", args=[self.organisation.slug, self.pk])

    @property
    def is_pending(self) -> bool:
        return not self.decision
