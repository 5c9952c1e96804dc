"""Choosing objectives, then a model, a place on the axis and a mode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from essaim.common.forms import Form
from essaim.scaling.actions.strategies import Content
from essaim.scaling.matrix import serving
from essaim.scaling.model_sheets import AIMS, PLACES, SHEET, SHEETS
from essaim.scaling.models import REASONS_LENGTH, Confidence


class ObjectivesForm(Form):
    mark_optional = False

    objectives = forms.MultipleChoiceField(
        label=_("Que cherchez-vous ?"),
        choices=[
            (aim, [(objective.value, capfirst(objective.label)) for objective in objectives])
            for aim, objectives in AIMS
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un objectif.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Flat: the design system has no groups of boxes within a group.
        field: Any = self.fields["objectives"]
        field.choices = [
            (objective.value, capfirst(objective.label))
            for _aim, objectives in AIMS
            for objective in objectives
        ]


PURITY = [
    (1, _("1 : chacun peut tout changer")),
    (2, "2"),
    (3, _("3 : le cœur est gardé, le reste s’adapte")),
    (4, "4"),
    (5, _("5 : tel quel, sans rien changer")),
]
CONTROL = [
    (1, _("1 : aucun, chacun fait comme il veut")),
    (2, "2"),
    (3, _("3 : un cadre commun et des points réguliers")),
    (4, "4"),
    (5, _("5 : un centre décide et vérifie")),
]


class StrategyForm(Form):
    model = forms.ChoiceField(label=_("Modèle"), widget=forms.RadioSelect)
    subtype = forms.ChoiceField(
        label=_("Forme"), help_text=_("Une forme du modèle choisi, s’il en a."), required=False
    )
    purity = forms.TypedChoiceField(
        label=_("Jusqu’où tenez-vous à garder pur le modèle d’origine ?"),
        choices=PURITY,
        coerce=int,
        widget=forms.RadioSelect,
    )
    control = forms.TypedChoiceField(
        label=_("Quel contrôle voulez-vous garder sur le processus ?"),
        help_text=_(
            "Un contrôle étroit peut donner un résultat plus régulier ; l’autonomie, une"
            " appropriation locale plus forte."
        ),
        choices=CONTROL,
        coerce=int,
        widget=forms.RadioSelect,
    )
    mode = forms.ChoiceField(
        label=_("Mode choisi"),
        help_text=_("La page suivante montre où vos deux réponses placent l’initiative."),
        choices=[(place.mode.value, capfirst(place.mode.label)) for place in PLACES],
        widget=forms.RadioSelect,
    )
    reasons = forms.CharField(
        label=_("Pourquoi ce choix ?"),
        help_text=_("Ces raisons seront lues avec la stratégie : sans coordonnées de personnes."),
        max_length=REASONS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, objectives: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.objectives = list(objectives)
        total = len(self.objectives)
        model: Any = self.fields["model"]
        model.choices = [
            (
                one.value,
                ngettext(
                    "%(name)s : sert %(n)s objectif sur %(total)s",
                    "%(name)s : sert %(n)s objectifs sur %(total)s",
                    number,
                )
                % {"name": capfirst(str(one.label)), "n": number, "total": total},
            )
            for one, number in serving(self.objectives)
        ]
        subtype: Any = self.fields["subtype"]
        subtype.choices = [
            ("", _("sans objet")),
            *(
                (
                    capfirst(str(sheet.model.label)),
                    [
                        (f"{sheet.model.value}:{key}", capfirst(str(name)))
                        for key, name, _says in sheet.subtypes
                    ],
                )
                for sheet in SHEETS
                if sheet.subtypes
            ),
        ]

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        model, _sep, subtype = (clean.get("subtype") or "").partition(":")
        if subtype and clean.get("model") and model != clean["model"]:
            name = SHEET[clean["model"]].model.label
            self.add_error(
                "subtype",
                ValidationError(
                    _("Cette forme n’est pas du modèle « %(name)s ».") % {"name": name}
                ),
            )
        clean["subtype"] = subtype
        return clean

    def content(self) -> Content:
        clean = {key: value for key, value in self.cleaned_data.items() if key != "version"}
        return Content(objectives=self.objectives, **clean)


class CellForm(Form):
    serves = forms.BooleanField(label=_("Le modèle sert cet objectif"), required=False)
    confidence = forms.ChoiceField(label=_("Confiance"), choices=Confidence.choices)
    source = forms.CharField(label=_("Source"), max_length=300)
