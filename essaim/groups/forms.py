"""The forms of groups: to make one, to invite, to run it, to find it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.groups.models import NAME_LENGTH, PURPOSE_LENGTH, Group
from essaim.territories.forms import TerritoriesField, TerritoryField

VISIBILITIES = [
    (Group.Visibility.PUBLIC, _("Tout le monde : le groupe devient un territoire que l’on trouve")),
    (Group.Visibility.RESTRICTED, _("Ses membres et les territoires invités")),
]


class WordsForm(Form):
    name = forms.CharField(
        label=_("Nom du groupe"),
        help_text=_("Par exemple : « Départements de montagne pour l’accès aux soins »."),
        max_length=NAME_LENGTH,
    )
    purpose = forms.CharField(
        label=_("Pourquoi se grouper"),
        help_text=_(
            "Ce que les territoires veulent faire ensemble. Sans coordonnées de personnes."
        ),
        max_length=PURPOSE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    visibility = forms.ChoiceField(
        label=_("Qui peut lire la page du groupe ?"),
        choices=VISIBILITIES,
        initial=Group.Visibility.PUBLIC,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A browser would cut a long text in silence: it is refused with words instead.
        self.fields["purpose"].widget.attrs.pop("maxlength", None)


class InviteForm(Form):
    territories = TerritoriesField(label=_("Territoires à inviter"))


class NewForm(InviteForm, WordsForm):
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    field_order = ("name", "territories", "purpose", "visibility", "submission")

    def submission_key(self) -> uuid.UUID:
        return self.cleaned_data["submission"] or uuid.uuid4()


class StewardForm(Form):
    user: Any = forms.ModelChoiceField(
        label=_("Nommer une personne"),
        help_text=_(
            "Vos collègues et les représentants des territoires membres. Elle est prévenue et"
            " peut se retirer."
        ),
        queryset=None,
        empty_label=_("Choisir"),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.queryset = people
        field.label_from_instance = lambda person: person.name


class FilterForm(Form):
    """Reads the query string of ``/groupes``."""

    mark_optional = False
    q = forms.CharField(label=_("Mots"), max_length=200, required=False)
    territory = TerritoryField(label=_("Territoire"), required=False)
    mine = forms.BooleanField(label=_("Ceux que j’anime"), required=False)
    ended = forms.BooleanField(label=_("Aussi ceux qui sont terminés"), required=False)
    alone = forms.BooleanField(label=_("Sans animateur"), required=False)

    def __init__(self, *args: Any, user: Any, manager: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not user.is_authenticated:
            del self.fields["mine"]
        if not manager:
            del self.fields["alone"]
