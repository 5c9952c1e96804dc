"""What the pool reads of the pilot, what its members say of it, and what each keeps for itself."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.people.models import Organisation

from .forming import CostLine
from .pool import MOST_CENTS, Pool


class PilotReportQuerySet(models.QuerySet["PilotReport"]):
    def for_list(self) -> PilotReportQuerySet:
        comments = Comment.objects.select_related("organisation", "by")
        return self.select_related("by").prefetch_related(
            "indicators", "spending", models.Prefetch("comments", comments)
        )


@pghistory.track(
    model_name="PilotReportEvent", fields=["id", "pool", "period", "on", "spent_cents", "by"]
)
class PilotReport(models.Model):
    """The short form; visible to the whole pool (§ 7)."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="reports")
    period = models.PositiveSmallIntegerField(_("période du pilote"))
    on = models.DateField(_("au"))
    done = models.TextField(_("ce qui a été fait"), max_length=5000)
    learnt = models.TextField(_("ce que l’on a appris"), max_length=5000, blank=True)
    problems = models.TextField(_("difficultés"), max_length=5000, blank=True)
    spent_cents = models.BigIntegerField(_("dépensé depuis le début (centimes)"), default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+",
        verbose_name=_("écrit par"),
    )  # fmt: skip
    at = models.DateTimeField(default=timezone.now)

    objects = PilotReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("rapport du pilote")
        verbose_name_plural = _("rapports du pilote")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(spent_cents__gte=0, spent_cents__lte=MOST_CENTS),
                name="pilotreport_spent_range",
                violation_error_message=_("Une dépense n’est pas négative."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.on}"


class ReportSpending(models.Model):
    """Of what a report says was spent since the beginning, the part of one line of the amount of a
    site; those of a report make its whole."""

    # What no line of the site's amount had foreseen.
    OTHER = "other"
    KINDS = [*CostLine.Kind.choices, (OTHER, _("hors des lignes prévues"))]

    report = models.ForeignKey(PilotReport, models.CASCADE, related_name="spending")
    kind = models.CharField(_("ligne"), max_length=20, choices=KINDS)
    amount_cents = models.BigIntegerField(_("dépensé (centimes)"))

    class Meta:
        verbose_name = _("dépense d’un rapport")
        verbose_name_plural = _("dépenses des rapports")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "kind"], name="reportspending_line_once"),
            models.CheckConstraint(
                condition=Q(amount_cents__gte=0, amount_cents__lte=MOST_CENTS),
                name="reportspending_range",
                violation_error_message=_("Une dépense n’est pas négative."),
            ),
        ]

    def __str__(self) -> str:
        return self.kind


@pghistory.track(
    model_name="PilotMilestoneEvent", fields=["id", "pool", "planned_on", "reached_on", "by"]
)
class PilotMilestone(models.Model):
    """A point that the pilot is to reach, for all of the pool to see it coming."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="milestones")
    title = models.CharField(_("jalon"), max_length=200)
    planned_on = models.DateField(_("prévu le"))
    reached_on = models.DateField(_("atteint le"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("jalon du pilote")
        verbose_name_plural = _("jalons du pilote")
        ordering = ["planned_on", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_late(self) -> bool:
        return self.reached_on is None and self.planned_on < timezone.localdate()


class ReportIndicator(models.Model):
    report = models.ForeignKey(PilotReport, models.CASCADE, related_name="indicators")
    name = models.CharField(_("indicateur"), max_length=200)
    value = models.CharField(_("valeur"), max_length=100)

    class Meta:
        verbose_name = _("indicateur d’un rapport")
        verbose_name_plural = _("indicateurs des rapports")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Comment(models.Model):
    """What a member of the pool says of a report, to all of the pool."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(PilotReport, models.CASCADE, related_name="comments")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name=_("organisation")
    )
    text = models.TextField(_("commentaire"), max_length=3000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("commentaire")
        verbose_name_plural = _("commentaires")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.pk}"


class VisitQuerySet(models.QuerySet["Visit"]):
    def for_list(self) -> VisitQuerySet:
        return self.select_related("organisation", "by")


@pghistory.track(model_name="VisitEvent", fields=["id", "pool", "organisation", "on", "by"])
class Visit(models.Model):
    """What a member saw on the pilot's site; visible to the whole pool."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="visits")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    on = models.DateField(_("visite le"))
    seen = models.TextField(_("ce que l’on a vu"), max_length=5000)
    questions = models.TextField(_("ce qui reste à comprendre"), max_length=3000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("note de visite")
        verbose_name_plural = _("notes de visite")
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.on}"


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, user: Any) -> NoteQuerySet:
        """Members of the organisation that wrote them; nobody else, managers included."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(organisation__in=user.memberships.values("organisation"))


class Note(models.Model):
    """What a funder writes for itself."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="notes")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="pool_notes")
    text = models.TextField(_("note"), max_length=5000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note interne d’un financeur")
        verbose_name_plural = _("notes internes des financeurs")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk}"
