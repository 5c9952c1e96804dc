"""Two needs that become one group of territories: asked by one author, agreed by the other."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from .need import Need


class JoiningQuerySet(models.QuerySet["Joining"]):
    def awaiting(self, user: Any) -> JoiningQuerySet:
        """Those this person may answer: asked of an open need that they speak for."""
        return self.filter(
            state=Joining.State.ASKED, other__in=Need.objects.spoken_for(user).open().values("pk")
        )

    def for_list(self) -> JoiningQuerySet:
        return self.select_related(
            "need__territory", "need__organisation", "need__author", "other__territory"
        )


@pghistory.track()
class Joining(FSMModelMixin, models.Model):
    class State(models.TextChoices):
        ASKED = "asked", _("en attente de réponse")
        ACCEPTED = "accepted", _("acceptée")
        DECLINED = "declined", _("déclinée")
        TAKEN_BACK = "taken_back", _("retirée")

    # The need that asks, and the one it would go along with.
    need = models.ForeignKey(Need, models.CASCADE, related_name="asked")
    other = models.ForeignKey(Need, models.CASCADE, related_name="received")
    state = FSMField(_("état"), choices=State.choices, default=State.ASKED, protected=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_on = models.DateField(_("réponse le"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = JoiningQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande pour se grouper")
        verbose_name_plural = _("demandes pour se grouper")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(need=F("other")), name="joining_between_two"),
            models.UniqueConstraint(
                fields=["need", "other"],
                condition=Q(state__in=["asked", "accepted"]),
                name="joining_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "taken_back"])
                | Q(state__in=["accepted", "declined"], answered_on__isnull=False),
                name="joining_answer_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} → {self.other_id}"

    @transition("state", source="asked", target="accepted")
    def accept(self) -> None:
        self.answered_on = timezone.localdate()

    @transition("state", source="asked", target="declined")
    def decline(self) -> None:
        self.answered_on = timezone.localdate()

    @transition("state", source="asked", target="taken_back")
    def take_back(self) -> None:
        """By who asked, or because one of the two needs is no longer open."""
