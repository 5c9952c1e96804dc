"""The forms of an introduction: a reason, a date, what came of it, a text, a choice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from essaim.common.forms import DayField, Form, OnceForm
from essaim.introductions.actions.choices import may_close
from essaim.introductions.models import OrganisationChoice, Outcome
from essaim.people.models import Organisation


class DeclineForm(Form):
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi"),
        help_text=gettext_lazy("L’autre partie le lit."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )


class DayForm(Form):
    on = DayField(
        label=gettext_lazy("Le"),
        help_text=gettext_lazy("Un jour à venir : c’est convenu. Un jour passé : c’est fait."),
    )


class CloseForm(Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Qu’en est-il sorti ?"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
    )
    ask_again_on = DayField(
        label=gettext_lazy("Pas maintenant : en reparler le"),
        help_text=gettext_lazy("Les deux parties en seront averties ce jour-là."),
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("En quelques mots"),
        help_text=gettext_lazy("Lu par les deux parties. Si c’est non : pourquoi."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=3000,
        required=False,
    )


class TextForm(OnceForm):
    text = forms.CharField(
        label=gettext_lazy("Votre message"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
    )

    def __init__(self, *args: Any, label: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label


class OrganisationChoiceForm(Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("Acceptez-vous que des porteurs vous proposent leur initiative ?"),
        widget=forms.RadioSelect,
        choices=[],
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["answer"]
        field.choices = [
            choice
            for choice in OrganisationChoice.Answer.choices
            if choice[0] != OrganisationChoice.Answer.CLOSED or may_close(organisation)
        ]


class PersonChoiceForm(Form):
    mark_optional = False
    wants = forms.BooleanField(
        label=gettext_lazy("Je veux bien recevoir les propositions faites à mes organisations"),
        required=False,
    )
