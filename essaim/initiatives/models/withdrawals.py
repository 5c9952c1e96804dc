"""Text that past versions of a card said, and that nobody reads any more."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .card import Initiative


class WithdrawalQuerySet(models.QuerySet["Withdrawal"]):
    def of(self, card: Initiative) -> WithdrawalQuerySet:
        return self.filter(initiative=card.pk).order_by("pk")


# The reason may name somebody: it stays out of the history.
@pghistory.track(
    fields=["id", "initiative", "section", "first", "last", "ground", "by", "at"],
)
class Withdrawal(models.Model):
    """One section of some past versions of a card. History cannot be changed by the application:
    whatever reads it asks here first (docs/decisions/0010-withdrawn-text.md)."""

    class Ground(models.TextChoices):
        PERSONAL = "personal", _("données personnelles")
        UNLAWFUL = "unlawful", _("contenu illicite")
        MISTAKE = "mistake", _("texte publié par erreur")

    # It outlives the card, as the card's history does.
    initiative = models.ForeignKey(
        Initiative, models.DO_NOTHING, db_constraint=False, related_name="withdrawals"
    )
    section = models.SlugField(_("section"), max_length=30)
    # Rows of the card's history, both included, and when they were written: what hangs on the
    # card has rows of its own.
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    ground = models.CharField(_("motif"), max_length=10, choices=Ground)
    reason = models.CharField(_("explication"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("retiré le"), auto_now_add=True)

    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        verbose_name = _("texte retiré")
        verbose_name_plural = _("textes retirés")
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="withdrawal_in_order"),
            models.CheckConstraint(
                condition=Q(ground__in=["personal", "unlawful", "mistake"]),
                name="withdrawal_ground_known",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="withdrawal_has_reason",
                violation_error_message=_("Dites pourquoi ce texte est retiré."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id} – {self.section}"

    def covers(self, event: Any) -> bool:
        """Whether it withdraws its section from this row of the card's history."""
        return self.first <= event.pgh_id <= self.last
