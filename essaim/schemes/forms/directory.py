"""Reads the query string of ``/dispositifs``."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.schemes.kinds import Applicant, Help, Point, Stage, Track
from essaim.territories.forms import TerritoryField
from essaim.themes.models import Theme


def _one(label: Any, choices: Any) -> forms.ChoiceField:
    pairs = [(value, capfirst(name)) for value, name in choices]
    return forms.ChoiceField(label=label, choices=[("", _("Toutes")), *pairs], required=False)


class DirectoryForm(Form):
    mark_optional = False

    q = forms.CharField(label=_("Mots du dispositif"), max_length=200, required=False)
    point = _one(_("Aide à répondre sur"), Point.choices)
    stage = _one(_("Étape"), Stage.choices)
    help = _one(_("Nature de l’aide"), Help.choices)
    applicant = forms.ChoiceField(
        label=_("Qui la demande"),
        choices=[("", _("Tous")), *((v, capfirst(name)) for v, name in Applicant.choices)],
        required=False,
    )
    track = _one(_("Voie"), Track.choices)
    theme = forms.ModelChoiceField(
        label=_("Thème"),
        queryset=Theme.objects.all(),
        to_field_name="slug",
        empty_label=_("Tous"),
        required=False,
    )
    territory = TerritoryField(label=_("Territoire"), required=False)
    anywhere = forms.BooleanField(
        label=_("Y compris ceux dont le territoire n’est pas précisé"), required=False
    )
    open = forms.BooleanField(label=_("Ouverts aujourd’hui"), required=False)
    ended = forms.BooleanField(label=_("Y compris ceux qui n’existent plus"), required=False)
    report = forms.BooleanField(label=_("Cartes du rapport de 2015"), required=False)
    stale = forms.BooleanField(label=_("Non vérifiés depuis un an"), required=False)
