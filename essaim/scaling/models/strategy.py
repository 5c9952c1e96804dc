"""Why and how an initiative scales (§ 4): the matrix of objectives and models, and each choice."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Initiative

REASONS_LENGTH = 4000


class Objective(models.TextChoices):
    DEPTH = "depth", _("augmenter l’impact sur chaque bénéficiaire")
    BENEFICIARIES = "beneficiaries", _("augmenter le nombre de bénéficiaires par territoire")
    TERRITORIES = "territories", _("augmenter le nombre de territoires")
    SUSTAIN = "sustain", _("pérenniser le modèle économique")
    EFFICIENCY = "efficiency", _("accroître l’efficience")


class Model(models.TextChoices):
    DEEP = "deep", _("approfondissement")
    OUT = "out", _("diversification")
    UP = "up", _("duplication ou déploiement géographique")
    ACROSS = "across", _("fertilisation ou mise à disposition")
    TOGETHER = "together", _("coopération")
    MIXING = "mixing", _("fusion")


class Mode(models.TextChoices):
    """From control to autonomy."""

    CENTRALISED = "centralised", _("diffusion centralisée")
    FRANCHISE = "franchise", _("essaimage en franchise")
    SUPPLE = "supple", _("essaimage souple")
    DISSEMINATION = "dissemination", _("dissémination")


class Confidence(models.TextChoices):
    HIGH = "high", _("sûre")
    MEDIUM = "medium", _("moyenne")
    LOW = "low", _("faible")


@pghistory.track()
class MatrixCell(models.Model):
    """Whether a model serves an objective: a reading of the report, with its confidence."""

    objective = models.CharField(_("objectif"), max_length=20, choices=Objective)
    model = models.CharField(_("modèle"), max_length=10, choices=Model)
    serves = models.BooleanField(_("le modèle sert l’objectif"))
    confidence = models.CharField(_("confiance"), max_length=6, choices=Confidence)
    source = models.CharField(_("source"), max_length=300, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("case de la matrice")
        verbose_name_plural = _("cases de la matrice")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["objective", "model"], name="matrix_cell_once"),
            models.CheckConstraint(
                condition=Q(objective__in=Objective.values) & Q(model__in=Model.values),
                name="matrix_cell_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_objective_display()} × {self.get_model_display()}"


class StrategyQuerySet(models.QuerySet["Strategy"]):
    def visible_to(self, user: Any) -> StrategyQuerySet:
        """Chosen ones for whoever reads the card; the others for its team and managers. Agrees
        with ``rules.can_view_strategy``."""
        readable = Initiative.objects.visible_to(user)
        chosen = Q(chosen_at__isnull=False, initiative__in=readable.values("pk"))
        if not user.is_authenticated:
            return self.filter(chosen)
        if user.is_manager or user.is_superuser:
            return self
        written = Initiative.objects.written_by(user).filter(pk=OuterRef("initiative"))
        return self.filter(chosen | Q(Exists(written)))

    def for_list(self) -> StrategyQuerySet:
        return self.select_related("author", "initiative")


@pghistory.track(exclude=["reasons"])  # may name people: it stays erasable
class Strategy(models.Model):
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="strategies")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    objectives = ArrayField(
        models.CharField(max_length=20, choices=Objective), verbose_name=_("objectifs")
    )
    model = models.CharField(_("modèle"), max_length=10, choices=Model)
    subtype = models.CharField(_("forme"), max_length=20, blank=True)
    # Nesta's two questions, from 1 (free) to 5 (as it is, under control).
    purity = models.PositiveSmallIntegerField(_("pureté du modèle d’origine"))
    control = models.PositiveSmallIntegerField(_("contrôle du processus"))
    mode = models.CharField(_("mode"), max_length=15, choices=Mode)
    reasons = models.TextField(_("raisons"), max_length=REASONS_LENGTH)
    created_at = models.DateTimeField(auto_now_add=True)
    chosen_at = models.DateTimeField(_("choisie le"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = StrategyQuerySet.as_manager()

    class Meta:
        verbose_name = _("stratégie")
        verbose_name_plural = _("stratégies")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative"],
                condition=Q(chosen_at__isnull=False),
                name="strategy_one_chosen",
            ),
            models.CheckConstraint(
                condition=Q(purity__gte=1, purity__lte=5, control__gte=1, control__lte=5),
                name="strategy_scales",
            ),
            models.CheckConstraint(
                condition=Q(objectives__contained_by=Objective.values) & ~Q(objectives=[]),
                name="strategy_has_an_objective",
                violation_error_message=_("Choisissez au moins un objectif."),
            ),
            models.CheckConstraint(
                condition=Q(mode__in=Mode.values) & Q(model__in=Model.values),
                name="strategy_mode_known",
            ),
            models.CheckConstraint(
                condition=~Q(reasons=""),
                name="strategy_has_reasons",
                violation_error_message=_("Dites pourquoi."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_model_display()}, {self.get_mode_display()}"

    def get_absolute_url(self) -> str:
        return reverse("scaling:strategy", args=[self.initiative.slug, self.pk])
