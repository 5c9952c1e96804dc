"""Organisations that are members of a network."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.people.models.organisations import Membership, Organisation


class NetworkMembershipQuerySet(models.QuerySet["NetworkMembership"]):
    def current(self) -> NetworkMembershipQuerySet:
        return self.filter(since__isnull=False, until__isnull=True)

    def proposed(self) -> NetworkMembershipQuerySet:
        return self.filter(since__isnull=True, until__isnull=True)

    def of(self, organisation: Organisation) -> NetworkMembershipQuerySet:
        """Current or proposed, on either side; what waits for an answer first."""
        return self.filter(
            Q(network=organisation) | Q(organisation=organisation), until__isnull=True
        ).order_by(F("since").asc(nulls_first=True), "pk")

    def waiting_for(self, user: Any) -> NetworkMembershipQuerySet:
        """Proposals to answer: as a representative of the side asked, or, where nobody
        represents it, as a manager."""
        representing = Membership.objects.representing()
        mine = representing.filter(user=user).values("organisation")
        asked = Q(proposed_by_network=True, organisation__in=mine) | Q(
            proposed_by_network=False, network__in=mine
        )
        if user.is_manager or user.is_superuser:
            asked |= Q(
                ~Exists(representing.filter(organisation=OuterRef("organisation"))),
                proposed_by_network=True,
            )
            asked |= Q(
                ~Exists(representing.filter(organisation=OuterRef("network"))),
                proposed_by_network=False,
            )
        return self.proposed().filter(asked)

    def for_list(self) -> NetworkMembershipQuerySet:
        return self.select_related("network", "organisation")


@pghistory.track(
    model_name="NetworkMembershipEvent",
    fields=[
        *("id", "network", "organisation", "proposed_by_network", "proposed_by", "proposed_at"),
        *("since", "accepted_by", "until", "ended_by"),
    ],
)
class NetworkMembership(models.Model):
    """Proposed (neither date), current (``since``), or over (``until``); a proposal declined or
    taken back ends without having begun."""

    network = models.ForeignKey(Organisation, models.CASCADE, related_name="member_organisations")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="networks")
    proposed_by_network = models.BooleanField(_("proposée par le réseau"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField(_("proposée le"), auto_now_add=True)
    since = models.DateField(_("depuis le"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    until = models.DateField(_("jusqu’au"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = NetworkMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("appartenance à un réseau")
        verbose_name_plural = _("appartenances à un réseau")
        constraints = [
            models.UniqueConstraint(
                fields=["network", "organisation"],
                condition=Q(until__isnull=True),
                name="network_membership_once",
                violation_error_message=_("Cette organisation est déjà membre, ou en attente."),
            ),
            models.CheckConstraint(
                condition=~Q(network=F("organisation")),
                name="network_not_its_own_member",
                violation_error_message=_("Un réseau n’est pas membre de lui-même."),
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="network_membership_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network_id} – {self.organisation_id}"

    def get_absolute_url(self) -> str:
        return reverse("people:network_membership", args=[self.pk])

    @property
    def is_proposed(self) -> bool:
        return self.since is None and self.until is None

    @property
    def is_current(self) -> bool:
        return self.since is not None and self.until is None

    @property
    def asked(self) -> Organisation:
        """The side whose answer is awaited."""
        return self.organisation if self.proposed_by_network else self.network
