"""Budget, prototype, end of a file and what follows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import DayField, Form, OnceForm, long_text
from essaim.common.money import EurosField
from essaim.innovators.models import BudgetLine, FollowUp, InnovationFile, Outcome


class BudgetForm(Form):
    buyer_name = forms.CharField(label=_("Acheteur"), max_length=150)
    buyer_service = forms.CharField(label=_("Son service"), max_length=200)
    buyer_email = forms.EmailField(
        label=_("Son adresse e-mail"), help_text=_("Un message lui annonce le budget.")
    )
    decided_on = DayField(label=_("Date de la décision"))
    reference = forms.CharField(label=_("Référence de la décision"), max_length=100, required=False)


class BudgetLineForm(OnceForm):
    label = forms.CharField(label=_("Objet"), max_length=200)
    amount_cents = EurosField(label=_("Montant (€)"))
    procedure = forms.ChoiceField(
        label=_("Règle d’achat"),
        choices=BudgetLine.Procedure.choices,
        initial=BudgetLine.Procedure.TO_DECIDE,
    )


class ChangeLineForm(Form):
    label = forms.CharField(label=_("Objet"), max_length=200)
    amount_cents = EurosField(label=_("Montant (€)"))
    procedure = forms.ChoiceField(label=_("Règle d’achat"), choices=BudgetLine.Procedure.choices)


class FirstLineForm(BudgetLineForm):
    """A line of the first budget: left empty, it does not count."""

    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"].required = self.fields["amount_cents"].required = False

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("amount_cents") and not data.get("label"):
            self.add_error("label", _("Dites à quoi sert ce montant."))
        elif data.get("label") and data.get("amount_cents") is None and not self.errors:
            self.add_error("amount_cents", _("Donnez le montant de cette ligne."))
        return data


class PrototypeForm(Form):
    started_on = DayField(label=_("Commencé le"))
    planned_end_on = DayField(label=_("Fin prévue"))


class PlannedEndForm(Form):
    planned_end_on = DayField(label=_("Fin prévue"))


class MilestoneForm(Form):
    title = forms.CharField(label=_("Jalon"), max_length=200)
    due_on = DayField(label=_("Prévu le"))


class ReachedForm(Form):
    on = DayField(label=_("Atteint le"))
    note = long_text(_("Ce qui s’est passé"), rows=3, required=False)


class EndForm(Form):
    """How it ends: the choices depend on who asks and on where the file stands."""

    kind = forms.ChoiceField(label=_("Le dossier se termine par"), widget=forms.RadioSelect)
    reason = long_text(
        _("Raison"),
        required=False,
        help_text=_(
            "Libre et facultative pour un arrêt ; nécessaire pour une clôture. Seuls"
            " l’innovateur et le chargé de dossier la lisent."
        ),
    )
    sure = forms.BooleanField(label=_("Je confirme : cela ne se défait pas"))

    def __init__(self, *args: Any, file: InnovationFile, officer: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = []
        if file.state == "prototyping" and officer:
            choices.append((Outcome.Kind.SUCCEEDED.value, _("une réussite")))
        choices.append((Outcome.Kind.ABANDONED.value, _("un arrêt, au titre du droit à l’erreur")))
        if officer:
            choices.append((Outcome.Kind.CLOSED.value, _("une clôture, dont je donne les motifs")))
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = choices
        if len(choices) == 1:
            kind.initial = choices[0][0]


class RightsForm(Form):
    nature = forms.CharField(
        label=_("Ce qui est protégé"),
        max_length=300,
        help_text=_("Brevet, logiciel, méthode, marque…"),
    )
    office = forms.CharField(
        label=_("Établi avec"),
        max_length=200,
        help_text=_("Le service de la propriété intellectuelle qui identifie les droits."),
    )
    recorded_on = DayField(label=_("Établi le"))
    reference = forms.CharField(label=_("Référence de l’acte"), max_length=100, required=False)
    state_share = forms.DecimalField(
        label=_("Part de l’État (%)"), min_value=0, max_value=100, decimal_places=2, localize=True
    )
    innovator_share = forms.DecimalField(
        label=_("Part de l’innovateur (%)"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        localize=True,
    )
    others_share = forms.DecimalField(
        label=_("Part d’autres ayants droit (%)"),
        min_value=0,
        max_value=100,
        decimal_places=2,
        localize=True,
        initial=0,
    )
    others = forms.CharField(label=_("Qui sont-ils"), max_length=300, required=False)


class GainForm(OnceForm):
    on = DayField(label=_("Date"))
    source = forms.CharField(label=_("Origine"), max_length=200)
    amount_cents = EurosField(
        label=_("Montant (€)"), help_text=_("Négatif pour corriger une ligne déjà écrite.")
    )


class FollowUpForm(OnceForm):
    kind = forms.ChoiceField(label=_("Suite"), choices=FollowUp.Kind.choices)
    organisation = forms.CharField(label=_("Organisation"), max_length=200)
    on = DayField(label=_("Date"))
    note = long_text(_("Précisions"), rows=3, required=False)
