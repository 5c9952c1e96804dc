"""What the economic page needs beyond the six lines of the card."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.initiatives.models import EconomicLine, Initiative

YEARS = 5  # ours: the horizon where nothing else is said
PEOPLE_AT_MOST = 10_000_000  # a site that reaches more is a mistake of unit


@pghistory.track(exclude=["source"])
class EconomicAssumptions(models.Model):
    """Of one site: people reached in a year, cost of a day and of a post, years looked at."""

    initiative = models.OneToOneField(
        Initiative, models.CASCADE, related_name="economic_assumptions"
    )
    beneficiaries_low = models.PositiveIntegerField(_("bénéficiaires, bas"), null=True, blank=True)
    beneficiaries = models.PositiveIntegerField(_("bénéficiaires, central"), null=True, blank=True)
    beneficiaries_high = models.PositiveIntegerField(
        _("bénéficiaires, haut"), null=True, blank=True
    )
    day_cost = models.DecimalField(
        _("coût d’une journée de travail (€)"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
    )
    fte_cost = models.DecimalField(
        _("coût d’un équivalent temps plein (€ par an)"),
        max_digits=9, decimal_places=2, null=True, blank=True,
    )  # fmt: skip
    years = models.PositiveSmallIntegerField(
        _("années"), default=YEARS, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    source = models.CharField(_("source des hypothèses"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("hypothèses économiques")
        verbose_name_plural = _("hypothèses économiques")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    beneficiaries_low=None, beneficiaries=None, beneficiaries_high=None
                )
                | Q(beneficiaries_low__gte=1)
                & Q(beneficiaries_low__lte=F("beneficiaries"))
                & Q(beneficiaries__lte=F("beneficiaries_high"))
                & Q(beneficiaries_high__lte=PEOPLE_AT_MOST),
                name="assumptions_beneficiaries_ordered",
                violation_error_message=_(
                    "Il faut au moins un bénéficiaire, et un bas, un central et un haut dans cet ordre."
                ),
            ),
            models.CheckConstraint(
                condition=(Q(day_cost=None) | Q(day_cost__gt=0))
                & (Q(fte_cost=None) | Q(fte_cost__gt=0)),
                name="assumptions_costs_positive",
                violation_error_message=_("Un coût est supérieur à zéro."),
            ),
            models.CheckConstraint(
                condition=Q(years__gte=1, years__lte=30),
                name="assumptions_years_range",
                violation_error_message=_("De 1 à 30 années."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.initiative_id)


@pghistory.track()
class SharedLine(models.Model):
    """This line is paid once for all sites (a training tool, a website); others are repeated."""

    line = models.OneToOneField(EconomicLine, models.CASCADE, related_name="shared_line")

    class Meta:
        verbose_name = _("coût partagé")
        verbose_name_plural = _("coûts partagés")

    def __str__(self) -> str:
        return str(self.line_id)
