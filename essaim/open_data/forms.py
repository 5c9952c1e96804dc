"""Asking for a token, a subscription, a widget."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from essaim.calls.models import Call
from essaim.calls.models.call import CallQuerySet
from essaim.common.forms import Form
from essaim.open_data import happenings
from essaim.open_data.models import Scope
from essaim.people.models import Membership, Organisation
from essaim.territories.forms import TerritoryField
from essaim.territories.models import Territory
from essaim.themes.models import Theme


class _InTheNameOf(Form):
    organisation = forms.ModelChoiceField(
        label=_("Au nom de"),
        queryset=Organisation.objects.none(),
        to_field_name="slug",
        empty_label=_("Moi-même"),
        required=False,
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Organisation.objects.filter(
            memberships__user=user, memberships__role=Membership.Role.REPRESENTATIVE
        )
        if mine.exists():
            field: Any = self.fields["organisation"]
            field.queryset = mine
        else:
            del self.fields["organisation"]


class TokenForm(_InTheNameOf):
    name = forms.CharField(
        label=_("Nom"),
        help_text=_("Pour le reconnaître : « Carte du département », « Export du lundi »."),
        max_length=100,
    )
    scopes = forms.MultipleChoiceField(
        label=_("Ce qu’il permet"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.READ.value],
    )
    days = forms.IntegerField(
        label=_("Durée de vie (jours)"), min_value=1, initial=90,
        help_text=_("Un an au plus ; un jeton oublié se ferme seul."),
    )  # fmt: skip

    field_order = ["name", "organisation", "scopes", "days"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days: Any = self.fields["days"]
        days.max_value = settings.OPEN_DATA["token_days"]


class SubscriptionForm(_InTheNameOf):
    url = forms.URLField(
        label=_("Adresse à appeler"),
        help_text=_("Une adresse https de votre serveur."),
        max_length=500,
        assume_scheme="https",
    )
    kinds = forms.MultipleChoiceField(label=_("Événements"), widget=forms.CheckboxSelectMultiple)

    field_order = ["url", "organisation", "kinds"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kinds"]
        kinds.choices = [(each.kind, each.label) for each in happenings.known()]


class CallsForm(forms.Form):
    """Which open calls a widget shows; what is not known is no condition."""

    organiser = forms.ModelChoiceField(
        queryset=Organisation.objects.all(), to_field_name="slug", required=False
    )
    theme = forms.ModelChoiceField(
        queryset=Theme.objects.all(), to_field_name="slug", required=False
    )
    territory = TerritoryField(required=False)

    def narrowed(self, found: CallQuerySet) -> CallQuerySet:
        given = self.cleaned_data
        if given["organiser"]:
            found = found.filter(organiser=given["organiser"])
        if given["theme"]:
            found = found.filter(themes=given["theme"])
        if given["territory"]:
            # One that names no territory is open everywhere.
            near = Territory.objects.keys_touching(given["territory"])
            named = Call.territories.through.objects.filter(call=OuterRef("pk"))
            found = found.filter(~Exists(named) | Exists(named.filter(territory__in=near)))
        return found

    def query(self) -> str:
        """The same in the list of calls."""
        given = self.cleaned_data
        asked = {
            "organiser": given["organiser"].slug if given["organiser"] else "",
            "theme": given["theme"].slug if given["theme"] else "",
            "territory": given["territory"].address if given["territory"] else "",
            "state": "open",
        }
        return urlencode({name: value for name, value in asked.items() if value})
