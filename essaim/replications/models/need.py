"""How many people have the need, place by place, and the law that may end scaling (§ 2, § 15)."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative
from essaim.territories.models import Territory

from .replication import Replication


class NeedEstimateQuerySet(models.QuerySet["NeedEstimate"]):
    def for_list(self) -> NeedEstimateQuerySet:
        return self.select_related("territory").order_by("territory__sort_name", "pk")


@pghistory.track(exclude=["source"])
class NeedEstimate(models.Model):
    """People concerned on a territory: a population, times the share of it that has the need."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="need_estimates")
    territory = models.ForeignKey(Territory, models.PROTECT, verbose_name=_("territoire"))
    population = models.PositiveIntegerField(_("population"))
    prevalence_low = models.DecimalField(_("part, bas (%)"), max_digits=6, decimal_places=3)
    prevalence = models.DecimalField(_("part, central (%)"), max_digits=6, decimal_places=3)
    prevalence_high = models.DecimalField(_("part, haut (%)"), max_digits=6, decimal_places=3)
    source = models.CharField(_("source"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = NeedEstimateQuerySet.as_manager()

    class Meta:
        verbose_name = _("besoin estimé")
        verbose_name_plural = _("besoins estimés")
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "territory"],
                name="needestimate_once_per_territory",
                violation_error_message=_("Le besoin de ce territoire est déjà estimé."),
            ),
            models.CheckConstraint(
                condition=Q(prevalence_low__gte=0)
                & Q(prevalence_low__lte=F("prevalence"))
                & Q(prevalence__lte=F("prevalence_high"))
                & Q(prevalence_high__lte=100),
                name="needestimate_prevalence_ordered",
                violation_error_message=_(
                    "La part va de 0 à 100 %, le bas, le central et le haut dans cet ordre."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="needestimate_has_source",
                violation_error_message=_("Une estimation donne sa source."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


@pghistory.track(
    model_name="LegalObstacleEvent",
    fields=["id", "replication", "reference", "state", "lifted_on", "lifted_reference"],
)
class LegalObstacle(FSMModelMixin, models.Model):
    class State(models.TextChoices):
        OPEN = "open", _("en attente")
        LIFTED = "lifted", _("levé")

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    replication = models.ForeignKey(Replication, models.CASCADE, related_name="obstacles")
    reference = models.CharField(_("texte en cause"), max_length=200)
    what = models.TextField(_("ce qu’il empêche"), max_length=2000)
    who_can_lift = models.CharField(_("qui pourrait le lever"), max_length=200)
    state = FSMField(_("état"), choices=State.choices, default=State.OPEN, protected=True)
    reported_on = models.DateField(_("signalé le"), default=timezone.localdate)
    lifted_on = models.DateField(_("levé le"), null=True, blank=True)
    lifted_reference = models.CharField(_("par quoi"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("obstacle juridique")
        verbose_name_plural = _("obstacles juridiques")
        ordering = ["-reported_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", lifted_on__isnull=True)
                | Q(state="lifted", lifted_on__isnull=False) & ~Q(lifted_reference=""),
                name="legalobstacle_lifted_by_something",
                violation_error_message=_("Un obstacle est levé par un texte ou une décision."),
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @transition("state", source=["open"], target="lifted")
    def lift(self, reference: str, on: Any) -> None:
        self.lifted_reference, self.lifted_on = reference, on


@pghistory.track()
class Generalisation(models.Model):
    """« Généralisé par un texte »: one of the ends of scaling."""

    initiative = models.OneToOneField(
        Initiative, models.CASCADE, related_name="generalisation", verbose_name=_("fiche")
    )
    reference = models.CharField(_("texte"), max_length=300)
    on = models.DateField(_("date du texte"))
    url = models.URLField(_("adresse du texte"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("généralisation par un texte")
        verbose_name_plural = _("généralisations par un texte")

    def __str__(self) -> str:
        return self.reference
