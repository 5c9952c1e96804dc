"""Avoided costs, by payer (§ 5 of the domain): never added to gains in well-being."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .evaluation import Evaluation


class AvoidedCosts(models.Model):
    evaluation = models.OneToOneField(Evaluation, models.CASCADE, related_name="avoided_costs")
    discount_rate = models.DecimalField(
        _("taux d’actualisation (% par an)"), max_digits=5, decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(20))],
    )  # fmt: skip
    rate_source = models.CharField(_("source du taux"), max_length=300)
    results = models.JSONField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("coûts évités")
        verbose_name_plural = _("coûts évités")
        constraints = [
            models.CheckConstraint(
                condition=Q(discount_rate__gte=0, discount_rate__lte=20) & ~Q(rate_source=""),
                name="avoided_costs_rate_has_source",
                violation_error_message=_("Le taux d’actualisation a une source."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id}"


def _amount(label: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=14, decimal_places=2)


def _share(label: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=5, decimal_places=2)


class AvoidedCostLine(models.Model):
    """One cost that one payer no longer bears; each number has a low, a central, a high value."""

    costs = models.ForeignKey(AvoidedCosts, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=0)
    payer = models.CharField(_("payeur"), max_length=200)
    label = models.CharField(_("coût évité"), max_length=250)
    source = models.CharField(_("source du coût unitaire"), max_length=300)
    year = models.PositiveSmallIntegerField(_("année (0 : tout de suite)"), default=0)
    units_low = _amount(_("unités évitées : bas"))
    units_central = _amount(_("central"))
    units_high = _amount(_("haut"))
    unit_cost_low = _amount(_("coût d’une unité (€) : bas"))
    unit_cost_central = _amount(_("central"))
    unit_cost_high = _amount(_("haut"))
    # Shares in percent.
    deadweight_low = _share(_("serait arrivé sans vous (%) : bas"))
    deadweight_central = _share(_("central"))
    deadweight_high = _share(_("haut"))
    attribution_low = _share(_("part due à vous (%) : bas"))
    attribution_central = _share(_("central"))
    attribution_high = _share(_("haut"))
    cashable_low = _share(_("part vraiment économisée (%) : bas"))
    cashable_central = _share(_("central"))
    cashable_high = _share(_("haut"))

    RANGES = ("units", "unit_cost", "deadweight", "attribution", "cashable")
    SHARES = ("deadweight", "attribution", "cashable")

    class Meta:
        verbose_name = _("coût évité")
        verbose_name_plural = _("coûts évités")
        ordering = ["position", "pk"]
        constraints = [
            *(
                models.CheckConstraint(
                    condition=Q(
                        **{
                            f"{name}_low__gte": 0,
                            f"{name}_central__gte": F(f"{name}_low"),
                            f"{name}_high__gte": F(f"{name}_central"),
                        }
                    ),
                    name=f"avoided_cost_{name}_ordered",
                    violation_error_message=_(
                        "Le bas ne dépasse pas le central, ni le central le haut."
                    ),
                )
                for name in ("units", "unit_cost", "deadweight", "attribution", "cashable")
            ),
            models.CheckConstraint(
                condition=Q(deadweight_high__lte=100, attribution_high__lte=100, cashable_high__lte=100),
                name="avoided_cost_shares_at_most_whole",
                violation_error_message=_("Une part ne dépasse pas 100 %."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.label
