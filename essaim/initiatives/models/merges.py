"""Two cards that were the same: one is kept, the other's address leads to it."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .card import Initiative


@pghistory.track()
class CardMerge(models.Model):
    other = models.OneToOneField(
        Initiative, models.CASCADE, verbose_name=_("fiche réunie"), related_name="merge"
    )
    kept = models.ForeignKey(
        Initiative, models.CASCADE, verbose_name=_("fiche gardée"), related_name="merges"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("réunies le"), auto_now_add=True)

    class Meta:
        verbose_name = _("réunion de fiches")
        verbose_name_plural = _("réunions de fiches")
        constraints = [
            models.CheckConstraint(condition=~Q(other=F("kept")), name="card_merge_of_two")
        ]

    def __str__(self) -> str:
        return f"{self.other_id} → {self.kept_id}"
