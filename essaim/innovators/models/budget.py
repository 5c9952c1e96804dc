"""The budget entrusted to the innovator through a buyer, to the cent."""

from __future__ import annotations

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .file import InnovationFile


@pghistory.track(model_name="BudgetEvent", fields=["id", "file", "decided_on", "entrusted_by"])
class Budget(models.Model):
    file = models.OneToOneField(InnovationFile, models.CASCADE, related_name="budget")
    buyer_name = models.CharField(_("acheteur"), max_length=150)
    buyer_service = models.CharField(_("service acheteur"), max_length=200)
    buyer_email = models.EmailField(_("adresse e-mail de l’acheteur"))
    reference = models.CharField(_("référence de la décision"), max_length=100, blank=True)
    decided_on = models.DateField(_("décidé le"))
    entrusted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")

    def __str__(self) -> str:
        return f"{self.file_id}"

    @property
    def total_cents(self) -> int:
        """Sum of the lines, read from those already fetched."""
        return sum(line.amount_cents for line in self.lines.all())


@pghistory.track(model_name="BudgetLineEvent", fields=["id", "budget", "amount_cents", "procedure"])
class BudgetLine(models.Model):
    class Procedure(models.TextChoices):
        """How the buyer lets it be bought (code de la commande publique)."""

        TO_DECIDE = "to_decide", _("à choisir par l’acheteur")
        EXISTING = "existing", _("marché ou accord-cadre existant")
        DIRECT = "direct", _("achat sans publicité ni mise en concurrence")
        ADAPTED = "adapted", _("procédure adaptée")
        FORMAL = "formal", _("procédure formalisée")

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="lines")
    submission = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    label = models.CharField(_("objet"), max_length=200)
    amount_cents = models.BigIntegerField(_("montant (centimes)"))
    procedure = models.CharField(
        _("règle d’achat"), max_length=10, choices=Procedure, default=Procedure.TO_DECIDE
    )

    class Meta:
        verbose_name = _("ligne de budget")
        verbose_name_plural = _("lignes de budget")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0, amount_cents__lte=10**12),
                name="budgetline_amount_positive",
                violation_error_message=_("Le montant d’une ligne est supérieur à zéro."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget_id} {self.amount_cents}"

    @property
    def above_threshold(self) -> bool:
        """Dearer than what may be bought without competition: the buyer must say how."""
        limit: int = settings.INNOVATOR_PATH["direct_purchase_cents"]
        return self.amount_cents >= limit and self.procedure in {"to_decide", "direct"}
