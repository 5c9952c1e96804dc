"""What was kept of the core, and what was adapted (§ 5 of the domain).

A component may leave the sheet: what was said of it keeps its name and kind.
"""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.contributions.models import Proposal
from essaim.initiatives.models import Component

from .replication import Replication


@pghistory.track()
class ComponentWeight(models.Model):
    """How much a core component counts in fidelity; 1 where nothing is said (ours)."""

    component = models.OneToOneField(
        Component, models.CASCADE, related_name="fidelity_weight", verbose_name=_("composante")
    )
    weight = models.PositiveSmallIntegerField(_("poids"), default=1)

    class Meta:
        verbose_name = _("poids d’une composante")
        verbose_name_plural = _("poids des composantes")
        constraints = [
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=10),
                name="component_weight_range",
                violation_error_message=_("Un poids va de 1 à 10."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.weight}"


class Share(models.IntegerChoices):
    """How far a component is delivered; halves are ours."""

    WHOLE = 100, _("comme à l’origine")
    PART = 50, _("en partie")
    NONE = 0, _("pas du tout")


@pghistory.track()
class Delivery(models.Model):
    """How far one component of the sheet is delivered on this site today."""

    replication = models.ForeignKey(Replication, models.CASCADE, related_name="deliveries")
    component = models.ForeignKey(
        Component, models.SET_NULL, null=True, blank=True, related_name="deliveries"
    )
    component_name = models.CharField(_("composante"), max_length=250)
    share = models.PositiveSmallIntegerField(_("réalisée"), choices=Share)
    on = models.DateField(_("depuis le"))

    class Meta:
        verbose_name = _("composante réalisée")
        verbose_name_plural = _("composantes réalisées")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["replication", "component"],
                condition=Q(component__isnull=False),
                name="delivery_once_per_component",
            ),
            models.CheckConstraint(
                condition=Q(share__in=[0, 50, 100]), name="delivery_share_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component_name}: {self.share} %"


class AdaptationQuerySet(models.QuerySet["Adaptation"]):
    def current(self) -> AdaptationQuerySet:
        """Those that still differ from the origin."""
        return self.filter(ended_on__isnull=True)

    def for_list(self) -> AdaptationQuerySet:
        return self.select_related("component", "proposal")


@pghistory.track(
    model_name="AdaptationEvent",
    fields=[
        *("id", "replication", "component", "component_name", "component_kind", "on", "nature"),
        *("effect", "red_line", "ended_on", "proposal"),
    ],
)
class Adaptation(models.Model):
    class Nature(models.TextChoices):
        PLANNED = "planned", _("prévue dès le départ")
        REACTIVE = "reactive", _("en réponse à ce qui est arrivé")

    class Effect(models.TextChoices):
        UNKNOWN = "unknown", _("pas encore connu")
        BETTER = "better", _("meilleur résultat")
        SAME = "same", _("même résultat")
        WORSE = "worse", _("moins bon résultat")

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    replication = models.ForeignKey(Replication, models.CASCADE, related_name="adaptations")
    component = models.ForeignKey(
        Component, models.SET_NULL, null=True, blank=True, related_name="adaptations"
    )
    # As they were that day; empty for what the sheet says nothing of.
    component_name = models.CharField(_("composante"), max_length=250, blank=True)
    component_kind = models.CharField(
        _("cœur ou marge"), max_length=6, choices=Component.Kind, blank=True
    )
    what = models.TextField(_("ce qui est fait autrement"), max_length=2000)
    on = models.DateField(_("depuis le"))
    nature = models.CharField(_("décision"), max_length=10, choices=Nature)
    decided_by = models.CharField(_("qui a décidé"), max_length=200)
    why = models.TextField(_("pourquoi"), max_length=2000)
    effect = models.CharField(_("effet"), max_length=10, choices=Effect, default=Effect.UNKNOWN)
    effect_note = models.TextField(_("ce que l’on a observé"), max_length=2000, blank=True)
    # The line of the sheet that it crosses, word for word.
    red_line = models.CharField(_("ligne rouge franchie"), max_length=500, blank=True)
    ended_on = models.DateField(_("abandonnée le"), null=True, blank=True)
    proposal = models.ForeignKey(
        Proposal, models.SET_NULL, null=True, blank=True, related_name="adaptations",
        verbose_name=_("proposée à la fiche"),
    )  # fmt: skip
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AdaptationQuerySet.as_manager()

    class Meta:
        verbose_name = _("adaptation")
        verbose_name_plural = _("adaptations")
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("on")),
                name="adaptation_ends_after_it_began",
                violation_error_message=_("Une adaptation ne s’arrête pas avant d’avoir commencé."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_orphan(self) -> bool:
        """On a component that the sheet no longer has."""
        return bool(self.component_name) and self.component_id is None

    @property
    def crosses(self) -> bool:
        return bool(self.red_line) and self.ended_on is None

    @property
    def kind_label(self) -> Any:
        return self.get_component_kind_display()
