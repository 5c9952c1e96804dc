"""What a list of replications is narrowed by."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.replications.models import State
from essaim.replications.models.replication import ReplicationQuerySet
from essaim.territories.forms import TerritoryField
from essaim.territories.models import Territory


class ListForm(Form):
    mark_optional = False

    q = forms.CharField(label=_("Mots"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("Étape"),
        required=False,
        choices=[("", _("Toutes")), *[row for row in State.choices if row[0] != State.INTERESTED]],
    )
    territory = TerritoryField(label=_("Territoire"), required=False)

    def narrowed(self, found: ReplicationQuerySet) -> ReplicationQuerySet:
        """Once valid: by the words of their card or of their site, and by where they are."""
        given = self.cleaned_data
        for word in given["q"].split()[:10]:
            in_card = Q(initiative__title__unaccent__icontains=word)
            found = found.filter(in_card | Q(site_name__unaccent__icontains=word))
        if given["state"]:
            found = found.filter(state=given["state"])
        if given["territory"]:
            near = Territory.objects.keys_touching(given["territory"])
            found = found.filter(territory__in=near)
        return found
