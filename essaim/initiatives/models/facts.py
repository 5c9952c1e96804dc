"""Facts that other rooms tell about an initiative, and the phases they led to."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from essaim.common.fields import PartialDateField

from .card import Initiative, Phase


@pghistory.track()
class Fact(models.Model):
    """Something established about an initiative, by whom it was established.

    Written by ``actions.record_fact`` only: one row for each (kind, source), replaced when the
    source says otherwise, removed when it withdraws it; the history keeps every version.
    """

    class Kind(models.TextChoices):
        EVALUATION_CONCLUDED = "evaluation_concluded", _("évaluation conclue")
        READINESS = "readiness", _("diagnostic de changement d’échelle")
        STRATEGY_CHOSEN = "strategy_chosen", _("stratégie choisie")
        REPLICATION = "replication", _("reprise")
        POOL_OPEN = "pool_open", _("groupement de financeurs ouvert")
        LAUREATE = "laureate", _("lauréat d’un appel")
        INTEREST = "interest", _("intérêt pour une reprise")
        KIT = "kit", _("kit de reprise")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="facts")
    kind = models.CharField(_("nature"), max_length=30, choices=Kind)
    source = models.CharField(_("établi par"), max_length=100)  # "evidence:12", "evaluation:7"…
    value = models.JSONField(_("valeur"), default=dict, blank=True)
    on = PartialDateField(_("date"))
    recorded_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("fait")
        verbose_name_plural = _("faits")
        ordering = ["kind", "source"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "kind", "source"], name="fact_once_per_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.source})"


class PhaseChange(models.Model):
    """When an initiative entered a phase, forward or back, and which fact did it."""

    append_only = True

    # The row outlives its card, as history does: the application may not delete it.
    initiative = models.ForeignKey(
        Initiative, models.DO_NOTHING, related_name="phase_changes", db_constraint=False
    )
    phase = models.CharField(_("phase"), max_length=10, choices=Phase)
    previous = models.CharField(_("phase d’avant"), max_length=10, choices=Phase)
    reason = models.JSONField(_("raison"), default=dict)
    at = models.DateTimeField(auto_now_add=True)
    # An account may go: the row, which nobody may change, keeps its number.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, blank=True, db_constraint=False
    )

    class Meta:
        verbose_name = _("changement de phase")
        verbose_name_plural = _("changements de phase")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.previous} → {self.phase}"
