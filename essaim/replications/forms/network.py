"""Peers, mentors, advice, need and law."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, OnceForm, day, text
from essaim.initiatives.forms.fields import AmountField, WebAddressField
from essaim.people.models import Organisation
from essaim.replications.models import RUNNING, AdviceTime, Replication
from essaim.territories.forms import TerritoryField

from .sites import SiteChoice


class PeerForm(Form):
    topics = forms.CharField(
        label=_("Sur quoi peut-on vous appeler ?"),
        max_length=300,
        help_text=_("Par exemple : le recrutement, la convention avec le département."),
    )
    contact = forms.CharField(
        label=_("Comment vous joindre"),
        max_length=200,
        help_text=_("Téléphone ou adresse ; lu par les personnes connectées seulement."),
    )


class MentorForm(Form):
    mentor = SiteChoice(label=_("Quel site ?"), queryset=Replication.objects.none())
    message = text(_("Ce que vous en attendez"), max_length=1000, required=False)

    def __init__(self, *args: Any, replication: Replication, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mentor = self.fields["mentor"]
        assert isinstance(mentor, forms.ModelChoiceField)
        running = Replication.objects.filter(
            initiative=replication.initiative_id, state__in=RUNNING
        )
        mentor.queryset = running.exclude(adopter=replication.adopter_id).for_list()


class AdviceForm(OnceForm):
    hours = AmountField(
        label=_("Durée, en heures"),
        max_digits=6,
        help_text=_("« 1,5 » pour une heure et demie. Négatif pour reprendre une erreur."),
    )
    on = day(_("Le"))
    kind = forms.ChoiceField(label=_("Comment"), choices=AdviceTime.Kind.choices)
    organisation = forms.ModelChoiceField(
        label=_("Au nom de"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Moi-même"),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": timezone.localdate()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        organisation = self.fields["organisation"]
        assert isinstance(organisation, forms.ModelChoiceField)
        organisation.queryset = Organisation.objects.filter(memberships__user=user)
        organisation.initial = user.current_organisation_id

    def clean_hours(self) -> int:
        """In minutes."""
        return int(self.cleaned_data["hours"] * 60)


class NeedForm(Form):
    territory = TerritoryField(label=_("Sur quel territoire ?"))
    population = forms.IntegerField(
        label=_("Population considérée"),
        min_value=1,
        max_value=2_000_000_000,
        required=False,
        help_text=_("Celle du territoire si vous ne dites rien ; ou les seules personnes visées."),
    )
    low = AmountField(
        label=_("Part qui a ce besoin, au moins (%)"),
        max_digits=6, decimal_places=3, min_value=0, max_value=100,
    )  # fmt: skip
    central = AmountField(
        label=_("Part la plus vraisemblable (%)"),
        max_digits=6, decimal_places=3, min_value=0, max_value=100,
    )  # fmt: skip
    high = AmountField(
        label=_("Part au plus (%)"),
        max_digits=6, decimal_places=3, min_value=0, max_value=100,
    )  # fmt: skip
    source = forms.CharField(
        label=_("Source de cette part"), max_length=300, help_text=_("Qui l’a mesurée, et quand.")
    )


class ObstacleForm(OnceForm):
    reference = forms.CharField(
        label=_("Le texte en cause"),
        max_length=200,
        help_text=_("Par exemple : code de l’action sociale et des familles, article L. 123-5."),
    )
    what = text(_("Ce qu’il empêche"), max_length=2000)
    who_can_lift = forms.CharField(
        label=_("Qui pourrait le lever"),
        max_length=200,
        help_text=_("Une administration, une instance : « préfet, par dérogation »."),
    )


class LiftForm(Form):
    reference = forms.CharField(label=_("Par quel texte ou quelle décision"), max_length=200)
    on = day(_("Le"))


class TextForm(Form):
    reference = forms.CharField(
        label=_("Le texte qui généralise"), max_length=300,
        help_text=_("Loi, décret, circulaire : sa référence complète."),
    )  # fmt: skip
    on = day(_("Date du texte"))
    url = WebAddressField(label=_("Son adresse"), max_length=500, required=False)
