"""The status of a public innovator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import DayField, Form, long_text
from essaim.people.models import Organisation


class TermsForm(Form):
    employer = forms.ModelChoiceField(
        label=_("Employeur"), queryset=Organisation.objects.none(), empty_label=_("Choisir")
    )
    innovation_days = forms.DecimalField(
        label=_("Jours par semaine pour innover"),
        min_value=0,
        max_value=5,
        decimal_places=1,
        localize=True,
    )
    advice_days = forms.DecimalField(
        label=_("Jours par semaine pour conseiller les repreneurs"),
        min_value=0,
        max_value=5,
        decimal_places=1,
        localize=True,
    )
    starts_on = DayField(label=_("À partir du"))
    ends_on = DayField(label=_("Jusqu’au"), required=False)
    recognition = long_text(
        _("Reconnaissance"),
        rows=3,
        required=False,
        max_length=3000,
        help_text=_("Prix, lettre de félicitations, prise en compte dans l’évaluation…"),
    )
    mobility = long_text(
        _("Mobilité"),
        rows=3,
        required=False,
        max_length=3000,
        help_text=_("Ce qui est prévu si vous changez de poste, ou le poste que vous souhaitez."),
    )

    def __init__(self, *args: Any, employers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        employer = self.fields["employer"]
        assert isinstance(employer, forms.ModelChoiceField)
        employer.queryset = employers


class DeclareForm(Form):
    signatory = forms.CharField(
        label=_("Accord donné par"), max_length=200, help_text=_("Nom et fonction.")
    )
    agreed_on = DayField(label=_("Le"))
    reference = forms.CharField(
        label=_("Référence du document"),
        max_length=200,
        help_text=_("Lettre, décision, avenant… Vous le produisez si on vous le demande."),
    )


class AgreementForm(Form):
    agrees = forms.TypedChoiceField(
        label=_("Votre réponse"),
        choices=[("yes", _("Nous donnons notre accord")), ("no", _("Nous refusons"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    signatory = forms.CharField(
        label=_("Au nom de"),
        max_length=200,
        required=False,
        help_text=_("Nom et fonction de qui donne l’accord ; le vôtre si rien n’est écrit."),
    )
    reference = forms.CharField(label=_("Référence de la décision"), max_length=200, required=False)
    reason = long_text(
        _("Motifs"),
        rows=3,
        required=False,
        max_length=3000,
        help_text=_("Nécessaires pour un refus."),
    )


class ShownForm(Form):
    mark_optional = False

    is_public = forms.BooleanField(label=_("Ma page est publique"), required=False)
    show_employer = forms.BooleanField(label=_("mon employeur"), required=False)
    show_time = forms.BooleanField(label=_("le temps convenu et sa période"), required=False)
    show_agreement = forms.BooleanField(label=_("l’accord de mon employeur"), required=False)
    show_recognition = forms.BooleanField(label=_("la reconnaissance reçue"), required=False)
    show_mobility = forms.BooleanField(label=_("ma mobilité"), required=False)
    show_contributions = forms.BooleanField(
        label=_("mes initiatives et leurs reprises"), required=False
    )
