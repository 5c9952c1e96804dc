"""What a site is asked each quarter: people served, figures, what it cost, what was difficult."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import EconomicLine
from essaim.modelling.models import SheetLine

from .replication import Replication

MOST_CENTS = 10**13  # a hundred billion euros: beyond, a unit was mistaken


def quarter_of(day: dt.date) -> dt.date:
    """Its first day."""
    return dt.date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def quarter_name(year: int, quarter: int) -> str:
    """« 2026 T3 », as the reader's language shortens it; ``quarter`` from 1."""
    return gettext("%(year)s T%(quarter)s") % {"year": year, "quarter": quarter}


def quarter_before(quarter: dt.date) -> dt.date:
    return quarter_of(quarter - dt.timedelta(days=1))


@pghistory.track()
class Target(models.Model):
    """What this site aims at on an indicator of the model sheet, whose definition stays there."""

    replication = models.ForeignKey(Replication, models.CASCADE, related_name="targets")
    indicator = models.ForeignKey(
        SheetLine, models.SET_NULL, null=True, blank=True, related_name="targets",
        verbose_name=_("indicateur"),
    )  # fmt: skip
    # As the sheet named it: an indicator may leave it.
    name = models.CharField(_("indicateur"), max_length=200)
    definition = models.CharField(_("comment il se mesure"), max_length=500, blank=True)
    baseline = models.DecimalField(
        _("au départ"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    target = models.DecimalField(_("visé"), max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("objectif d’un site")
        verbose_name_plural = _("objectifs des sites")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["replication", "indicator"],
                condition=Q(indicator__isnull=False),
                name="target_once_per_indicator",
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(exclude=["title"])
class Milestone(models.Model):
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    replication = models.ForeignKey(Replication, models.CASCADE, related_name="milestones")
    title = models.CharField(_("jalon"), max_length=200)
    planned_on = models.DateField(_("prévu le"))
    reached_on = models.DateField(_("atteint le"), null=True, blank=True)

    class Meta:
        verbose_name = _("jalon")
        verbose_name_plural = _("jalons")
        ordering = ["planned_on", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_late(self) -> bool:
        return self.reached_on is None and self.planned_on < timezone.localdate()


class ReportQuerySet(models.QuerySet["Report"]):
    def for_list(self) -> ReportQuerySet:
        return self.select_related("by").prefetch_related("costs", "values__target")


@pghistory.track(
    model_name="ReportEvent",
    fields=["id", "replication", "quarter", "beneficiaries", "by", "channel", "confirmed"],
)
class Report(models.Model):
    """The news of one quarter; corrected in place, its figures kept by the history."""

    class Channel(models.TextChoices):
        SIGNED_IN = "signed_in", _("connecté à son compte")
        LINK = "link", _("par lien personnel")

    replication = models.ForeignKey(Replication, models.CASCADE, related_name="reports")
    quarter = models.DateField(_("trimestre"))  # its first day
    # People benefiting now, not since the beginning: a need is counted the same way.
    beneficiaries = models.PositiveIntegerField(_("personnes servies"), null=True, blank=True)
    done = models.TextField(_("ce qui a été fait"), max_length=3000, blank=True)
    difficulties = models.TextField(_("difficultés"), max_length=3000, blank=True)
    # Figures far beyond the plan, confirmed by who wrote them.
    confirmed = models.BooleanField(default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+",
        verbose_name=_("écrites par"),
    )  # fmt: skip
    channel = models.CharField(max_length=10, choices=Channel)
    at = models.DateTimeField(default=timezone.now)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("nouvelles d’un trimestre")
        verbose_name_plural = _("nouvelles des trimestres")
        ordering = ["-quarter"]
        constraints = [
            models.UniqueConstraint(fields=["replication", "quarter"], name="quarterreport_once"),
            models.CheckConstraint(
                condition=Q(quarter__day=1, quarter__month__in=[1, 4, 7, 10]),
                name="quarterreport_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quarter}"

    @property
    def quarter_label(self) -> str:
        return quarter_name(self.quarter.year, (self.quarter.month + 2) // 3)


@pghistory.track()
class ReportCost(models.Model):
    """Spent in the quarter on one of the six lines of the grid (avoided, or received, for two)."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="costs")
    line = models.CharField(_("ligne"), max_length=20, choices=EconomicLine.Line)
    amount_cents = models.BigIntegerField(_("montant (centimes)"))

    class Meta:
        verbose_name = _("coût réel")
        verbose_name_plural = _("coûts réels")
        constraints = [
            models.UniqueConstraint(fields=["report", "line"], name="reportcost_once_per_line"),
            models.CheckConstraint(
                condition=Q(amount_cents__gte=0, amount_cents__lte=MOST_CENTS),
                name="reportcost_amount_range",
                violation_error_message=_("Un montant est positif, ou nul."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.amount_cents}"


@pghistory.track()
class ReportValue(models.Model):
    report = models.ForeignKey(Report, models.CASCADE, related_name="values")
    target = models.ForeignKey(Target, models.CASCADE, related_name="values")
    value = models.DecimalField(_("valeur"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("valeur d’un indicateur")
        verbose_name_plural = _("valeurs des indicateurs")
        constraints = [
            models.UniqueConstraint(fields=["report", "target"], name="reportvalue_once")
        ]

    def __str__(self) -> str:
        return f"{self.value}"


class ReportLink(models.Model):
    """A personal link to the form of one quarter of one site; only its hash is kept."""

    class Flaw(models.TextChoices):
        NONE = "", ""
        USED = "used", _("Ce lien a déjà servi : vos nouvelles sont enregistrées.")
        REPLACED = "replaced", _("Ce lien a été remplacé : ouvrez le message le plus récent.")
        EXPIRED = "expired", _("Ce lien a expiré : connectez-vous pour donner des nouvelles.")
        OVER = "over", _("Cette reprise est arrêtée : plus rien n’est attendu de vous.")

    replication = models.ForeignKey(Replication, models.CASCADE, related_name="report_links")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    quarter = models.DateField()
    token_hash = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("lien vers un formulaire")
        verbose_name_plural = _("liens vers des formulaires")
        constraints = [
            models.UniqueConstraint(
                fields=["replication", "quarter", "user"],
                condition=Q(used_at__isnull=True, replaced_at__isnull=True),
                name="reportlink_one_open",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("sent_at")), name="reportlink_lives"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def flaw(self) -> Flaw:
        """Why this link no longer serves, or ``Flaw.NONE``. Reads the replication."""
        if self.used_at:
            return self.Flaw.USED
        # Stopping replaces every open link: there is no later message to open.
        if self.replication.state == "stopped":
            return self.Flaw.OVER
        if self.replaced_at:
            return self.Flaw.REPLACED
        if self.expires_at <= timezone.now():
            return self.Flaw.EXPIRED
        return self.Flaw.NONE


class LeftText(models.Model):
    """What someone who left the organisation had typed: offered to those who remain, and gone
    once the quarter's news are given. One for each quarter of a site."""

    replication = models.ForeignKey(Replication, models.CASCADE, related_name="left_texts")
    quarter = models.DateField()
    typed: Any = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("texte laissé")
        verbose_name_plural = _("textes laissés")
        constraints = [
            models.UniqueConstraint(fields=["replication", "quarter"], name="lefttext_once")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
