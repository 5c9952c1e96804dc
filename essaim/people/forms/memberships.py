"""Joining an organisation, and running its membership."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.people.models import Function, Membership, Organisation

ROLES = [(value, capfirst(label)) for value, label in Membership.Role.choices]
FUNCTIONS = [(value, capfirst(label)) for value, label in Function.choices]


class MembershipForm(Form):
    role = forms.ChoiceField(
        label=_("Rôle"),
        choices=ROLES,
        initial=Membership.Role.MEMBER,
        widget=forms.RadioSelect,
        help_text=_(
            "Un membre écrit les fiches de l’organisation ; un représentant, en plus, décide de"
            " qui en est."
        ),
    )
    functions = forms.MultipleChoiceField(
        label=_("Fonctions"),
        choices=FUNCTIONS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Ce que cette personne fait au nom de l’organisation."),
    )


class InvitationForm(MembershipForm):
    field_order = ["email", "role", "functions"]

    email = forms.EmailField(
        label=_("Adresse e-mail de la personne"),
        help_text=_("Elle seule pourra accepter, avec un compte à cette adresse."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class JoinForm(Form):
    message = forms.CharField(
        label=_("Votre message aux représentants"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Par exemple votre fonction, et pourquoi vous demandez à rejoindre."),
    )


class AnswerForm(Form):
    """One form, two buttons: accept, or decline with a reason."""

    mark_optional = False

    reason = forms.CharField(
        label=_("Motif, si vous déclinez"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("La personne le lira."),
    )


class DomainForm(Form):
    domain = forms.CharField(
        label=_("Domaine de messagerie"),
        max_length=253,
        help_text=_("Ce qui suit @ dans les adresses de l’organisation : ccas-exemple.fr."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )


class NetworkForm(Form):
    """Which of one's own organisations the proposal is for."""

    organisation = forms.ModelChoiceField(
        label=_("Votre organisation"),
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        empty_label=None,
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = organisations
