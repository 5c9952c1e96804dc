"""Naming those who write a card with its holder."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form


class InviteForm(Form):
    email = forms.EmailField(
        label=_("Adresse e-mail de la personne"),
        help_text=_("Celle de son compte ici, par exemple prenom.nom@exemple.fr."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
