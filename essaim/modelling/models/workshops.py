"""A workshop: who leads it, who takes part for the holder, and what each person sorted."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from essaim.initiatives.models import Component, Initiative


class WorkshopState(models.TextChoices):
    OPEN = "open", _("en cours")
    ADOPTED = "adopted", _("adopté")
    CLOSED = "closed", _("clos sans adoption")


@pghistory.track()
class Workshop(FSMModelMixin, models.Model):
    """§ 5: not led by the holder alone. The facilitator leads, the holder takes part."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="workshops")
    state = FSMField(
        _("état"), choices=WorkshopState.choices, default=WorkshopState.OPEN, protected=True
    )
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("animé par"), null=True,
        related_name="+",
    )  # fmt: skip
    participant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("pour le porteur"), null=True,
        related_name="+",
    )  # fmt: skip
    opened_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("atelier de modélisation")
        verbose_name_plural = _("ateliers de modélisation")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=WorkshopState.values), name="workshop_state_known"
            ),
            models.UniqueConstraint(
                fields=["initiative"], condition=Q(state="open"), name="workshop_one_open"
            ),
            models.CheckConstraint(
                condition=Q(facilitator=None)
                | Q(participant=None)
                | ~Q(facilitator=F("participant")),
                name="workshop_two_people",
                violation_error_message=_(
                    "La personne qui anime n’est pas celle qui parle pour le porteur."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None)
                | ~Q(state="open") & Q(ended_at__isnull=False),
                name="workshop_ended_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id} {self.opened_at:%Y-%m-%d}"

    @transition("state", source=WorkshopState.OPEN, target=WorkshopState.ADOPTED)
    def adopt(self, by: Any) -> None:
        self.ended_at, self.ended_by = timezone.now(), by

    @transition("state", source=WorkshopState.OPEN, target=WorkshopState.CLOSED)
    def close(self, by: Any) -> None:
        self.ended_at, self.ended_by = timezone.now(), by


class Sorting(models.Model):
    """Where one person puts one component, and what they answered in the interview."""

    class Kind(models.TextChoices):
        CORE = "core", _("cœur du concept")
        MARGIN = "margin", _("marge d’adaptation")
        UNSURE = "unsure", _("je ne sais pas")

    class Without(models.TextChoices):
        STOPS = "stops", _("non, ce ne serait plus la même initiative")
        WORSE = "worse", _("oui, mais nettement moins bien")
        WORKS = "works", _("oui, ou autrement")
        UNKNOWN = "unknown", _("nous ne savons pas : personne n’a essayé")

    # What an answer proposes; the person decides.
    PROPOSES = {
        Without.STOPS: Kind.CORE,
        Without.WORSE: Kind.CORE,
        Without.WORKS: Kind.MARGIN,
        Without.UNKNOWN: Kind.UNSURE,
    }

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="sortings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sortings")
    component = models.ForeignKey(Component, models.CASCADE, related_name="sortings")
    kind = models.CharField(_("classée dans"), max_length=6, choices=Kind)
    without = models.CharField(_("sans elle"), max_length=7, choices=Without, blank=True)
    why = models.CharField(_("pourquoi"), max_length=500, blank=True)
    red_line = models.CharField(_("ligne rouge"), max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("classement d’une composante")
        verbose_name_plural = _("classements de composantes")
        ordering = ["component", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "user", "component"], name="sorting_once_per_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component_id}: {self.kind}"
