"""Answering one question."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.initiatives.models import Track
from essaim.scaling.models import REASON_LENGTH

YES_NO = [("yes", _("Oui")), ("no", _("Non"))]


class AnswerForm(Form):
    mark_optional = False

    answer = forms.ChoiceField(label=_("Votre réponse"), choices=YES_NO, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Motif"),
        help_text=_(
            "Obligatoire si vous répondez autrement que ce que proposent les faits. Il sera lu avec"
            " le diagnostic : sans nom ni coordonnées de personnes."
        ),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )


class TrackForm(Form):
    """Opens the anonymous simulator."""

    mark_optional = False

    track = forms.ChoiceField(
        label=_("Votre initiative est plutôt"),
        choices=[
            (Track.SOCIAL, _("une innovation sociale (association, entreprise sociale…)")),
            (Track.PUBLIC, _("une innovation publique (dans une administration)")),
        ],
        initial=Track.SOCIAL,
        widget=forms.RadioSelect,
    )


class SimulatorForm(Form):
    """One question of the simulator, where one may not know."""

    mark_optional = False

    def __init__(self, *args: Any, name: str, label: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=[*YES_NO, ("unknown", _("Je ne sais pas"))],
            widget=forms.RadioSelect,
            error_messages={"required": _("Choisissez une réponse.")},
        )
