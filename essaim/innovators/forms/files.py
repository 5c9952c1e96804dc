"""From the idea to the decision to support it; the lists that follow files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import DayField, Form, OnceForm, long_text
from essaim.innovators.models import OpinionRequest, State
from essaim.people.models import Organisation


class EnterForm(OnceForm):
    title = forms.CharField(label=_("Le nom de votre idée"), max_length=150)
    summary = long_text(
        _("Votre idée en quelques lignes"),
        rows=8,
        help_text=_("Le problème que vous voyez, ce que vous imaginez, pour qui. Rien d’autre."),
    )
    organisation = forms.ModelChoiceField(
        label=_("Votre administration"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Je ne suis rattaché à aucune organisation ici"),
    )
    unit = forms.CharField(
        label=_("Votre service ou unité"),
        max_length=150,
        required=False,
        help_text=_("Par exemple : brigade de Lannion."),
    )
    undertakes_to_report = forms.BooleanField(
        label=_("Je rendrai compte de ma démarche à ma hiérarchie"),
        help_text=_("Vous n’avez pas de permission à demander : c’est la seule condition."),
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["organisation"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = organisations
        if not organisations:
            del self.fields["organisation"]


class IdeaForm(Form):
    title = forms.CharField(label=_("Le nom de votre idée"), max_length=150)
    summary = long_text(_("Votre idée en quelques lignes"), rows=8)
    unit = forms.CharField(label=_("Votre service ou unité"), max_length=150, required=False)


class ReportForm(Form):
    on = DayField(label=_("Date"))
    to = forms.CharField(
        label=_("À quelle fonction"),
        max_length=150,
        help_text=_("La fonction suffit : « mon commandant de brigade »."),
    )


class InterviewForm(Form):
    on = DayField(label=_("Date de l’entretien"))
    notes = long_text(
        _("Notes"), rows=10, required=False, help_text=_("L’innovateur les lit sur sa page.")
    )


class OpeningForm(Form):
    relevant = forms.TypedChoiceField(
        label=_("Le projet est pertinent"),
        choices=[("yes", _("oui")), ("no", _("non"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    relevant_why = long_text(_("Pourquoi"), rows=3)
    determined = forms.TypedChoiceField(
        label=_("L’innovateur est fermement décidé à mener son projet à bien"),
        choices=[("yes", _("oui")), ("no", _("non"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    determined_why = long_text(_("Ce qui le montre"), rows=3)


class OpinionRequestForm(Form):
    level = forms.ChoiceField(
        label=_("Niveau"), choices=OpinionRequest.Level.choices, widget=forms.RadioSelect
    )
    name = forms.CharField(label=_("Nom et prénom"), max_length=150)
    function = forms.CharField(label=_("Fonction"), max_length=200)
    email = forms.EmailField(
        label=_("Adresse e-mail professionnelle"),
        help_text=_("Personnelle, pas celle d’un secrétariat : le lien et le code y arrivent."),
    )


class CodeForm(Form):
    code = forms.CharField(
        label=_("Code à six chiffres"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class OpinionForm(Form):
    answer = forms.ChoiceField(
        label=_("Votre avis"),
        choices=[
            ("no_objection", _("Je ne m’oppose pas à ce projet")),
            ("objection", _("Je m’y oppose")),
        ],
        widget=forms.RadioSelect,
    )
    reasons = long_text(
        _("Motifs"),
        required=False,
        help_text=_(
            "Nécessaires pour une objection : l’innovateur et le chargé de dossier les lisent."
        ),
    )


class SupportForm(Form):
    reason = long_text(_("Motifs de la décision"), rows=4, required=False)


class OfficerForm(Form):
    """A case officer among those of the roster, by name."""

    officer = forms.ChoiceField(label=_("Chargé de dossier"))

    def __init__(self, *args: Any, officers: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        officer = self.fields["officer"]
        assert isinstance(officer, forms.ChoiceField)
        officer.choices = [("", _("Choisir")), *officers]


class RosterForm(Form):
    email = forms.EmailField(label=_("Adresse e-mail de son compte"))


class FilesFilterForm(Form):
    mark_optional = False

    q = forms.CharField(label=_("Mots du nom"), max_length=150, required=False)
    step = forms.ChoiceField(label=_("Étape"), required=False)
    only = forms.ChoiceField(
        label=_("Seulement"),
        choices=[
            ("", _("Tous")),
            ("mine", _("ceux que je suis")),
            ("free", _("ceux à prendre en charge")),
            ("late", _("ceux en retard")),
        ],
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        step = self.fields["step"]
        assert isinstance(step, forms.ChoiceField)
        step.choices = [("", _("Toutes")), *State.choices]
