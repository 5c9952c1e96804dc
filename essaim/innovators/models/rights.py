"""Who owns what was invented, and how its gains are shared."""

from __future__ import annotations

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .file import InnovationFile


@pghistory.track(
    model_name="PropertyRightsEvent",
    fields=[
        *("id", "file", "state_share", "innovator_share", "others_share"),
        *("recorded_on", "recorded_by", "reference"),
    ],
)
class PropertyRights(models.Model):
    file = models.OneToOneField(InnovationFile, models.CASCADE, related_name="rights")
    nature = models.CharField(
        _("ce qui est protégé"), max_length=300, help_text=_("Brevet, logiciel, méthode, marque…")
    )
    office = models.CharField(_("établi avec le service"), max_length=200)
    reference = models.CharField(_("référence de l’acte"), max_length=100, blank=True)
    recorded_on = models.DateField(_("établi le"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    state_share = models.DecimalField(_("part de l’État (%)"), max_digits=5, decimal_places=2)
    innovator_share = models.DecimalField(
        _("part de l’innovateur (%)"), max_digits=5, decimal_places=2
    )
    others_share = models.DecimalField(
        _("part d’autres ayants droit (%)"), max_digits=5, decimal_places=2, default=0
    )
    others = models.CharField(_("autres ayants droit"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("propriété intellectuelle")
        verbose_name_plural = _("propriétés intellectuelles")
        constraints = [
            models.CheckConstraint(
                condition=Q(state_share__gte=0, innovator_share__gte=0, others_share__gte=0),
                name="rights_shares_not_negative",
                violation_error_message=_("Une part ne peut pas être négative."),
            ),
            models.CheckConstraint(
                condition=Q(
                    state_share=100 - F("innovator_share") - F("others_share"),
                ),
                name="rights_shares_make_100",
                violation_error_message=_("Les parts doivent faire 100 % ensemble."),
            ),
            models.CheckConstraint(
                condition=Q(others_share=0) | ~Q(others=""),
                name="rights_others_are_named",
                violation_error_message=_("Nommez les autres ayants droit."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}"


class Gain(models.Model):
    """Money earned, split once by the shares of that day; a mistake is corrected by another line."""

    append_only = True

    rights = models.ForeignKey(PropertyRights, models.PROTECT, related_name="gains")
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    on = models.DateField(_("date"))
    source = models.CharField(_("origine"), max_length=200)
    amount_cents = models.BigIntegerField(_("montant (centimes)"))
    state_cents = models.BigIntegerField(_("pour l’État (centimes)"))
    innovator_cents = models.BigIntegerField(_("pour l’innovateur (centimes)"))
    others_cents = models.BigIntegerField(_("pour les autres (centimes)"), default=0)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(
        # The line stays as it was written, even when the account is gone.
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
    )

    class Meta:
        verbose_name = _("gain")
        verbose_name_plural = _("gains")
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    amount_cents=F("state_cents") + F("innovator_cents") + F("others_cents")
                ),
                name="gain_split_is_exact",
            ),
            models.CheckConstraint(
                condition=~Q(amount_cents=0),
                name="gain_not_zero",
                violation_error_message=_("Un gain nul ne s’enregistre pas."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rights_id} {self.amount_cents}"
