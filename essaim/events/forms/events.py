"""Making an event, finding one, its programme."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, LinesField, OnceForm
from essaim.common.forms import text as words
from essaim.events import links
from essaim.events.models import Event, Kind, Question, ThirdPlace
from essaim.people.forms.fields import OrganisationsField
from essaim.territories.forms import TerritoryField
from essaim.themes.models import Theme

from .fields import MomentField, choices
from .fields import themes as themes_field


class EventForm(OnceForm):
    kind = forms.ChoiceField(label=_("Nature"), choices=())
    title = forms.CharField(label=_("Titre"), max_length=150)
    summary = words(_("En deux phrases"), rows=3, max_length=600)
    starts_at = MomentField(label=_("Commence le"))
    ends_at = MomentField(label=_("Finit le"))
    territory = TerritoryField(label=_("Où ?"), required=False)
    address = forms.CharField(label=_("Adresse"), max_length=200, required=False)
    place = forms.ModelChoiceField(
        label=_("Tiers-lieu"), queryset=ThirdPlace.objects.none(), required=False,
        empty_label=_("Aucun"),
    )  # fmt: skip
    online_link = forms.URLField(
        label=_("Lien pour suivre en ligne"), max_length=400, required=False,
        assume_scheme="https", help_text=_("Montré aux seuls inscrits."),
    )  # fmt: skip
    organisers = OrganisationsField(
        label=_("Organisé par"),
        help_text=_("Une organisation par ligne : nom exact ou SIREN. La vôtre d’abord."),
    )
    capacity = forms.IntegerField(
        label=_("Nombre de places"), min_value=1, max_value=100_000, required=False,
        help_text=_("Vide : sans limite. Au-delà, une liste d’attente se remplit et avance seule."),
    )  # fmt: skip
    closes_at = MomentField(label=_("Inscriptions jusqu’au"), required=False)
    meets = forms.BooleanField(
        label=_("Proposer des rencontres entre inscrits"), required=False,
        help_text=_("Chacun dit ce qu’il apporte et ce qu’il cherche."),
    )  # fmt: skip
    themes = themes_field(_("Thèmes"))
    links = LinesField(
        label=_("Fiches, appels, subventions, besoins concernés"), line_length=300, lines=40,
        required=False,
        help_text=_("L’adresse de leur page sur ce site, une par ligne : /initiatives/…"),
    )  # fmt: skip
    description = words(_("Présentation"), rows=8, max_length=5000, required=False)
    # Of the event the form was opened on: what a colleague changed since is not overwritten.
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    put_aside = forms.BooleanField(
        label=_("S’il y a trop d’inscrits : mettre les derniers en liste d’attente"),
        required=False,
    )

    def __init__(self, *args: Any, user: Any, event: Event | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.event = user, event
        kind: Any = self.fields["kind"]
        kind.choices = choices(Kind.choices)
        place: Any = self.fields["place"]
        place.queryset = ThirdPlace.objects.filter(state="published").order_by("name", "pk")
        if event is None:
            del self.fields["seen"]
        if event is None or event.capacity is None:
            del self.fields["put_aside"]

    def clean_links(self) -> dict[str, list[Any]]:
        found, lost = links.read(self.cleaned_data["links"], self.user)
        if lost:
            raise ValidationError(
                _("« %(line)s » n’est pas l’adresse d’une fiche, d’un appel, d’une subvention ou"
                  " d’un besoin que vous voyez."),
                params={"line": lost[0][:80]},
            )  # fmt: skip
        if self.event is not None:
            for name, rows in links.unseen(self.event, self.user).items():
                found[name] += rows
        return found

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        data = dict(self.cleaned_data)
        data |= data.pop("links", {})
        return data


class FilterForm(Form):
    """Reads the query string of ``/evenements``."""

    mark_optional = False
    q = forms.CharField(label=_("Mots"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Nature"), required=False)
    theme = forms.ModelChoiceField(
        label=_("Thème"), queryset=Theme.objects.all(), to_field_name="slug", required=False,
        empty_label=_("Tous"),
    )  # fmt: skip
    territory = TerritoryField(label=_("Territoire"), required=False)
    since = forms.DateField(
        label=_("À partir du"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    until = forms.DateField(
        label=_("Jusqu’au"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    past = forms.BooleanField(label=_("Ceux qui sont passés"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = choices(Kind.choices, empty=_("Toutes"))


class CancelForm(Form):
    reason = words(
        _("Pourquoi"), rows=3, max_length=1000, required=False,
        help_text=_("Tous ceux qui sont inscrits le liront."),
    )  # fmt: skip


class SessionForm(Form):
    title = forms.CharField(label=_("Titre"), max_length=150)
    starts_at = MomentField(label=_("Commence le"))
    ends_at = MomentField(label=_("Finit le"))
    room = forms.CharField(label=_("Salle"), max_length=80, required=False)
    speakers = LinesField(
        label=_("Intervenants"), line_length=150, lines=20, required=False,
        help_text=_("Un par ligne : nom, puis fonction après une virgule. Avec leur accord."),
    )  # fmt: skip
    text = words(_("De quoi il s’agit"), rows=3, max_length=2000, required=False)

    def clean_speakers(self) -> list[dict[str, str]]:
        rows = []
        for line in self.cleaned_data["speakers"]:
            name, _comma, role = line.partition(",")
            rows.append({"name": name.strip(), "role": role.strip()})
        return [row for row in rows if row["name"]]


class QuestionForm(Form):
    text = forms.CharField(
        label=_("Question"), max_length=200,
        help_text=_("Seulement ce qui sert à organiser : les réponses s’effacent ensuite."),
    )  # fmt: skip
    answers = forms.ChoiceField(label=_("On répond par"), choices=())
    options = LinesField(label=_("Choix, un par ligne"), line_length=100, lines=20, required=False)
    is_required = forms.BooleanField(label=_("Réponse obligatoire"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answers: Any = self.fields["answers"]
        answers.choices = choices(Question.Answers.choices)


class PlaceForm(OnceForm):
    name = forms.CharField(label=_("Nom du lieu"), max_length=150)
    territory = TerritoryField(label=_("Commune"))
    address = forms.CharField(label=_("Adresse"), max_length=200, required=False)
    organisations = OrganisationsField(
        label=_("Géré par"), required=False, help_text=_("Nom exact ou SIREN, une seule.")
    )
    summary = words(_("En quelques phrases"), rows=4, max_length=2000, required=False)
    services = words(
        _("Ce qu’on y trouve"), rows=3, max_length=1000, required=False,
        help_text=_("Par exemple : atelier, salle de 40 places, permanences."),
    )  # fmt: skip
    website = forms.URLField(label=_("Site"), max_length=300, required=False, assume_scheme="https")
    themes = themes_field(_("Thèmes"))

    def given(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        data["organisation"] = next(iter(data.pop("organisations") or []), None)
        return data


class PlaceFilterForm(Form):
    mark_optional = False
    q = forms.CharField(label=_("Mots"), max_length=200, required=False)
    territory = TerritoryField(label=_("Territoire"), required=False)
    theme = forms.ModelChoiceField(
        label=_("Thème"), queryset=Theme.objects.all(), to_field_name="slug", required=False,
        empty_label=_("Tous"),
    )  # fmt: skip
    waiting = forms.BooleanField(label=_("À publier"), required=False)

    def __init__(self, *args: Any, manager: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not manager:
            del self.fields["waiting"]
