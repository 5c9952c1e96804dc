"""What is said of the people's protection before data arrive."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import DayField, Form, long_text
from essaim.evaluations.models import DataStatement

from .plans import yes_no


class StatementForm(Form):
    controller = forms.CharField(
        label=_("Responsable du traitement"),
        max_length=200,
        help_text=_("L’organisation qui décide de ce recueil, et qui en répond."),
    )
    legal_basis = forms.ChoiceField(
        label=_("Base légale"), choices=DataStatement.LegalBasis.choices, widget=forms.RadioSelect
    )
    legal_reference = forms.CharField(
        label=_("Texte ou décision"),
        max_length=300,
        required=False,
        help_text=_("La mission, la délibération ou le texte sur lequel vous vous appuyez."),
    )
    notice = long_text(
        _("Comment les personnes sont informées"),
        rows=3,
        max_length=2000,
        help_text=_(
            "Par exemple : une note aux familles remise le…, affichée à…, avec le droit de s’opposer."
        ),
    )
    sensitive = yes_no(
        _("Le public est vulnérable, ou les données sont sensibles"),
        help_text=_("Mineurs, santé, justice, action sociale."),
    )
    impact = forms.ChoiceField(
        label=_("Analyse d’impact (AIPD)"),
        choices=DataStatement.Impact.choices,
        widget=forms.RadioSelect,
    )
    impact_note = forms.CharField(
        label=_("Référence de l’analyse, ou raison de s’en passer"), max_length=500
    )
    deletion_on = DayField(
        label=_("Date d’effacement des données"),
        help_text=_("Ce jour-là, les données et la liste du tirage sont effacées d’elles-mêmes. Les résultats restent."),
    )  # fmt: skip
