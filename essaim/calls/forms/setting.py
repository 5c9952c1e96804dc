"""Preparing a call: one form for each tab."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from essaim.calls.models import MAY_SKIP, SETTING_UP, Call, CollegeKind, Kind, State
from essaim.common.forms import Form, LinesField, OnceForm, day, text
from essaim.common.money import EurosField
from essaim.needs.models import Need
from essaim.people.forms.fields import OrganisationField
from essaim.people.models import Membership, OrganisationKind, User
from essaim.territories.forms import TerritoriesField
from essaim.themes.models import Theme

from .fields import (
    ZONES,
    InitiativesField,
    WallField,
    instant,
    zone_named,
)


class NewForm(OnceForm):
    title = forms.CharField(label=_("Titre de l’appel"), max_length=200)
    kind = forms.ChoiceField(label=_("Nature"), choices=Kind.choices, widget=forms.RadioSelect)
    organiser = OrganisationField(
        label=_("Organisé par"), help_text=_("Nom exact ou SIREN de l’organisation.")
    )
    source = forms.ModelChoiceField(
        label=_("Partir d’un modèle ou d’un appel précédent"), required=False,
        queryset=Call.objects.none(), to_field_name="slug",
        empty_label=_("Non : partir de ce qui est usuel pour cette nature"),
        help_text=_("Tout est repris, sauf le calendrier, les candidatures et l’équipe ; un appel"
                    " permanent le reste, avec ses délais entre vagues."),
    )  # fmt: skip
    permanent = forms.BooleanField(
        label=_("Appel permanent, par vagues"), required=False,
        help_text=_("À chaque fermeture, la vague suivante est annoncée et les brouillons la rejoignent."),
    )  # fmt: skip
    needs = forms.ModelMultipleChoiceField(
        queryset=Need.objects.none(), required=False, widget=forms.MultipleHiddenInput
    )
    is_template = forms.BooleanField(
        label=_("C’est un modèle, pour préparer d’autres appels"), required=False
    )

    def __init__(self, *args: Any, sources: Any, needs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["needs"]
        assert isinstance(asked, forms.ModelMultipleChoiceField)
        asked.queryset = needs
        field = self.fields["source"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = sources


class TabForm(Form):
    """One tab: it knows what it was opened on, and asks why once the call is public."""

    stamp = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        self.call = call
        super().__init__(*args, **kwargs)
        if call.state not in SETTING_UP:
            self.fields["reason"] = forms.CharField(
                label=_("Ce qui change, et pourquoi"), max_length=500,
                help_text=_("Lu par les candidats, qui en sont prévenus une fois."),
            )  # fmt: skip


class TextForm(TabForm):
    asked_later = ("summary",)

    title = forms.CharField(label=_("Titre"), max_length=200)
    summary = text(_("En deux phrases"), rows=3, max_length=600, required=False)
    themes = forms.ModelMultipleChoiceField(
        label=_("Thèmes"), queryset=Theme.objects.order_by("name"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    support = text(
        _("Accompagnement des lauréats"), rows=5, max_length=5000, required=False,
        help_text=_("Qui accompagne, combien de jours, quels jalons."),
    )  # fmt: skip


class SectionForm(Form):
    mark_optional = False
    use_required_attribute = False

    title = forms.CharField(label=_("Titre de la section"), max_length=150, required=False)
    text = text(_("Texte"), rows=6, max_length=10_000, required=False)


class SectionsFormSet(forms.BaseFormSet):
    """In the order of the page; one left empty disappears."""

    def clean(self) -> None:
        for form in self:
            row = getattr(form, "cleaned_data", {})
            if row.get("text", "").strip() and not row.get("title", "").strip():
                form.add_error("title", _t("Donnez un titre à cette section."))

    def rows(self) -> list[dict[str, str]]:
        found = [form.cleaned_data for form in ordered(self)]
        return [
            {"title": row["title"].strip(), "text": row["text"].strip()}
            for row in found
            if row.get("title", "").strip()
        ]


def ordered(formset: Any) -> list[Any]:
    """Those that are kept, by the number that was given to each; those without one last."""
    kept = [
        form for form in formset
        if form.has_changed() or form.initial
        if not (form.cleaned_data.get("DELETE") or not form.cleaned_data)
    ]  # fmt: skip
    return sorted(kept, key=lambda form: form.cleaned_data.get("ORDER") or 10_000)


class WhoForm(TabForm):
    asked_later = ("initiatives",)

    applicant_kinds = forms.MultipleChoiceField(
        label=_("Natures d’organisations"), choices=OrganisationKind.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("Aucune cochée : toutes."),
    )  # fmt: skip
    persons_may_apply = forms.BooleanField(
        label=_("Une personne peut candidater en son nom"), required=False
    )
    administration = OrganisationField(
        label=_("Réservé aux agents de"), required=False,
        help_text=_("Nom exact ou SIREN ; ceux de tous ses établissements (même SIREN)."),
    )  # fmt: skip
    territories = TerritoriesField(
        label=_("Territoires ou groupes de territoires"), required=False,
        help_text=_("Aucun : partout."),
    )  # fmt: skip
    most_for_one = forms.IntegerField(
        label=_("Candidatures par candidat, au plus"), min_value=1, max_value=50
    )
    most_in_all_waves = forms.BooleanField(
        label=_("Ce nombre vaut pour toutes les vagues ensemble"), required=False,
        help_text=_("Sinon chaque vague compte à part : qui n’a pas été retenu peut revenir."),
    )  # fmt: skip
    consortium = forms.BooleanField(
        label=_("On peut candidater à plusieurs : partenaires et sites suiveurs"), required=False
    )
    needs_evaluator = forms.BooleanField(
        label=_("Un évaluateur indépendant est nommé et budgété dès la candidature"),
        required=False, help_text=_("Comme le demande le Fonds d’expérimentation pour la jeunesse."),
    )  # fmt: skip
    initiatives = InitiativesField(
        label=_("Initiatives à essaimer"), required=False,
        help_text=_("Une par ligne : titre ou adresse de la fiche publiée."),
    )  # fmt: skip
    little_proof_reason = forms.CharField(
        label=_("Pourquoi essaimer une initiative peu prouvée"), max_length=500, required=False,
        help_text=_("À dire quand l’une d’elles n’a pas de preuve d’un changement mesuré (niveau 2) ; lu par les candidats."),
    )  # fmt: skip
    blind = forms.BooleanField(label=_("Les lecteurs ne voient pas qui candidate"), required=False)
    readers_hidden = forms.BooleanField(
        label=_("Les candidats ne voient pas qui les lit"), required=False
    )

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, call=call, **kwargs)
        if not call.series_id:
            del self.fields["most_in_all_waves"]


class CalendarForm(TabForm):
    asked_later = ("opens_at", "closes_at")

    zone = forms.CharField(
        label=_("Fuseau horaire"), max_length=40,
        widget=forms.TextInput(attrs={"list": "zones"}),
        help_text=_("Celui des heures ci-dessous, par exemple Europe/Paris."),
    )  # fmt: skip
    opens_at = WallField(label=_("Ouvre le"), required=False)
    closes_at = WallField(label=_("Ferme le"), required=False)
    results_on = day(_("Résultats attendus le"), required=False)
    budget_cents = EurosField(label=_("Budget (€)"), required=False)
    laureates_number = forms.IntegerField(
        label=_("Lauréats, au plus"), min_value=1, max_value=10_000, required=False
    )
    days_between = forms.IntegerField(
        label=_("Jours entre deux vagues"), min_value=0, max_value=365, required=False
    )
    skips = forms.MultipleChoiceField(
        label=_("Étapes dont cet appel n’a pas besoin"), required=False,
        choices=[(value, State(value).label) for value in MAY_SKIP],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    zones = ZONES

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, call=call, **kwargs)
        if not call.series_id:
            del self.fields["days_between"]
        for state in State:
            self.fields[f"name_{state.value}"] = forms.CharField(
                label=_("Nom public de l’étape « %(state)s »") % {"state": state.label},
                max_length=60, required=False,
            )  # fmt: skip
            self.initial[f"name_{state.value}"] = call.state_names.get(state.value, "")

    def of_dates(self) -> list[forms.BoundField]:
        return [each for each in self.visible_fields() if each not in self.of_steps()]

    def of_steps(self) -> list[forms.BoundField]:
        """What most calls leave as it is: which steps are skipped, what they are called."""
        return [
            each for each in self.visible_fields()
            if each.name == "skips" or each.name.startswith("name_")
        ]  # fmt: skip

    def is_about_steps(self) -> bool:
        """Something is said of them, or is to be corrected."""
        return any(each.errors or each.value() for each in self.of_steps())

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            zone = zone_named(given.get("zone", ""))
        except ValidationError as error:
            if "zone" not in self.errors:
                self.add_error("zone", error)
            return given
        for name in ("opens_at", "closes_at"):
            if given.get(name) is not None:
                try:
                    given[name] = instant(given[name], zone)
                except ValidationError as error:
                    self.add_error(name, error)
        names = {state.value: given.pop(f"name_{state.value}", "").strip() for state in State}
        given["state_names"] = {state: name for state, name in names.items() if name}
        budget = given.get("budget_cents")
        if budget is not None and budget < 0:
            self.add_error("budget_cents", _("Ce budget est négatif ou hors de mesure."))
        return given


class ContactForm(TabForm):
    asked_later = ("service", "contact_email", "appeal")

    service = forms.CharField(label=_("Service qui instruit"), max_length=200, required=False)
    contact_email = forms.EmailField(
        label=_("Adresse électronique du service"), required=False,
        help_text=_("Celle d’un service, et non d’une personne : la page est publique."),
    )  # fmt: skip
    contact_phone = forms.CharField(label=_("Téléphone du service"), max_length=25, required=False)
    answer_days = forms.IntegerField(
        label=_("Délai de réponse (jours)"), min_value=1, max_value=730
    )
    appeal = text(
        _("Voies et délais de recours"), rows=4, max_length=2000, required=False,
        help_text=_("Repris dans chaque récépissé et chaque décision."),
    )  # fmt: skip
    appeal_days = forms.IntegerField(
        label=_("Délai de recours (jours)"), min_value=1, max_value=730
    )


class CriteriaForm(TabForm):
    no_replication_reason = forms.CharField(
        label=_("Pourquoi cet appel ne juge pas la reprise ailleurs"), max_length=500,
        required=False,
        help_text=_("Demandé seulement sans critère de transfert ; lu par les candidats."),
    )  # fmt: skip


class CriterionForm(Form):
    mark_optional = False
    use_required_attribute = False

    title = forms.CharField(label=_("Critère"), max_length=100, required=False)
    question = forms.CharField(label=_("Question posée"), max_length=300, required=False)
    college = forms.ChoiceField(label=_("Lu par"), choices=CollegeKind.choices)
    weight = forms.IntegerField(label=_("Poids"), min_value=1, max_value=10, initial=1)
    levels = LinesField(
        label=_("Niveaux"), line_length=200, required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("De 2 à 6, un par ligne, du plus faible au plus fort."),
    )  # fmt: skip
    is_transfer = forms.BooleanField(
        label=_("Juge si cela peut être repris ailleurs"), required=False
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("DELETE") or not given.get("title", "").strip():
            return given
        if not given.get("question", "").strip():
            self.add_error("question", _("Posez la question à laquelle le lecteur répond."))
        if "levels" in given and not 2 <= len(given["levels"]) <= 6:
            self.add_error("levels", _("Un critère a de 2 à 6 niveaux, chacun décrit."))
        return given


class CriteriaFormSet(forms.BaseFormSet):
    NAMES = ("title", "question", "college", "weight", "levels", "is_transfer")

    def rows(self) -> list[dict[str, Any]]:
        return [
            {name: form.cleaned_data[name] for name in self.NAMES}
            for form in ordered(self)
            if form.cleaned_data["title"].strip()
        ]


class ReopenForm(Form):
    closes_at = WallField(label=_("Nouvelle fermeture"))
    reason = forms.CharField(label=_("Pourquoi l’appel est rouvert"), max_length=500)

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = call.clock
        self.fields["closes_at"].help_text = _("Heure de %(zone)s.") % {"zone": call.zone}

    def clean_closes_at(self) -> Any:
        return instant(self.cleaned_data["closes_at"], self.zone)


class ReasonForm(Form):
    reason = forms.CharField(label=_("Ce qui change, et pourquoi"), max_length=500)


class DropForm(Form):
    reason = text(
        _("Pourquoi, en quelques phrases"), rows=4, max_length=1000,
        help_text=_("Public, et lu par ceux qui ont candidaté."),
    )  # fmt: skip


class DocumentForm(OnceForm):
    title = forms.CharField(label=_("Titre"), max_length=150)
    file = forms.FileField(
        label=_("Le document"), help_text=_("PDF, ODT, ODS, DOCX, XLSX, PNG ou JPEG."),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".pdf,.odt,.ods,.docx,.xlsx,.png,.jpg,.jpeg"}
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if call.state not in SETTING_UP:
            self.fields["reason"] = forms.CharField(
                label=_("Ce qui change, et pourquoi"), max_length=500
            )


class MemberField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name or obj.email)


class OfficerForm(Form):
    person = MemberField(
        label=_("Membre de l’organisation"), queryset=User.objects.none(),
        empty_label=_("Choisir"),
    )  # fmt: skip

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Membership.objects.filter(organisation=call.organiser_id, user__is_active=True)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = (
            User.objects.filter(pk__in=members.values("user"))
            .exclude(pk__in=call.officers.values("user")).order_by("name", "pk")
        )  # fmt: skip
