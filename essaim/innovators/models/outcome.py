"""How a file ended, and what came after. Read by the innovator and the case officer only.

No history is kept of these tables and the administration does not show them: a right to
error that a manager could look up would be none.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Initiative

from .file import InnovationFile


class Outcome(models.Model):
    class Kind(models.TextChoices):
        SUCCEEDED = "succeeded", _("réussite")
        CLOSED = "closed", _("clôture")
        ABANDONED = "abandoned", _("arrêt (droit à l’erreur)")

    file = models.OneToOneField(InnovationFile, models.CASCADE, related_name="outcome")
    kind = models.CharField(_("fin"), max_length=10, choices=Kind)
    reason = models.TextField(_("raison"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    card = models.ForeignKey(
        Initiative,
        models.SET_NULL,
        verbose_name=_("fiche"),
        related_name="+",
        null=True,
        blank=True,
    )
    # The innovator's own choice: from then on the managers who run the prize see the success.
    prize_entered_at = models.DateTimeField(_("présenté au prix"), null=True, blank=True)

    class Meta:
        verbose_name = _("fin d’un dossier")
        verbose_name_plural = _("fins de dossiers")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["succeeded", "closed", "abandoned"]),
                name="outcome_kind_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind="closed") | ~Q(reason=""),
                name="outcome_closed_with_reason",
                violation_error_message=_("Une clôture donne ses motifs à l’innovateur."),
            ),
            models.CheckConstraint(
                condition=Q(kind="succeeded") | Q(card__isnull=True, prize_entered_at__isnull=True),
                name="outcome_card_and_prize_of_success",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}"


class FollowUp(models.Model):
    """After a success: an industrial partner, production, reuse by another administration."""

    class Kind(models.TextChoices):
        PARTNER = "partner", _("partenaire industriel")
        PRODUCTION = "production", _("mise en production")
        REUSE = "reuse", _("réutilisation par une autre administration")

    file = models.ForeignKey(InnovationFile, models.CASCADE, related_name="follow_ups")
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("suite"), max_length=10, choices=Kind)
    organisation = models.CharField(_("organisation"), max_length=200)
    on = models.DateField(_("date"))
    note = models.TextField(_("précisions"), blank=True)

    class Meta:
        verbose_name = _("suite d’une réussite")
        verbose_name_plural = _("suites d’une réussite")
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.file_id} {self.kind}"
