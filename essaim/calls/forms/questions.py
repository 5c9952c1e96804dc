"""Asking, and answering."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.calls.models import CallQuestion
from essaim.common.forms import Form, OnceForm


class QuestionForm(OnceForm):
    text = forms.CharField(
        label=_("Votre question"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Votre nom n’est pas montré aux autres candidats."),
    )  # fmt: skip
    private = forms.BooleanField(
        label=_("La réponse doit rester entre le service et moi"), required=False,
        help_text=_("Sans cela, la question et sa réponse servent à tous."),
    )  # fmt: skip


class AnswerForm(Form):
    text = forms.CharField(
        label=_("Réponse"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    private = forms.BooleanField(
        label=_("Ne répondre qu’à la personne"), required=False,
        help_text=_("Sinon, la question et la réponse sont publiées sur la page de l’appel."),
    )  # fmt: skip

    def __init__(self, *args: Any, question: CallQuestion, **kwargs: Any) -> None:
        kwargs["initial"] = {"private": question.is_private}
        super().__init__(*args, **kwargs)
        if question.is_private:
            private: Any = self.fields["private"]
            private.disabled = True
            private.help_text = _("Elle a été posée en privé : la réponse le reste.")
