"""What a pool is formed of: the lines of a site's amount, who is invited, who must sign."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.people.models import Organisation
from essaim.territories.models import Territory

from .pool import MOST_CENTS, Pool


@pghistory.track(model_name="CostLineEvent", fields=["id", "pool", "kind", "amount_cents"])
class CostLine(models.Model):
    """What the amount of one site pays for; the two last kinds are the transfer line (§ 7)."""

    class Kind(models.TextChoices):
        SETUP_STAFF = "setup_staff", _("temps de travail pour installer")
        RUNNING_STAFF = "running_staff", _("temps de travail pour faire vivre")
        INVESTMENT = "investment", _("investissements")
        RUNNING_COSTS = "running_costs", _("autres coûts de fonctionnement")
        HOLDER_ENGINEERING = "holder_engineering", _("transfert : ingénierie du porteur")
        INNOVATOR_DAYS = "innovator_days", _("transfert : jours libérés de l’innovateur")

    TRANSFER = (Kind.HOLDER_ENGINEERING, Kind.INNOVATOR_DAYS)

    pool = models.ForeignKey(Pool, models.CASCADE, related_name="cost_lines")
    kind = models.CharField(_("ligne"), max_length=20, choices=Kind)
    label = models.CharField(_("libellé"), max_length=250, blank=True)
    amount_cents = models.BigIntegerField(_("montant (centimes)"))
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("ligne du montant par site")
        verbose_name_plural = _("lignes du montant par site")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0, amount_cents__lte=MOST_CENTS),
                name="poolcost_amount_positive",
                violation_error_message=_("Le montant d’une ligne est supérieur à zéro."),
            ),
        ]

    def __str__(self) -> str:
        return self.label or str(self.get_kind_display())

    @property
    def is_transfer(self) -> bool:
        return self.kind in self.TRANSFER


class Invitation(models.Model):
    """A funder asked to look: one organisation, or those of a territory (or of a group of them)."""

    pool = models.ForeignKey(Pool, models.CASCADE, related_name="invitations")
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="pool_invitations",
        verbose_name=_("organisation"),
    )  # fmt: skip
    territory = models.ForeignKey(
        Territory, models.PROTECT, null=True, blank=True, related_name="pool_invitations",
        verbose_name=_("territoire"),
    )  # fmt: skip
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    on = models.DateField(_("le"), default=timezone.localdate)
    withdrawn_on = models.DateField(_("retirée le"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation d’un financeur")
        verbose_name_plural = _("invitations de financeurs")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) ^ Q(territory__isnull=True),
                name="poolinvitation_of_one",
                violation_error_message=_("Choisissez une organisation ou un territoire."),
            ),
            models.UniqueConstraint(
                fields=["pool", "organisation"],
                condition=Q(organisation__isnull=False, withdrawn_on__isnull=True),
                name="poolinvitation_organisation_once",
            ),
            models.UniqueConstraint(
                fields=["pool", "territory"],
                condition=Q(territory__isnull=False, withdrawn_on__isnull=True),
                name="poolinvitation_territory_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


@pghistory.track()
class FunderSettings(models.Model):
    """What an organisation asks of those who commit it."""

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, related_name="funder_settings"
    )
    four_eyes = models.BooleanField(
        _("deux signatures"), default=False,
        help_text=_("Une seconde personne signe chaque option et chaque confirmation."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("réglage d’un financeur")
        verbose_name_plural = _("réglages des financeurs")

    def __str__(self) -> str:
        return f"{self.organisation_id}"
