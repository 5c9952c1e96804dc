"""Writing a scheme, and its windows."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from essaim.common.fields import parse_partial_date, validate_partial_date
from essaim.common.forms import DayField, Form, LinesField
from essaim.people.models import Organisation
from essaim.people.rules import can_manage
from essaim.schemes.actions.writing import Content
from essaim.schemes.kinds import (
    EARLIEST,
    LATEST,
    PUBLIC_STAGES,
    SOCIAL_STAGES,
    Applicant,
    Help,
    Point,
    Recurrence,
    Track,
)
from essaim.schemes.models import Scheme
from essaim.territories.forms import TerritoriesField
from essaim.themes.models import Theme


def _choices(pairs: Any) -> list[tuple[str, Any]]:
    return [(value, capfirst(label)) for value, label in pairs]


def _several(label: Any, pairs: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=_choices(pairs),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=help_text,
    )


class SchemeForm(Form):
    title = forms.CharField(label=_("Intitulé"), max_length=300)
    funders = LinesField(
        label=_("Organismes qui aident ou financent"),
        help_text=_("Un par ligne."),
        line_length=200,
        required=False,
    )
    description = forms.CharField(
        label=_("Ce que le dispositif apporte, à qui, comment"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=20_000,
        required=False,
    )
    track = forms.ChoiceField(
        label=_("Voie"),
        choices=[("", _("les deux, ou non précisée")), *Track.choices],
        required=False,
    )
    stages = _several(
        _("Étapes où il aide"),
        [(stage.value, stage.label) for stage in (*SOCIAL_STAGES, *PUBLIC_STAGES)],
        _("Les trois premières viennent de la carte sociale, les suivantes de la carte publique."),
    )
    helps = _several(_("Nature de l’aide"), Help.choices)
    points = _several(
        _("Questions du diagnostic sur lesquelles il aide"),
        Point.choices,
        _("Il sera proposé à qui répond « non » à cette question."),
    )
    applicants = _several(_("Qui peut la demander"), Applicant.choices)
    themes = forms.ModelMultipleChoiceField(
        label=_("Thèmes"),
        queryset=Theme.objects.all(),
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    territories = TerritoriesField(label=_("Où il s’applique"), required=False)
    amount = forms.CharField(
        label=_("Montant ou ampleur"),
        help_text=_("Par exemple : jusqu’à 50 000 €, 30 projets par an."),
        max_length=1000,
        required=False,
    )
    recurrence = forms.ChoiceField(
        label=_("Calendrier"),
        choices=[("", _("non précisé")), *Recurrence.choices],
        required=False,
    )
    url = forms.URLField(
        label=_("Page du dispositif"), max_length=500, assume_scheme="https", required=False
    )
    contact = forms.CharField(
        label=_("Contact"),
        help_text=_(
            "De préférence un service. Adresses et téléphones ne sont lus qu’une fois connecté."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        required=False,
    )
    source_name = forms.CharField(label=_("Source"), max_length=300, required=False)
    source_url = forms.URLField(
        label=_("Adresse de la source"), max_length=500, assume_scheme="https", required=False
    )
    licence = forms.CharField(label=_("Licence de la source"), max_length=100, required=False)
    as_of = forms.CharField(
        label=_("État de l’information"),
        help_text=_("L’année à laquelle se rapportent ces informations, par exemple 2026."),
        max_length=10,
        validators=[validate_partial_date],
        required=False,
    )
    ended_on = DayField(label=_("N’existe plus depuis le"), required=False)
    owner = forms.ModelChoiceField(
        label=_("Organisation qui tient cette page à jour"),
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        empty_label=_("Aucune : les animateurs"),
        required=False,
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, user: Any, scheme: Scheme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        offered = Q(memberships__user=user)
        if scheme is not None and scheme.owner_id:
            offered |= Q(pk=scheme.owner_id)
        owner.queryset = Organisation.objects.filter(offered).distinct()
        if not can_manage(user):
            owner.required = True
            owner.empty_label = _("Choisissez")

    def clean_as_of(self) -> str:
        text: str = self.cleaned_data["as_of"]
        if text and parse_partial_date(text)[0] > timezone.localdate():
            raise ValidationError(_("Cette date n’est pas encore venue."))
        return text

    def clean_ended_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["ended_on"]
        if day and not EARLIEST <= day <= LATEST:
            raise ValidationError(_("Donnez un jour entre 2000 et 2100."))
        return day

    def content(self) -> Content:
        clean = dict(self.cleaned_data)
        for name in ("submission", "version"):
            clean.pop(name)
        return Content(**clean)

    def submission_key(self) -> uuid.UUID:
        return self.cleaned_data["submission"] or uuid.uuid4()


def initial_of(scheme: Scheme) -> dict[str, Any]:
    names = [
        *("title", "funders", "description", "track", "stages", "helps", "points", "applicants"),
        *("amount", "recurrence", "url", "contact", "source_name", "source_url", "licence"),
        *("as_of", "ended_on", "version"),
    ]
    return {
        **{name: getattr(scheme, name) for name in names},
        "themes": [theme.slug for theme in scheme.themes.all()],
        "territories": list(scheme.territories.all()),
        "owner": scheme.owner.slug if scheme.owner else None,
    }


class WindowForm(Form):
    opens_on = DayField(label=_("Ouverture"), required=False)
    closes_on = DayField(label=_("Clôture"), required=False)
    label = forms.CharField(
        label=_("Libellé"),
        help_text=_("Par exemple : vague d’automne."),
        max_length=200,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        opens, closes = clean.get("opens_on"), clean.get("closes_on")
        for name, day in (("opens_on", opens), ("closes_on", closes)):
            if day and not EARLIEST <= day <= LATEST:
                self.add_error(name, _("Donnez un jour entre 2000 et 2100."))
        if self.errors:
            return clean
        if opens is None and closes is None:
            raise ValidationError(_("Donnez au moins l’ouverture ou la clôture."))
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("La clôture ne peut pas précéder l’ouverture."))
        return clean
