"""A proposed assignment: looked at, then confirmed once or left."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from .item import Item
from .peer import Seat
from .round import Round


class PlanState(models.TextChoices):
    COMPUTING = "computing", _("calcul en cours")
    READY = "ready", _("proposée")
    INFEASIBLE = "infeasible", _("impossible")
    FAILED = "failed", _("interrompue")
    CONFIRMED = "confirmed", _("confirmée")


class Plan(FSMModelMixin, models.Model):
    round = models.ForeignKey(Round, models.CASCADE, related_name="plans")
    state = FSMField(
        _("état"), choices=PlanState.choices, default=PlanState.COMPUTING, protected=True
    )
    # Whether it fills places left by those who declined, keeping what others have.
    is_replacement = models.BooleanField(default=False)
    # What it was computed with: {"weights": {…}, "fair": true}.
    asked = models.JSONField(default=dict)
    percent = models.PositiveSmallIntegerField(default=0)
    # By college: objective, worst-served items, loads; or what makes it impossible.
    summary = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    # When its job last took a step: a page that waits for nobody must be able to say so.
    touched_at = models.DateTimeField(auto_now=True)
    # What it was computed from (seats, items, readings): stale once one of them changes.
    basis = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("proposition d’affectation")
        verbose_name_plural = _("propositions d’affectation")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PlanState.values), name="plan_state_known"
            ),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(state="confirmed", is_replacement=False),
                name="plan_confirmed_once",
                violation_error_message=_("L’affectation de cette lecture est déjà confirmée."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("peers:plan", args=[self.round_id, self.pk])

    @property
    def is_working(self) -> bool:
        return self.state == PlanState.COMPUTING

    @transition("state", source=PlanState.COMPUTING, target=PlanState.READY)
    def finish(self) -> None:
        self.percent = 100

    @transition("state", source=PlanState.COMPUTING, target=PlanState.INFEASIBLE)
    def refuse(self) -> None:
        self.percent = 100

    @transition("state", source=PlanState.COMPUTING, target=PlanState.FAILED)
    def fail(self) -> None:
        pass

    @transition("state", source=PlanState.READY, target=PlanState.CONFIRMED)
    def confirm(self) -> None:
        pass


class PlannedReading(models.Model):
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="pairs")
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    seat = models.ForeignKey(Seat, models.CASCADE, related_name="+")
    similarity = models.FloatField()
    parts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("lecture proposée")
        verbose_name_plural = _("lectures proposées")
        ordering = ["item", "seat__college", "-similarity", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "item", "seat"], name="planned_once")
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.seat_id}"
