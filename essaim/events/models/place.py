"""Third places: where people of different trades meet."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.people.models import Membership, Organisation
from essaim.territories.models import Territory
from essaim.themes.models import Theme


class ThirdPlaceQuerySet(models.QuerySet["ThirdPlace"]):
    def visible_to(self, user: Any) -> ThirdPlaceQuerySet:
        """Published ones for all; the others for who proposed them, who represents the
        organisation, and managers. Agrees with ``rules.can_view_place``."""
        if not user.is_authenticated:
            return self.filter(state="published")
        if user.is_manager or user.is_superuser:
            return self
        mine = Membership.objects.filter(user=user, role=Membership.Role.REPRESENTATIVE).values(
            "organisation"
        )
        return self.filter(Q(state="published") | Q(created_by=user) | Q(organisation__in=mine))

    def for_list(self) -> ThirdPlaceQuerySet:
        return self.select_related("territory", "organisation").prefetch_related("themes")

    def for_detail(self) -> ThirdPlaceQuerySet:
        return self.for_list()


@pghistory.track(exclude=["summary", "services", "address", "submission"])
class ThirdPlace(FSMModelMixin, models.Model):
    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposé")
        PUBLISHED = "published", _("publié")
        CLOSED = "closed", _("fermé")

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("adresse"), max_length=100, unique=True)
    name = models.CharField(_("nom"), max_length=150)
    summary = models.TextField(_("en quelques phrases"), max_length=2000, blank=True)
    services = models.TextField(_("ce qu’on y trouve"), max_length=1000, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, verbose_name=_("organisation"), related_name="third_places",
        null=True, blank=True,
    )  # fmt: skip
    territory = models.ForeignKey(
        Territory, models.PROTECT, verbose_name=_("commune"), related_name="+"
    )
    address = models.CharField(_("adresse postale"), max_length=200, blank=True)
    website = models.URLField(_("site"), max_length=300, blank=True)
    themes = models.ManyToManyField(
        Theme, verbose_name=_("thèmes"), blank=True, related_name="third_places"
    )
    state = FSMField(_("état"), choices=State.choices, default=State.PROPOSED, protected=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ThirdPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("tiers-lieu")
        verbose_name_plural = _("tiers-lieux")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "published", "closed"]),
                name="thirdplace_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="thirdplace_has_a_name",
                violation_error_message=_("Donnez un nom."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("events:place", args=[self.slug])

    @transition("state", source=["proposed", "closed"], target="published")
    def publish(self) -> None: ...

    @transition("state", source=["proposed", "published"], target="closed")
    def close(self) -> None: ...
