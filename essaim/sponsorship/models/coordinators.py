"""Who coordinates the sponsors of a territory: a region, a département… (§ 8)."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from essaim.territories.models import Territory


class CoordinatorQuerySet(models.QuerySet["Coordinator"]):
    def inside(self, user: Any) -> models.QuerySet[Any]:
        """The keys of the territories this person coordinates, of what they contain, and of what
        reaches into them: an intercommunality across two départements, a group that holds them.
        What is above them (their region, the country) is not theirs."""
        own = self.filter(user=user.pk).values("territory")
        return Territory.objects.keys_reaching(own)

    def for_list(self) -> CoordinatorQuerySet:
        return self.select_related("user", "territory").order_by("territory__sort_name", "pk")


@pghistory.track()
class Coordinator(models.Model):
    """Named by a programme manager. Sees the requests of their territory and its delays, and
    puts them to others; not what is elsewhere."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("personne"), related_name="+"
    )
    territory = models.ForeignKey(
        Territory, models.PROTECT, verbose_name=_("territoire"), related_name="+"
    )
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("nommé par"),
        related_name="+", null=True,
    )  # fmt: skip
    named_at = models.DateTimeField(_("nommé le"), auto_now_add=True)

    objects = CoordinatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("coordinateur de parrains")
        verbose_name_plural = _("coordinateurs de parrains")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "territory"],
                name="coordinator_territory_once",
                violation_error_message=_("Cette personne coordonne déjà ce territoire."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.territory_id}"
