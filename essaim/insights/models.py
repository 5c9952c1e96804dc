"""Figures as a job found them, with their date; forecasts of cards; the annual report."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Initiative


class Scope(models.TextChoices):
    PUBLIC = "public", _("réel")
    # What says of itself that it was made up: counted apart, in no public total.
    INVENTED = "invented", _("fictif")


class Snapshot(models.Model):
    """One computation of all figures: pages read the latest, and nothing else."""

    computed_at = models.DateTimeField(_("calculé le"), default=timezone.now, db_index=True)
    milliseconds = models.PositiveIntegerField(_("durée (ms)"), default=0)

    class Meta:
        verbose_name = _("calcul des chiffres")
        verbose_name_plural = _("calculs des chiffres")
        ordering = ["-computed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.computed_at:%Y-%m-%d %H:%M}"


class FigureQuerySet(models.QuerySet["Figure"]):
    def of_latest(self) -> FigureQuerySet:
        newest = Snapshot.objects.order_by("-computed_at", "-pk").values("pk")[:1]
        return self.filter(snapshot=models.Subquery(newest))

    def of_the_whole(self) -> FigureQuerySet:
        return self.filter(subject="")


class Figure(models.Model):
    """What ``definitions.DEFINITIONS[key]`` defines. Without a dimension it is the total; with one,
    a part of it (``code`` of a phase, a department, a payer…)."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="figures")
    key = models.CharField(max_length=40)
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.PUBLIC)
    # Of what: everything ("") or "organisation:12".
    subject = models.CharField(max_length=60, blank=True)
    dimension = models.CharField(max_length=20, blank=True)
    code = models.CharField(max_length=200, blank=True)
    # Euros, people, days or a count, as the definition says; bounds where it is an estimate.
    value = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    low = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    high = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    # Coverage: on how many (n) of how many (N) it rests.
    counted = models.PositiveIntegerField(null=True, blank=True)
    total = models.PositiveIntegerField(null=True, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("chiffre")
        verbose_name_plural = _("chiffres")
        ordering = ["key", "dimension", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "subject", "key", "scope", "dimension", "code"],
                name="figure_once",
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(low__lte=F("value"), value__lte=F("high")),
                name="figure_bounds_ordered",
            ),
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(counted__lte=F("total")),
                name="figure_counted_within_total",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.code} {self.value}"


class CardForecast(models.Model):
    """How the sites of a card spread, as the last job found it; or why it would mislead."""

    initiative = models.OneToOneField(Initiative, models.CASCADE, related_name="forecast")
    computed_at = models.DateTimeField(_("calculé le"), default=timezone.now)
    # {"step": "year"|"quarter", "first": "2019", "counts": [1, 3, …], "stopped": [0, …],
    #  "invented": true}
    series: Any = models.JSONField(default=dict)
    # {"low", "central", "high" (sites), "per_site" (people), "told" (sites that said), "aimed",
    #  "standing", "stopped" (sites)}
    market: Any = models.JSONField(null=True, blank=True)
    # statistics.diffusion.Forecast.to_dict() of the central market (or the free one).
    result: Any = models.JSONField(null=True, blank=True)
    # When the need would be met: {"low": t, "central": t, "high": t or null}; {"stops"} where the
    # data's own curve ends below it; {"covered"} where it is met.
    met: Any = models.JSONField(null=True, blank=True)
    # {"code": …, "fr": …, "en": …}
    refusal: Any = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("prévision d’une fiche")
        verbose_name_plural = _("prévisions des fiches")
        constraints = [
            models.CheckConstraint(
                condition=Q(result__isnull=True) | Q(refusal__isnull=True),
                name="cardforecast_found_or_refused",
            )
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id}"


class ReportState(models.TextChoices):
    DRAFT = "draft", _("en préparation")
    PUBLISHED = "published", _("publié")


class AnnualReportQuerySet(models.QuerySet["AnnualReport"]):
    def visible_to(self, user: Any) -> AnnualReportQuerySet:
        """Once published, for all; before, for managers. Agrees with ``rules.can_view_report``."""
        if user.is_authenticated and (user.is_manager or user.is_superuser):
            return self
        return self.filter(state=ReportState.PUBLISHED)


class AnnualReport(FSMModelMixin, models.Model):
    """Generated from a snapshot, then edited by a person; its figures no longer move."""

    year = models.PositiveSmallIntegerField(_("année"), unique=True)
    state = FSMField(
        _("état"), choices=ReportState.choices, default=ReportState.DRAFT, protected=True
    )
    title = models.CharField(_("titre"), max_length=200)
    introduction = models.TextField(_("introduction"), max_length=10_000, blank=True)
    highlights = models.TextField(_("ce que l’année a montré"), max_length=20_000, blank=True)
    limits = models.TextField(_("ce que ces chiffres ne disent pas"), max_length=10_000, blank=True)
    # [{"key", "title", "what", "value", "low", "high", "counted", "total", "parts": […]}], frozen.
    figures: Any = models.JSONField(default=list)
    figures_at = models.DateTimeField(_("chiffres du"))
    # Of the figures of the year before, which stand beside them; none where none are kept.
    compared_at = models.DateTimeField(_("comparés à ceux du"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("préparé par"),
        null=True, blank=True, related_name="+",
    )  # fmt: skip
    published_at = models.DateTimeField(_("publié le"), null=True, blank=True)

    objects = AnnualReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("rapport annuel")
        verbose_name_plural = _("rapports annuels")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ReportState.values), name="annualreport_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="annualreport_published_has_date",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2200), name="annualreport_year",
                violation_error_message=_("Une année s’écrit avec quatre chiffres."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("insights:report", args=[self.year])

    @transition("state", source="draft", target="published")
    def publish(self) -> None:
        self.published_at = timezone.now()

    @transition("state", source="published", target="draft")
    def take_back(self) -> None:
        """To be corrected: it is no longer public meanwhile."""
