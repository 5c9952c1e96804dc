"""Two cards that may be the same, for a manager to say."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Initiative, Publication


class DuplicateQuerySet(models.QuerySet["Duplicate"]):
    def visible_to(self, user: Any) -> DuplicateQuerySet:
        """All for managers, none for others. Agrees with ``rules.can_harvest``."""
        manages = user.is_authenticated and (user.is_manager or user.is_superuser)
        return self if manages else self.none()

    def waiting(self) -> DuplicateQuerySet:
        """Undecided, both cards still standing."""
        gone = [Publication.ARCHIVED, Publication.REFUSED]
        return (
            self.filter(state=Duplicate.State.PROPOSED)
            .exclude(first__publication__in=gone)
            .exclude(second__publication__in=gone)
        )

    def for_list(self) -> DuplicateQuerySet:
        return self.select_related("first__holder", "second__holder", "decided_by")


class Duplicate(models.Model):
    class State(models.TextChoices):
        PROPOSED = "proposed", _("à regarder")
        MERGED = "merged", _("réunies")
        DISTINCT = "distinct", _("deux fiches différentes")

    # The older card first.
    first = models.ForeignKey(Initiative, models.CASCADE, related_name="+")
    second = models.ForeignKey(Initiative, models.CASCADE, related_name="+")
    score = models.FloatField(_("ressemblance"))
    # What they have in common: {"title": 0.9, "meaning": 0.8, "holder": true, "territory": true}
    reasons = models.JSONField(default=dict)
    state = models.CharField(_("état"), max_length=10, choices=State, default=State.PROPOSED)
    found_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )

    objects = DuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = _("doublon probable")
        verbose_name_plural = _("doublons probables")
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="harvest_duplicate_once"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="harvest_duplicate_order"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "merged", "distinct"]),
                name="harvest_duplicate_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"

    def get_absolute_url(self) -> str:
        return reverse("harvest:duplicate", args=[self.pk])
