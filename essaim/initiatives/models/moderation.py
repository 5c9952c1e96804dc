"""What is said of a card's changes and of its publication; erasable, so kept out of history."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .card import Initiative


class RevisionNote(models.Model):
    """Why a revision was made, in its author's words."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="revision_notes")
    version = models.PositiveIntegerField()  # the card's version that this save made
    text = models.CharField(_("motif"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)

    class Meta:
        verbose_name = _("motif d’une modification")
        verbose_name_plural = _("motifs des modifications")
        constraints = [
            models.UniqueConstraint(fields=["initiative", "version"], name="revision_note_once")
        ]

    def __str__(self) -> str:
        return self.text


class RefusalQuerySet(models.QuerySet["Refusal"]):
    def for_list(self) -> RefusalQuerySet:
        return self.select_related("by", "appealed_by", "decided_by")

    def current(self, card: Initiative) -> Refusal | None:
        """The latest refusal of a card, closed or not."""
        return self.for_list().filter(initiative=card).order_by("-at", "-pk").first()


class Refusal(models.Model):
    """A card refused for stated reasons; its author, or a colleague, may appeal once; someone
    else decides."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("refus maintenu")
        OVERTURNED = "overturned", _("fiche publiée")
        RETURNED = "returned", _("renvoyée pour complément")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="refusals")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="refusals"
    )
    reason = models.TextField(_("raisons du refus"))
    at = models.DateTimeField(auto_now_add=True)
    appeal = models.TextField(_("contestation"), blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    # The author, or a colleague of the holder's.
    appealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("décision"), max_length=12, choices=Outcome, blank=True)
    decision = models.TextField(_("raisons de la décision"), blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = RefusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("refus d’une fiche")
        verbose_name_plural = _("refus des fiches")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(appealed_at__isnull=True) | ~Q(appeal=""),
                name="refusal_appeal_has_words",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True)
                | (Q(appealed_at__isnull=False) & ~Q(outcome="") & ~Q(decision="")),
                name="refusal_decision_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative} – {self.at:%Y-%m-%d}"

    @property
    def may_be_appealed(self) -> bool:
        return self.appealed_at is None

    @property
    def awaits_decision(self) -> bool:
        return self.appealed_at is not None and self.decided_at is None

    def is_by(self, user: Any) -> bool:
        return self.by_id == user.pk
