"""Small forms of instruction, reading and decision."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from essaim.calls.forms.fields import WallField, instant
from essaim.calls.models import ApplicationState, Attendance, CollegeKind, JurySees, Outcome
from essaim.calls.selection import PERSON
from essaim.common.forms import Form, LinesField, OnceForm, long_text
from essaim.common.money import EurosField
from essaim.people.models import OrganisationKind
from essaim.territories.forms import TerritoryField
from essaim.themes.models import Theme


class ClockForm(Form):
    """Days and hours are those of the clock of the call."""

    def __init__(self, *args: Any, clock: zoneinfo.ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clock = clock

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            if isinstance(field, WallField) and given.get(name) is not None:
                try:
                    given[name] = self._instant(given[name])
                except ValidationError as error:
                    self.add_error(name, error)
        return given

    def _instant(self, wall: dt.datetime) -> dt.datetime:
        if not FIRST_YEAR <= wall.year <= LAST_YEAR:
            raise ValidationError(
                gettext("Une année entre %(first)s et %(last)s : vérifiez la date.")
                % {"first": FIRST_YEAR, "last": LAST_YEAR}
            )
        return instant(wall, self.clock)


# Ours: beyond, a year was mistyped.
FIRST_YEAR, LAST_YEAR = 2000, 2100


# --- instruction --------------------------------------------------------------------------------
class CompletionForm(ClockForm):
    asked = long_text(
        _("Ce qui manque"), rows=6, max_length=3000,
        help_text=_("Pièce par pièce, réponse par réponse : le candidat lit exactement ceci."),
    )  # fmt: skip
    due_at = WallField(label=_("À compléter avant le"))


class ComplementForm(Form):
    text = long_text(
        _("Votre réponse"), rows=6, max_length=3000,
        help_text=_("Les lecteurs la liront à côté de ce que vous avez déposé, qui ne change pas."),
    )  # fmt: skip


class EligibilityForm(Form):
    is_eligible = forms.TypedChoiceField(
        label=_("Cette candidature est"),
        choices=[("yes", _("recevable : elle sera lue")), ("no", _("irrecevable"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    reasons = long_text(
        _("Motifs adressés au candidat"), rows=6, max_length=3000, required=False,
        help_text=_("Nécessaires si elle est irrecevable."),
    )  # fmt: skip


class OneEligibilityForm(EligibilityForm):
    """It carries the version that was read."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ReasonForm(Form):
    reason = long_text(_("Pourquoi"), rows=3, max_length=500)


class RecusalForm(Form):
    reason = long_text(
        _("Quel lien avez-vous ?"), rows=3, max_length=500, required=False,
        help_text=_("Le procès-verbal dit qui s’est déporté ; le motif n’est lu que des animateurs."),
    )  # fmt: skip


