"""What funders ask of a block; the answer serves them all."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.people.models import Organisation

from .applications import Application


class Question(models.Model):
    """Signed by the organisation that asks, never by a person: the other funders see who needs to
    know, the holder sees to whom it answers, and nobody has to ask it again."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="questions")
    block = models.CharField(_("sur"), max_length=40)
    number = models.PositiveIntegerField(_("version lue"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("posée par")
    )
    text = models.TextField(_("question"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(_("réponse"), max_length=4000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("question sur un dossier")
        verbose_name_plural = _("questions sur les dossiers")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(answer=""),
                name="question_answered_in_words",
                violation_error_message=_("Écrivez la réponse."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
