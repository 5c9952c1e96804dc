"""The forms of sponsors, of those who ask them, and of coordinators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.common.forms import DayField, Form, OnceForm, long_text
from essaim.people.models import Organisation
from essaim.territories.forms import TerritoryField
from essaim.themes.models import Theme

from .models import HelpRequest, Knowledge, Language, LegalFrame, Sponsor
from .notifications import shown


class DirectoryForm(Form):
    """Filters of the directory."""

    mark_optional = False
    q = forms.CharField(
        label=gettext_lazy("Mots"),
        help_text=gettext_lazy("Un nom, une organisation, une procédure…"),
        max_length=200,
        required=False,
    )
    territory = TerritoryField(label=gettext_lazy("Territoire"), required=False)
    theme = forms.ModelChoiceField(
        label=gettext_lazy("Thème"),
        queryset=Theme.objects.all(),
        to_field_name="slug",
        required=False,
        empty_label=gettext_lazy("tous"),
    )
    knowledge = forms.ChoiceField(
        label=gettext_lazy("Ce qu’il connaît"),
        choices=[("", gettext_lazy("tout")), *Knowledge.choices],
        required=False,
    )


class SponsorsForm(DirectoryForm):
    """Who may be asked: what lessons are not filtered by."""

    language = forms.ChoiceField(
        label=gettext_lazy("Langue"),
        choices=[("", gettext_lazy("toutes")), *Language.choices],
        required=False,
    )
    free = forms.BooleanField(label=gettext_lazy("Disponible aujourd’hui"), required=False)


class ProfileForm(Form):
    employer = forms.ModelChoiceField(
        label=gettext_lazy("Mon employeur"), queryset=Organisation.objects.none()
    )
    territory = TerritoryField(
        label=gettext_lazy("Le territoire que je connais"),
        help_text=gettext_lazy("Une commune, une intercommunalité, un département, une région."),
    )
    knowledge = forms.MultipleChoiceField(
        label=gettext_lazy("Ce que je connais"),
        choices=Knowledge,
        widget=forms.CheckboxSelectMultiple,
    )
    themes = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Thèmes"),
        queryset=Theme.objects.all(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Langues"), choices=Language, widget=forms.CheckboxSelectMultiple
    )
    presentation = long_text(
        gettext_lazy("En quelques mots"),
        help_text=gettext_lazy(
            "Votre fonction, ce sur quoi on peut vous interroger. Ni adresse ni téléphone :"
            " tout passe par la plateforme."
        ),
        max_length=3000,
        required=False,
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Demandes à la fois, au plus"), min_value=1, max_value=20
    )
    legal_frame = forms.ChoiceField(
        label=gettext_lazy("Cadre juridique"), choices=LegalFrame, widget=forms.RadioSelect
    )
    starts_on = DayField(label=gettext_lazy("Accord valable du"))
    ends_on = DayField(label=gettext_lazy("Accord valable jusqu’au"))
    is_listed = forms.BooleanField(
        label=gettext_lazy("Figurer dans l’annuaire et recevoir des demandes"), required=False
    )

    def __init__(self, *args: Any, employers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employer"].queryset = employers  # type: ignore[attr-defined]


class LeaveForm(Form):
    away_from = DayField(label=gettext_lazy("Absent du"), required=False)
    away_until = DayField(
        label=gettext_lazy("jusqu’au"),
        help_text=gettext_lazy("Vide : jusqu’à ce que vous le disiez."),
        required=False,
    )


class DeclareForm(Form):
    signatory = forms.CharField(
        label=gettext_lazy("Qui a donné l’accord, et sa fonction"), max_length=200
    )
    reference = forms.CharField(label=gettext_lazy("Référence du document"), max_length=200)


class AgreementForm(Form):
    answer = forms.ChoiceField(
        label=gettext_lazy("Votre réponse"),
        choices=[
            ("agreed", gettext_lazy("L’employeur donne son accord")),
            ("declined", gettext_lazy("L’employeur refuse")),
        ],
        widget=forms.RadioSelect,
    )
    signatory = forms.CharField(
        label=gettext_lazy("Qui donne l’accord, et sa fonction"), max_length=200, required=False
    )
    reference = forms.CharField(
        label=gettext_lazy("Référence du document"),
        help_text=gettext_lazy("Obligatoire pour un mécénat de compétences : sa convention."),
        max_length=200,
        required=False,
    )
    reason = long_text(gettext_lazy("En cas de refus, ses motifs"), max_length=3000, required=False)


class EndAgreementForm(Form):
    reason = long_text(
        gettext_lazy("Pourquoi l’employeur y met fin"),
        max_length=3000,
        help_text=gettext_lazy(
            "L’agent le lira. Ce qu’il a pris en charge reste à lui ; rien d’autre ne lui sera adressé."
        ),
    )


class AskForm(OnceForm):
    question = long_text(
        gettext_lazy("Ce que vous cherchez"),
        rows=6,
        help_text=gettext_lazy(
            "À qui s’adresser, quelle procédure, quel calendrier ? Le parrain lira ce texte."
        ),
    )
    territory = TerritoryField(label=gettext_lazy("Pour quel territoire"), required=False)
    knowledge = forms.ChoiceField(
        label=gettext_lazy("Sur quoi"),
        choices=[("", gettext_lazy("je ne sais pas encore")), *Knowledge.choices],
        required=False,
    )
    theme = forms.ModelChoiceField(
        label=gettext_lazy("Thème"),
        queryset=Theme.objects.all(),
        required=False,
        empty_label=gettext_lazy("aucun en particulier"),
    )
    language = forms.ChoiceField(label=gettext_lazy("Langue"), choices=Language)
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Au nom de"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("moi-même"),
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        wanted = (given.get(name) for name in ("territory", "knowledge", "theme"))
        if not self.errors and not any(wanted):
            raise ValidationError(
                _(
                    "Donnez un territoire, un thème ou un sujet : sans eux, personne ne peut être trouvé."
                )
            )
        return given


class AdviceForm(Form):
    contact = long_text(
        gettext_lazy("Le bon interlocuteur"),
        rows=3,
        help_text=gettext_lazy("Quel service, quelle fonction, comment le joindre."),
        max_length=2000,
        required=False,
    )
    procedure = long_text(
        gettext_lazy("La bonne procédure"),
        rows=6,
        help_text=gettext_lazy("Quoi demander, sur quelle base, avec quelles pièces."),
        required=False,
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Temps donné en tout, en minutes"), min_value=0, max_value=60_000
    )
    shared_title = forms.CharField(
        label=gettext_lazy("Titre de ce qui peut resservir"), max_length=150, required=False
    )
    shared = long_text(
        gettext_lazy("Ce qui peut resservir à d’autres"),
        help_text=gettext_lazy(
            "Lu par tous les membres, avec le thème et le territoire : ni nom, ni adresse, ni"
            " téléphone, rien de cette demande-ci."
        ),
        required=False,
    )


class StepForm(OnceForm):
    title = forms.CharField(label=gettext_lazy("Quoi faire"), max_length=200)
    due_on = DayField(label=gettext_lazy("Pour le"))


class EndForm(Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Ce qu’il en a été"),
        choices=[
            ("helped", gettext_lazy("J’ai été aidé")),
            ("helped_in_part", gettext_lazy("J’ai été aidé en partie")),
            ("not_reachable", gettext_lazy("Je n’ai pas pu joindre le parrain")),
            ("not_for_me", gettext_lazy("Ce n’était pas dans son champ")),
        ],
        widget=forms.RadioSelect,
    )
    note = long_text(
        gettext_lazy("Quelques mots, pour le parrain"), rows=3, max_length=3000, required=False
    )


class SponsorChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return _("%(name)s, %(employer)s, %(territory)s (%(load)s sur %(capacity)s)") % {
            "name": shown(obj.user),
            "employer": obj.employer.name,
            "territory": obj.territory.label,
            "load": obj.load,
            "capacity": obj.capacity,
        }


class ReassignForm(Form):
    sponsor = SponsorChoice(
        label=gettext_lazy("À qui confier cette demande"),
        queryset=Sponsor.objects.none(),
        empty_label=gettext_lazy("choisir"),
    )

    def __init__(self, *args: Any, sponsors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sponsor"].queryset = sponsors  # type: ignore[attr-defined]


class ManageForm(Form):
    mark_optional = False
    state = forms.ChoiceField(
        label=gettext_lazy("État"),
        choices=[("", gettext_lazy("tous")), *HelpRequest.State.choices],
        required=False,
    )
    only = forms.ChoiceField(
        label=gettext_lazy("Seulement"),
        choices=[
            ("", gettext_lazy("toutes")),
            ("nobody", gettext_lazy("sans parrain")),
            ("late", gettext_lazy("en retard")),
        ],
        required=False,
    )
    territory = TerritoryField(label=gettext_lazy("Dans le territoire"), required=False)


class CoordinatorForm(Form):
    email = forms.EmailField(
        label=gettext_lazy("Adresse électronique de son compte"), max_length=254
    )
    territory = TerritoryField(label=gettext_lazy("Territoire qu’il coordonne"))
