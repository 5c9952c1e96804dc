"""One person's answers to the scalability profile; several people answer, apart."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Initiative


class ProfileSheetQuerySet(models.QuerySet["ProfileSheet"]):
    def visible_to(self, user: Any) -> ProfileSheetQuerySet:
        """For the card's team and managers, and for whoever has answered too (so that nobody
        reads the others before answering). Agrees with ``rules.can_read_profile``."""
        if not user.is_authenticated:
            return self.none()
        if user.is_manager or user.is_superuser:
            return self
        mine = ProfileSheet.objects.filter(author=user, initiative=OuterRef("initiative"))
        written = Initiative.objects.written_by(user).filter(pk=OuterRef("initiative"))
        return self.filter(Q(Exists(mine)) | Q(Exists(written)))


@pghistory.track()
class ProfileSheet(models.Model):
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="profile_sheets")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    ratings = models.JSONField(_("réponses"), default=dict)  # {key of item: 1 (eases) … 5}
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProfileSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("réponses au profil")
        verbose_name_plural = _("réponses aux profils")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "author"],
                condition=Q(author__isnull=False),
                name="profile_sheet_one_each",
            )
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id} × {self.author_id}"
