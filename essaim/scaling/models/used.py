"""Which support schemes helped a card, as its team says."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import Initiative
from essaim.schemes.models import Scheme


class SchemeUsedQuerySet(models.QuerySet["SchemeUsed"]):
    def shown(self) -> SchemeUsedQuerySet:
        """Of schemes that the directory shows, to everyone alike."""
        return self.filter(scheme__in=Scheme.objects.published())

    def for_list(self) -> SchemeUsedQuerySet:
        return self.select_related("scheme")


class SchemeUsed(models.Model):
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="schemes_used")
    scheme = models.ForeignKey(
        Scheme, models.CASCADE, verbose_name=_("dispositif"), related_name="+"
    )
    year = models.PositiveSmallIntegerField(_("depuis l’année"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = SchemeUsedQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispositif qui a aidé une initiative")
        verbose_name_plural = _("dispositifs qui ont aidé des initiatives")
        ordering = ["scheme__sort_title", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "scheme"], name="scheme_used_once")
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.scheme_id}"
