"""Asking and answering."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, long_text
from essaim.contributions.models.questions import TEXT_LENGTH
from essaim.territories.forms import TerritoryField

from .common import InOwnNameForm


class QuestionForm(InOwnNameForm):
    text = long_text(
        _("Votre question"),
        rows=4,
        max_length=TEXT_LENGTH,
        help_text=_("Une question précise appelle une réponse précise. Sans coordonnées."),
    )
    is_private = forms.BooleanField(
        label=_("Pour l’équipe du porteur seulement"),
        required=False,
        help_text=_("Sinon, tout le monde la lit, et sa réponse sert à d’autres."),
    )


class AnswerForm(InOwnNameForm):
    text = long_text(_("Votre réponse"), rows=5, max_length=TEXT_LENGTH)


class CorrectForm(Form):
    text = long_text(_("Votre texte"), rows=5, max_length=TEXT_LENGTH)


class InterestForm(InOwnNameForm):
    message = long_text(
        _("Votre message au porteur"),
        rows=5,
        max_length=3000,
        help_text=_("Où vous en êtes, ce que vous aimeriez savoir, quand on peut vous joindre."),
    )
    territory = TerritoryField(label=_("Pour quel territoire ?"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One for each person and organisation: no key is needed.
        del self.fields["key"]