# --- reading ------------------------------------------------------------------------------------
class ReadingForm(ClockForm):
    answer_by = WallField(label=_("Réponse des lecteurs avant le"))
    read_by = WallField(label=_("Lectures à rendre avant le"))
    discuss_by = WallField(label=_("Discussion jusqu’au"))

    def __init__(self, *args: Any, colleges: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(CollegeKind.choices)
        for kind in colleges:
            self.fields[f"per_item_{kind}"] = forms.IntegerField(
                label=_("Lectures de chaque candidature, collège « %(kind)s »")
                % {"kind": labels[kind]},
                min_value=1, max_value=20, initial=2,
            )  # fmt: skip

    def per_item(self) -> dict[str, int]:
        return {
            name.removeprefix("per_item_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("per_item_")
        }


# --- decision -----------------------------------------------------------------------------------
class DecisionForm(Form):
    asked_later = ("reasons",)

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    outcome = forms.ChoiceField(
        label=_("Décision proposée"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    reasons = long_text(
        _("Motifs adressés au candidat"), rows=10, required=False,
        help_text=_("Réécrits des commentaires ci-contre : rien n’y désigne un lecteur. Ils sont"
                    " nécessaires à la publication."),
    )  # fmt: skip
    amount_cents = EurosField(label=_("Montant accordé (€)"), required=False)
    votes_for = forms.IntegerField(
        label=_("Voix pour"), min_value=0, max_value=1000, required=False
    )
    votes_against = forms.IntegerField(
        label=_("Voix contre"), min_value=0, max_value=1000, required=False
    )
    abstentions = forms.IntegerField(
        label=_("Abstentions"), min_value=0, max_value=1000, required=False
    )


class QuotaField(LinesField):
    """« Bretagne : 2 », one a line; cleans to [(name, least)]."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(line_length=200, lines=30, required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        found = []
        for line in super().clean(value):
            name, _sign, least = line.rpartition(":")
            if not name.strip() or not least.strip().isdecimal() or len(least.strip()) > 4:
                raise ValidationError(
                    gettext("« %(line)s » : écrivez un nom, deux points et un nombre.")
                    % {"line": line[:60]}
                )
            found.append((name.strip(), int(least)))
        return found


QUOTAS = {"region": "quota_region", "theme": "quota_theme", "kind": "quota_kind"}


class DeliberationForm(Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    four_eyes = forms.BooleanField(
        label=_("Chaque décision est vérifiée par une seconde personne"), required=False
    )
    uses_scores = forms.BooleanField(
        label=_("Les rangs ou les notes pèsent dans la décision"), required=False,
        help_text=_("La mention légale sur les traitements algorithmiques est alors jointe à chaque"
                    " décision, et chacun peut se faire expliquer son cas."),
    )  # fmt: skip
    uses_adjusted = forms.BooleanField(
        label=_("Classer sur les notes corrigées de la sévérité des lecteurs"), required=False
    )
    jury_sees = forms.ChoiceField(
        label=_("Ce que les membres du jury voient du tableau"), choices=JurySees.choices,
        widget=forms.RadioSelect,
        help_text=_("Sans rien pouvoir y changer, et sans ce avec quoi ils ont un lien. Où la lecture"
                    " cachait les candidats, le tableau du jury les cache aussi."),
    )  # fmt: skip
    quota_region = QuotaField(
        label=_("Au moins tant de lauréates par région"),
        help_text=_("Une par ligne, par exemple « Bretagne : 2 ». Vide : rien n’est imposé."),
    )
    quota_theme = QuotaField(label=_("Au moins tant de lauréates par thème"))
    quota_kind = QuotaField(label=_("Au moins tant de lauréates par nature de porteur"))

    def __init__(self, *args: Any, colleges: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(CollegeKind.choices)
        for kind in colleges:
            self.fields[f"weight_{kind}"] = forms.IntegerField(
                label=_("Poids du collège « %(kind)s » dans le total") % {"kind": labels[kind]},
                min_value=0, max_value=1000, required=False,
            )  # fmt: skip

    def settings(self) -> dict[str, Any]:
        data = self.cleaned_data
        weights = {
            name.removeprefix("weight_"): value
            for name, value in data.items()
            if name.startswith("weight_") and value is not None
        }
        quotas = [
            {"by": by, "key": name, "least": least}
            for by, field in QUOTAS.items()
            for name, least in data[field]
        ]
        kept = ("four_eyes", "uses_scores", "uses_adjusted", "jury_sees", "version")
        return {"weights": weights, "quotas": quotas, **{name: data[name] for name in kept}}


# --- answers ------------------------------------------------------------------------------------
class AppealForm(OnceForm):
    text = long_text(_("Ce que vous contestez, et pourquoi"), rows=8)


# Where an appeal that is upheld may lead.
OUTCOMES = [(each.value, each.label) for each in (Outcome.LAUREATE, Outcome.WAITING)]


class AnswerForm(Form):
    """``state``: of the application, which says what an appeal that is upheld may lead to; empty
    once it has its answer."""

    upheld = forms.TypedChoiceField(
        label=_("Le recours est"),
        choices=[("no", _("rejeté")), ("yes", _("accueilli"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    outcome = forms.ChoiceField(
        label=_("S’il est accueilli, la candidature devient"), choices=OUTCOMES, required=False
    )
    answer = long_text(_("Réponse motivée"), rows=8)

    def __init__(self, *args: Any, state: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if state == ApplicationState.INELIGIBLE:
            del self.fields["outcome"]  # it is eligible or not, which is looked at again
            return
        choices = [each for each in OUTCOMES if each[0] != state]
        self.fields["outcome"].choices = [("", _("(sans objet)")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("upheld") is False and given.get("outcome"):
            self.add_error(
                "outcome", gettext("Un recours rejeté ne change rien : choisissez « sans objet ».")
            )
        return given


class CallNextForm(Form):
    reasons = long_text(_("Motifs adressés au nouveau lauréat"), rows=4)


# --- jury ---------------------------------------------------------------------------------------
class MeetingForm(ClockForm, OnceForm):
    at = WallField(label=_("Date et heure"))
    place = forms.CharField(label=_("Lieu"), max_length=200, required=False)
    link = forms.URLField(
        label=_("Lien de la visioconférence"), max_length=500, required=False, assume_scheme="https"
    )
    notes = long_text(_("Ordre du jour et notes"), rows=6, required=False)


class AttendanceForm(Form):
    name = forms.CharField(
        label=_("Nom et qualité"), max_length=200,
        help_text=_("Par exemple : Claire Martin, directrice du CCAS."),
    )  # fmt: skip
    part = forms.ChoiceField(label=_("Part"), choices=Attendance.Part.choices)
    is_present = forms.BooleanField(label=_("Présente ou présent"), required=False, initial=True)


class FilterForm(Form):
    """The filters of the list of applications: read by ``selection.read_selection``."""

    mark_optional = False

    q = forms.CharField(label=_("Titre, candidat ou numéro"), required=False, max_length=200)
    applicant = forms.ChoiceField(
        label=_("Nature du candidat"), required=False,
        choices=[("", _("Toutes")), *OrganisationKind.choices, (PERSON, _("une personne"))],
    )  # fmt: skip
    territory = TerritoryField(label=_("Territoire"), required=False)
    theme = forms.ModelChoiceField(
        label=_("Thème de la fiche"), required=False, queryset=Theme.objects.order_by("name"),
        to_field_name="slug", empty_label=_("Tous"),
    )  # fmt: skip
    tri = forms.ChoiceField(
        label=_("Trier par"), required=False,
        choices=[
            ("numero", _("numéro")), ("recente", _("dernier dépôt")), ("titre", _("titre")),
            ("montant", _("montant demandé")),
        ],
    )  # fmt: skip

    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.fields)
