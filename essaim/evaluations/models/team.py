"""Who works on an evaluation: they, and nobody else, read its data."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .evaluation import Evaluation


class Member(models.Model):
    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("personne"),
        related_name="evaluation_teams",
    )
    since = models.DateTimeField(_("depuis"), auto_now_add=True)

    class Meta:
        verbose_name = _("membre d’une équipe d’évaluation")
        verbose_name_plural = _("membres d’équipes d’évaluation")
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "user"],
                name="evaluation_member_once",
                violation_error_message=_("Cette personne est déjà dans l’équipe."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id}: {self.user_id}"
