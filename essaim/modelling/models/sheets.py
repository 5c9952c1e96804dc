"""What the model sheet adds to the card: indicators, roles, timeline, law, contra-indications."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Initiative


@pghistory.track()
class ModelSheet(models.Model):
    initiative = models.OneToOneField(Initiative, models.CASCADE, related_name="model_sheet")
    legal_basis = models.TextField(_("cadre juridique"), max_length=5000, blank=True)
    personal_data = models.TextField(_("données personnelles"), max_length=5000, blank=True)
    contraindications = models.TextField(_("contre-indications"), max_length=5000, blank=True)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("fiche de modélisation")
        verbose_name_plural = _("fiches de modélisation")

    def __str__(self) -> str:
        return str(self.initiative_id)


@pghistory.track()
class SheetLine(models.Model):
    class Topic(models.TextChoices):
        INDICATOR = "indicator", _("indicateur")
        ROLE = "role", _("rôle")
        STAGE = "stage", _("étape")

    sheet = models.ForeignKey(ModelSheet, models.CASCADE, related_name="lines")
    topic = models.CharField(_("sujet"), max_length=10, choices=Topic)
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("nom"), max_length=200)
    # How it is measured before and after; what the role does; who does the stage.
    detail = models.CharField(_("précision"), max_length=500, blank=True)
    # Value at the start; training of the role; when.
    more = models.CharField(_("complément"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("ligne de modélisation")
        verbose_name_plural = _("lignes de modélisation")
        ordering = ["topic", "position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="sheet_line_named"),
        ]

    def __str__(self) -> str:
        return self.name
