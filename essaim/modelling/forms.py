"""Assumptions, sheet, opening a workshop, the interview, and adopting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.common.money import euros
from essaim.initiatives.forms.fields import AmountField
from essaim.initiatives.models import Component
from essaim.modelling.agreement import Opinion
from essaim.modelling.models import ModelSheet, SheetLine, Sorting
from essaim.modelling.models.economics import PEOPLE_AT_MOST, YEARS


class VersionField(forms.IntegerField):
    """On which version the form was opened."""

    def __init__(self) -> None:
        super().__init__(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)


def _people(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=1,
        max_value=PEOPLE_AT_MOST,
        error_messages={
            "min_value": _("Il faut au moins un bénéficiaire : sinon, laissez vide."),
            "max_value": _("Ce nombre est trop grand pour un site : vérifiez-le."),
        },
    )


def _cost(label: Any, most: int, help_text: Any) -> AmountField:
    field = AmountField(label=label, help_text=help_text, required=False)
    field.max_digits = 9
    field.validators += [
        _Between(most),
    ]
    return field


class _Between:
    """More than nothing and less than what nobody pays."""

    def __init__(self, most: int):
        self.most = most

    def __call__(self, value: Any) -> None:
        if value <= 0:
            raise forms.ValidationError(_("Un coût est supérieur à zéro."))
        if value > self.most:
            raise forms.ValidationError(
                _("Ce coût dépasse %(most)s : vérifiez l’unité.") % {"most": euros(self.most)}
            )


class AssumptionsForm(Form):
    version = VersionField()
    beneficiaries_low = _people(_("Bénéficiaires, bas"))
    beneficiaries = _people(
        _("Bénéficiaires, central"),
        _("Personnes touchées par un site en une année. Une seule valeur connue ? Mettez-la ici."),
    )
    beneficiaries_high = _people(_("Bénéficiaires, haut"))
    day_cost = _cost(
        _("Coût d’une journée de travail (€)"),
        10_000,
        _("Charges comprises. Sert à compter les lignes en jours ou en heures (sept par jour)."),
    )
    fte_cost = _cost(
        _("Coût d’un équivalent temps plein (€ par an)"),
        1_000_000,
        _("Charges comprises. Sert à compter les lignes en ETP."),
    )
    years = forms.IntegerField(
        label=_("Nombre d’années regardées"), min_value=1, max_value=30, initial=YEARS
    )
    source = forms.CharField(
        label=_("Source de ces hypothèses"),
        max_length=300,
        required=False,
        help_text=_("D’où viennent les chiffres. Inventés : « fictif »."),
    )
    shared = forms.MultipleChoiceField(
        label=_("Coûts partagés entre tous les sites"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Cochez ce qui se paie une seule fois, quel que soit le nombre de sites (un outil de "
            "formation, un site web, une tête de réseau). Le reste se répète sur chaque site."
        ),
    )

    def __init__(self, *args: Any, lines: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        shared: Any = self.fields["shared"]
        shared.choices = [
            (str(line.pk), f"{line.label or line.get_line_display()}") for line in lines
        ]
        if not shared.choices:
            del self.fields["shared"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        names = ("beneficiaries_low", "beneficiaries", "beneficiaries_high")
        if any(name in self.errors for name in names):
            return cleaned
        low, central, high = (cleaned.get(name) for name in names)
        known = [value for value in (low, central, high) if value is not None]
        if known and central is None:
            self.add_error("beneficiaries", _("Dites aussi la valeur centrale."))
        elif known != sorted(known):
            self.add_error(
                "beneficiaries", _("Le bas ne dépasse pas le central, ni le central le haut.")
            )
        elif central is not None:
            cleaned["people"] = (low or central, central, high or central)
        return cleaned


class WorkshopForm(Form):
    facilitator: Any = forms.ModelChoiceField(
        label=_("Qui anime"),
        queryset=None,
        help_text=_(
            "Quelqu’un d’autre que le porteur mène l’atelier. Une personne extérieure s’invite "
            "d’abord comme coéditrice de la fiche."
        ),
    )
    participant: Any = forms.ModelChoiceField(label=_("Qui parle pour le porteur"), queryset=None)

    def __init__(self, *args: Any, facilitators: Any, participants: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, people in (("facilitator", facilitators), ("participant", participants)):
            field: Any = self.fields[name]
            field.queryset = people.order_by("name", "pk")
            field.label_from_instance = lambda user: user.name or _("un membre sans nom affiché")


class InterviewForm(Form):
    without = forms.ChoiceField(
        label=_("Si on la retirait, l’initiative marcherait-elle encore ?"),
        choices=Sorting.Without.choices,
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=_("Qu’est-ce qui vous le fait dire ?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Un essai, un site qui a fait autrement, une intuition : dites lequel."),
    )
    red_line = forms.CharField(
        label=_("Ce qu’un repreneur ne doit jamais en faire"),
        max_length=300,
        required=False,
        help_text=_("La ligne rouge : au-delà, ce n’est plus la même initiative."),
    )
    kind = forms.ChoiceField(
        label=_("Vous la classez donc"),
        choices=[("", _("comme votre réponse le propose")), *Sorting.Kind.choices],
        required=False,
    )

    def chosen_kind(self) -> str:
        given = self.cleaned_data
        return str(given["kind"] or Sorting.PROPOSES[Sorting.Without(given["without"])])


class AdoptionRow(Form):
    """One component as it will stand on the card."""

    kind = forms.ChoiceField(
        label=_("Cœur ou marge"), choices=Component.Kind.choices, widget=forms.RadioSelect
    )
    why = forms.CharField(
        label=_("Pourquoi"), required=False, max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    red_lines = forms.CharField(
        label=_("Lignes rouges"), required=False, max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=_("Une par ligne."),
    )  # fmt: skip

    def __init__(self, data: Any, *, opinion: Opinion):
        component = opinion.component
        super().__init__(
            data,
            prefix=f"c{component.pk}",
            initial={
                "kind": opinion.result or component.kind,
                "why": component.why or " ".join(opinion.reasons),
                "red_lines": "\n".join(opinion.red_lines),
            },
        )
        self.opinion = opinion


class SheetForm(Form):
    version = VersionField()
    legal_basis = forms.CharField(
        label=_("Cadre juridique"), required=False, max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Textes, agréments, conventions, assurances : ce qu’un repreneur doit avoir."),
    )  # fmt: skip
    personal_data = forms.CharField(
        label=_("Données personnelles"), required=False, max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Lesquelles, pour quoi faire, sur quelle base, combien de temps."),
    )  # fmt: skip
    contraindications = forms.CharField(
        label=_("Contre-indications"), required=False, max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Où et quand il vaut mieux ne pas reprendre cette initiative."),
    )  # fmt: skip

    @classmethod
    def values_of(cls, sheet: ModelSheet | None) -> dict[str, Any]:
        names = ("version", "legal_basis", "personal_data", "contraindications")
        return {name: getattr(sheet, name) for name in names} if sheet else {"version": 0}


# Of each topic: labels of its name, precision and complement.
TOPICS = {
    SheetLine.Topic.INDICATOR: (_("Indicateur"), _("Outil de mesure, avant et après"), _("Valeur au départ")),
    SheetLine.Topic.ROLE: (_("Rôle"), _("Ce qu’il fait"), _("Formation nécessaire")),
    SheetLine.Topic.STAGE: (_("Étape"), _("Qui la mène"), _("Quand, combien de temps")),
}  # fmt: skip


class LineForm(Form):
    """A row of the sheet; blank, it does not count."""

    mark_optional = False
    name = forms.CharField(max_length=200, required=False)
    detail = forms.CharField(max_length=500, required=False)
    more = forms.CharField(max_length=500, required=False)

    def __init__(self, data: Any, *, topic: SheetLine.Topic, number: int, initial: Any):
        super().__init__(data, prefix=f"{topic.value}-{number}", initial=initial)
        self.topic = topic
        for name, label in zip(("name", "detail", "more"), TOPICS[topic], strict=True):
            self.fields[name].label = label

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("name") and (cleaned.get("detail") or cleaned.get("more")):
            self.add_error("name", _("Donnez-lui un nom, ou videz la ligne."))
        return cleaned
