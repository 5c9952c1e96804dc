"""Stating a need, and filtering the list of needs."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.needs.actions import Content, filters_only
from essaim.needs.models import TEXT_LENGTH, Need
from essaim.people.models import Organisation
from essaim.territories.forms import TerritoryField
from essaim.themes.models import Theme

VISIBILITIES = [(value, capfirst(label)) for value, label in Need.Visibility.choices]


class NeedForm(Form):
    """One step. A visitor may fill it in too: organisations come once signed in."""

    text = forms.CharField(
        label=_("Quel est le besoin ?"),
        help_text=_(
            "Avec vos mots : ce qui manque, pour qui, ce qui a déjà été essayé. Sans nom ni"
            " coordonnées de personnes."
        ),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    territory = TerritoryField(label=_("Où ?"), required=False)
    theme = forms.ModelChoiceField(
        label=_("Thème"),
        queryset=Theme.objects.all(),
        to_field_name="slug",
        empty_label=_("Aucun en particulier"),
        required=False,
    )
    organisation = forms.ModelChoiceField(
        label=_("Au nom de"),
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        empty_label=_("Moi-même"),
        required=False,
        error_messages={
            "invalid_choice": _(
                "Vous n’êtes plus membre de cette organisation : choisissez au nom de qui vous"
                " écrivez. Votre texte est encore là."
            )
        },
    )
    visibility = forms.ChoiceField(
        label=_("Qui peut lire ce besoin ?"),
        choices=VISIBILITIES,
        initial=Need.Visibility.MEMBERS,
        widget=forms.RadioSelect,
    )
    personal_data_accepted = forms.BooleanField(
        label=_(
            "Ces données personnelles peuvent être lues : les personnes concernées sont d’accord"
        ),
        required=False,
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    search = forms.CharField(widget=forms.HiddenInput, required=False)
    found = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000, required=False
    )
    version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000, required=False
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Organisation.objects.none()
        if user.is_authenticated:
            mine = Organisation.objects.filter(memberships__user=user)
        # Chosen while the form was open by someone who has left it since: to be told, not dropped.
        if mine.exists() or self.data.get("organisation"):
            organisation: Any = self.fields["organisation"]
            organisation.queryset = mine
            if not self.is_bound and "organisation" not in self.initial:
                self.initial["organisation"] = user.current_organisation
        else:
            del self.fields["organisation"]
            visibility: Any = self.fields["visibility"]
            visibility.choices = [
                choice for choice in VISIBILITIES if choice[0] != Need.Visibility.ORGANISATION
            ]
        # Asked only once personal data were found.
        if "personal_data_accepted" not in self.data:
            del self.fields["personal_data_accepted"]

    def ask_about_personal_data(self) -> None:
        name = "personal_data_accepted"
        self.fields[name] = copy.deepcopy(self.base_fields[name])

    def content(self) -> Content:
        clean = self.cleaned_data
        return Content(
            text=clean["text"],
            visibility=clean["visibility"],
            territory=clean["territory"],
            theme=clean["theme"],
            organisation=clean.get("organisation"),
        )

    def submission_key(self) -> uuid.UUID:
        return self.cleaned_data["submission"] or uuid.uuid4()

    def draft(self) -> dict[str, Any]:
        """What was typed, in a form that a session keeps and ``initial`` reads back."""
        clean = self.cleaned_data
        return {
            "text": clean["text"],
            "territory": clean["territory"].address if clean["territory"] else "",
            "theme": clean["theme"].slug if clean["theme"] else "",
            "visibility": clean["visibility"],
            "submission": str(self.submission_key()),
            "search": filters_only(clean["search"]),
            "found": clean["found"],
        }


class NeedFilterForm(Form):
    """Reads the query string of ``/besoins``."""

    mark_optional = False

    q = forms.CharField(label=_("Mots du besoin"), max_length=200, required=False)
    territory = TerritoryField(label=_("Territoire"), required=False)
    theme = forms.ModelChoiceField(
        label=_("Thème"),
        queryset=Theme.objects.all(),
        to_field_name="slug",
        empty_label=_("Tous"),
        required=False,
    )
    unmet = forms.BooleanField(label=_("Sans initiative trouvée"), required=False)
    mine = forms.BooleanField(label=_("Les miens"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not user.is_authenticated:
            del self.fields["mine"]
