"""What stands beside the options of a site: its own budget, and the publication of its acts."""

from __future__ import annotations

import uuid
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import CharField, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from essaim.replications.models import Origin, Replication

from .forming import CostLine
from .option import LegalAct, Option
from .pool import MOST_CENTS


@pghistory.track(model_name="SiteCostEvent", fields=["id", "option", "kind", "amount_cents"])
class SiteCost(models.Model):
    """A line of what one site costs, where it differs from the pool's amount for all sites. Held
    by the first option of the site, whoever pays a share of it."""

    option = models.ForeignKey(Option, models.PROTECT, related_name="site_costs")
    kind = models.CharField(_("ligne"), max_length=20, choices=CostLine.Kind)
    label = models.CharField(_("libellé"), max_length=250, blank=True)
    amount_cents = models.BigIntegerField(_("montant (centimes)"))
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("ligne du budget d’un site")
        verbose_name_plural = _("lignes du budget des sites")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0, amount_cents__lte=MOST_CENTS),
                name="sitecost_amount_positive",
                violation_error_message=_("Le montant d’une ligne est supérieur à zéro."),
            ),
        ]

    def __str__(self) -> str:
        return self.label or str(self.get_kind_display())


@pghistory.track(model_name="GrantPublicationEvent", fields=["id", "act", "on", "by"])
class GrantPublication(models.Model):
    """The essential data of a grant are public: where and since when, as its funder says."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    act = models.OneToOneField(LegalAct, models.PROTECT, related_name="publication")
    on = models.DateField(_("publiées le"))
    url = models.URLField(_("adresse des données"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("publication d’une subvention")
        verbose_name_plural = _("publications des subventions")

    def __str__(self) -> str:
        return f"{self.act_id}"


def sites_of() -> Any:
    """Of an option: the replication that it made, or that it funds beside the one that made it.
    As ``Option.reference``."""
    first = Cast(Coalesce(OuterRef("cofunds_id"), OuterRef("pk")), CharField())
    name = Concat(Value("option:"), first, output_field=CharField())
    return Replication.objects.filter(origin=Origin.POOL, origin_reference=name)
