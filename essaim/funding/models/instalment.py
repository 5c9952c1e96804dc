"""What is confirmed is paid in parts, each on its milestone."""

from __future__ import annotations

import uuid

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .forming import CostLine
from .option import Option
from .pool import MOST_CENTS


@pghistory.track(exclude=["label"])
class Instalment(models.Model):
    """A part of what is confirmed, paid once its milestone is reached."""

    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    option = models.ForeignKey(Option, models.PROTECT, related_name="instalments")
    label = models.CharField(_("jalon"), max_length=200)
    amount_cents = models.BigIntegerField(_("montant (centimes)"))
    # Of the whole milestone of the site, where this one is a share of it.
    site_cents = models.BigIntegerField(_("montant du site (centimes)"), null=True, blank=True)
    # Of what a site costs; the two lines of transfer go to the holder, all else to the adopter.
    kind = models.CharField(_("ligne"), max_length=20, choices=CostLine.Kind, blank=True)
    planned_on = models.DateField(_("prévu le"))
    reached_on = models.DateField(_("atteint le"), null=True, blank=True)
    reached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # Before it is asked for, the funder may take it off its plan; it stays, for those who read it.
    cancelled_on = models.DateField(_("annulé le"), null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("versement prévu")
        verbose_name_plural = _("versements prévus")
        ordering = ["planned_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0, amount_cents__lte=MOST_CENTS),
                name="instalment_amount_positive",
                violation_error_message=_("Le montant d’un versement est supérieur à zéro."),
            ),
            models.CheckConstraint(
                condition=Q(kind="") | Q(kind__in=CostLine.Kind.values),
                name="instalment_kind_known",
            ),
        ]
        triggers = [pgtrigger.Protect(name="instalment_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.label

    @property
    def is_transfer(self) -> bool:
        return self.kind in CostLine.TRANSFER
