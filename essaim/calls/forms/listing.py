"""What the list of calls is narrowed by."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from essaim.calls.models import Call, Kind, State
from essaim.calls.models.call import CallQuerySet
from essaim.common.forms import Form
from essaim.people.models import Organisation
from essaim.territories.forms import TerritoryField
from essaim.territories.models import Territory
from essaim.themes.models import Theme


class ListForm(Form):
    mark_optional = False

    q = forms.CharField(label=_("Mots"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("Étape"), required=False,
        choices=[("", _("Toutes")), *[row for row in State.choices if row[0] != State.DRAFT]],
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Nature"), required=False, choices=[("", _("Toutes")), *Kind.choices]
    )
    theme = forms.ModelChoiceField(
        label=_("Thème"), required=False, queryset=Theme.objects.order_by("name"),
        to_field_name="slug", empty_label=_("Tous"),
    )  # fmt: skip
    territory = TerritoryField(label=_("Territoire"), required=False)
    # Of an address given elsewhere (a widget, an organisation's page).
    organiser = forms.ModelChoiceField(
        queryset=Organisation.objects.all(), required=False, to_field_name="slug",
        widget=forms.HiddenInput,
    )  # fmt: skip

    def narrowed(self, found: CallQuerySet) -> CallQuerySet:
        """Once valid; what is not asked is no condition."""
        given = self.cleaned_data
        for word in given["q"].split()[:10]:
            found = found.filter(
                Q(title__unaccent__icontains=word) | Q(summary__unaccent__icontains=word)
            )
        if given["state"]:
            found = found.filter(state=given["state"])
        if given["kind"]:
            found = found.filter(kind=given["kind"])
        if given["organiser"]:
            found = found.filter(organiser=given["organiser"])
        if given["theme"]:
            found = found.filter(themes=given["theme"])
        if given["territory"]:
            near = Territory.objects.keys_touching(given["territory"])
            # A call that names no territory is open everywhere.
            named = Call.territories.through.objects.filter(call=OuterRef("pk"))
            found = found.filter(~Exists(named) | Exists(named.filter(territory__in=near)))
        return found

    def feed_query(self) -> str:
        """The same for feeds and calendars, which ask neither words nor a state."""
        if not self.is_valid():
            return ""
        given = self.cleaned_data
        asked = {
            "kind": given["kind"],
            "theme": given["theme"].slug if given["theme"] else "",
            "territory": given["territory"].address if given["territory"] else "",
            "organiser": given["organiser"].slug if given["organiser"] else "",
        }
        kept = urlencode({name: value for name, value in asked.items() if value})
        return f"?{kept}" if kept else ""
