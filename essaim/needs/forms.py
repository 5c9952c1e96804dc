"""Stating a need, and filtering the list of needs."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import DayField, Form
from essaim.groups.models import NAME_LENGTH
from essaim.needs.actions import Content, filters_only
from essaim.needs.models import TEXT_LENGTH, Need
from essaim.needs.models.need import ANSWER_LENGTH, FOR_WHOM_LENGTH, TRIED_LENGTH, UNIT_LENGTH
from essaim.needs.reading import shorten
from essaim.people.models import Organisation
from essaim.territories.forms import TerritoryField
from essaim.themes.models import Theme

VISIBILITIES = [(value, capfirst(label)) for value, label in Need.Visibility.choices]


def _whole(label: Any, **kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=100_000_000, required=False, **kwargs
    )


def _euros(label: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, min_value=0, max_digits=12, decimal_places=2, required=False, localize=True
    )


# What makes answers better, and that a need can be stated without.
DETAILS = (
    "for_whom", "count_min", "count_max", "count_unit", "tried", "budget_min", "budget_max",
    "staff_days", "needed_by",
)  # fmt: skip


class NeedForm(Form):
    """One step. A visitor may fill it in too: organisations come once signed in."""

    text = forms.CharField(
        label=_("Quel est le besoin ?"),
        help_text=_(
            "Avec vos mots : ce qui manque, et à qui. Sans nom ni coordonnées de personnes."
        ),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    territory = TerritoryField(
        label=_("Où ?"),
        help_text=_("Vide, au nom d’une organisation : là où elle est."),
        required=False,
    )
    for_whom = forms.CharField(
        label=_("Pour qui ?"),
        help_text=_("Par exemple : « personnes âgées isolées », « jeunes sans permis »."),
        max_length=FOR_WHOM_LENGTH,
        required=False,
    )
    count_min = _whole(_("Combien, au moins"))
    count_max = _whole(_("Combien, au plus"))
    count_unit = forms.CharField(
        label=_("De quoi"),
        help_text=_("Personnes, familles, logements…"),
        max_length=UNIT_LENGTH,
        required=False,
    )
    tried = forms.CharField(
        label=_("Ce qui a déjà été essayé"),
        help_text=_("Et pourquoi cela n’a pas suffi."),
        max_length=TRIED_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    budget_min = _euros(_("Budget possible, au moins (€)"))
    budget_max = _euros(_("Budget possible, au plus (€)"))
    staff_days = _whole(_("Temps d’agent possible (jours par an)"))
    needed_by = DayField(label=_("Pour quand ?"), required=False)
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
        label=_("Garder ces données personnelles : elles seront masquées pour les autres lecteurs"),
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
        # A browser would cut a long text in silence: it is refused with words instead.
        for name in ("text", "tried"):
            self.fields[name].widget.attrs.pop("maxlength", None)
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
            **{name: clean[name] for name in DETAILS},
        )

    @property
    def details_open(self) -> bool:
        """Whether something is said there, or has to be mended."""
        return any(self[name].errors or self[name].value() not in (None, "") for name in DETAILS)

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
            **{
                name: str(clean[name])
                for name in DETAILS
                if clean[name] is not None and clean[name] != ""
            },
        }


class AnswerForm(Form):
    """The need is met: by what, for those who have the same."""

    answer = forms.CharField(
        label=_("Ce qui y a répondu"),
        help_text=_(
            "Une initiative reprise, un dispositif, un voisin… Utile à qui a le même besoin."
        ),
        max_length=ANSWER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )


class JoinForm(Form):
    """Which of one's own needs goes along with the other."""

    need = forms.ModelChoiceField(
        label=_("Avec lequel de vos besoins ?"), queryset=Need.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, mine: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["need"]
        field.queryset = mine
        field.label_from_instance = lambda need: shorten(" ".join(need.text.split()), 80)


class GroupNameForm(Form):
    name = forms.CharField(
        label=_("Nom du groupe"),
        help_text=_("Vous en serez le porte-parole ; chacun garde son besoin."),
        max_length=NAME_LENGTH,
    )


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
    state = forms.ChoiceField(
        label=_("État"),
        choices=[("", _("ouverts")), ("answered", _("résolus")), ("all", _("tous"))],
        required=False,
    )
    unmet = forms.BooleanField(label=_("Sans bonne réponse aujourd’hui"), required=False)
    mine = forms.BooleanField(label=_("Les miens et ceux de mes organisations"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not user.is_authenticated:
            del self.fields["mine"]
