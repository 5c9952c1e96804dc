"""The steps of the plan, one small form each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import DayField, Form, OnceForm, long_text
from essaim.evaluations.designs import CALCULATIONS, calculations
from essaim.evaluations.models import Allocation, Design, Evaluation, Outcome

from .fields import NumberField

YES_NO = [("yes", _("oui")), ("no", _("non"))]
SUBGROUPS_AT_MOST = 10


def yes_no(label: Any, **kwargs: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=YES_NO, widget=forms.RadioSelect, coerce=lambda v: v == "yes", **kwargs
    )


class CreateForm(OnceForm):
    title = forms.CharField(
        label=_("Le nom de l’évaluation"),
        max_length=200,
        help_text=_("Par exemple : « Le tutorat améliore-t-il la lecture en sixième ? »"),
    )


class SectionForm(Form):
    """``version`` tells which plan was open; ``reason`` is asked once the plan is frozen."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        initial = {name: self.first(evaluation, name) for name in self.base_fields}
        initial["version"] = evaluation.version
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.evaluation = evaluation
        if evaluation.is_frozen:
            self.fields["reason"] = long_text(
                _("Pourquoi le plan change"),
                rows=2,
                max_length=1000,
                help_text=_("Le plan est figé : la raison et la date seront visibles de tous."),
            )

    @staticmethod
    def first(evaluation: Evaluation, name: str) -> Any:
        value = getattr(evaluation, name, None)
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class QuestionForm(SectionForm):
    who = forms.CharField(
        label=_("Qui ?"),
        max_length=300,
        help_text=_(
            "Les personnes concernées. Par exemple : les élèves de 6e A et de 6e B du collège."
        ),
    )
    what = forms.CharField(
        label=_("Reçoivent quoi ?"),
        max_length=300,
        help_text=_(
            "L’action évaluée. Par exemple : un tutorat de lecture, 20 minutes trois fois par semaine."
        ),
    )
    compared_with = forms.CharField(
        label=_("Comparé à quoi ?"),
        max_length=300,
        required=False,
        help_text=_(
            "Ce que reçoivent les autres. Par exemple : l’étude habituelle. Rien, si personne n’est comparé."
        ),
    )
    outcome = forms.CharField(
        label=_("Sur quelle mesure ?"),
        max_length=300,
        help_text=_("Ce qui devrait changer. Par exemple : la compréhension de textes courts."),
    )
    period = forms.CharField(
        label=_("Quand ?"), max_length=300,
        help_text=_("Par exemple : d’octobre à janvier."),
    )  # fmt: skip


class MeasureForm(SectionForm):
    indicator = forms.CharField(
        label=_("Indicateur"),
        max_length=200,
        help_text=_(
            "Ce qui est relevé pour chaque personne. Par exemple : score au test de fluence."
        ),
    )
    outcome_kind = forms.ChoiceField(
        label=_("Nature de la mesure"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    unit = forms.CharField(
        label=_("Unité ou échelle"),
        max_length=100,
        required=False,
        help_text=_("Par exemple : mots par minute, note de 0 à 20, jours."),
    )
    higher_is_better = yes_no(_("Plus c’est haut, mieux c’est"))
    collected_by = forms.CharField(
        label=_("Qui recueille la mesure ?"),
        max_length=300,
        help_text=_("De préférence quelqu’un qui ne sait pas qui a reçu l’action."),
    )
    baseline = forms.CharField(
        label=_("Situation de départ"),
        max_length=300,
        required=False,
        help_text=_(
            "Ce que l’on en sait aujourd’hui. Par exemple : 92 mots par minute en moyenne."
        ),
    )
    education = yes_no(
        _("Ce sont des résultats scolaires d’élèves"),
        help_text=_("L’effet sera aussi donné en mois de progrès, d’après l’échelle de l’EEF."),
    )  # fmt: skip


class DesignForm(SectionForm):
    design = forms.ChoiceField(label=_("Méthode"), choices=Design.choices, widget=forms.RadioSelect)
    analysis = forms.ChoiceField(
        label=_("Calcul principal"),
        required=False,
        help_text=_(
            "Choisi avant de voir les données. Laissez vide pour le calcul habituel de la méthode."
        ),
    )
    clustered = yes_no(
        _("L’action est donnée à des groupes entiers (classes, équipes, sites)"),
        help_text=_("Les personnes d’un même groupe se ressemblent : le calcul en tient compte."),
    )
    why_comparable = long_text(
        _("Pourquoi les deux groupes sont comparables"), rows=3, max_length=2000, required=False,
        help_text=_("Pour un groupe de comparaison ou apparié : comment il est choisi."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["analysis"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [
            ("", _("le calcul habituel de la méthode")),
            *((name, each.label) for name, each in CALCULATIONS.items()),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        design = cleaned.get("design", "")
        if design:
            allowed = calculations(design, self.evaluation.outcome_kind)
            chosen = cleaned.get("analysis") or allowed[0]
            if chosen not in allowed:
                names = ", ".join(str(CALCULATIONS[name].label) for name in allowed)
                self.add_error(
                    "analysis",
                    _("Avec cette méthode et cette mesure : %(names)s.") % {"names": names},
                )
            cleaned["analysis"] = chosen
        return cleaned


class SizeForm(SectionForm):
    per_group = forms.IntegerField(
        label=_("Combien de personnes par groupe ?"),
        min_value=2,
        max_value=1_000_000,
        help_text=_("Celles qui seront mesurées à la fin. Comptez quelques absents."),
    )
    cluster_size = forms.IntegerField(
        label=_("Personnes par classe, équipe ou site"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=_("Si l’action est donnée à des groupes entiers."),
    )
    icc = NumberField(
        label=_("Ressemblance à l’intérieur d’un groupe (ICC)"),
        min_value=0,
        max_value=0.999,
        max_digits=4,
        decimal_places=3,
        required=False,
        help_text=_(
            "De 0 (aucune) à 1. Pour des résultats scolaires en classe, on prend souvent 0,15 à 0,20."
        ),
    )
    expected_effect = NumberField(
        label=_("Effet espéré, en écarts-types"), min_value=0.001, max_value=10,
        max_digits=5, decimal_places=3, required=False,
        help_text=_("0,2 est un effet modeste, 0,5 un effet fort. Sert à dire vos chances de le voir."),
    )  # fmt: skip


class SubgroupsForm(SectionForm):
    subgroups = long_text(
        _("Sous-groupes prévus, un par ligne"),
        rows=4,
        required=False,
        help_text=_(
            "Les colonnes qui serviront à distinguer des sous-groupes (sexe, niveau de départ…)."
            " Tout autre découpage sera marqué comme exploratoire."
        ),
    )

    @staticmethod
    def first(evaluation: Evaluation, name: str) -> Any:
        if name == "subgroups":
            return "\n".join(evaluation.subgroups)
        return SectionForm.first(evaluation, name)

    def clean_subgroups(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["subgroups"].splitlines()]
        found = list(dict.fromkeys(line for line in lines if line))
        if len(found) > SUBGROUPS_AT_MOST:
            raise forms.ValidationError(
                _("Dix sous-groupes au plus : au-delà, l’un d’eux différera par hasard.")
            )
        if any(len(line) > 100 for line in found):
            raise forms.ValidationError(_("Un nom de sous-groupe tient en cent caractères."))
        return found


class CalendarForm(SectionForm):
    pretest_on = DayField(
        label=_("Mesure de départ"),
        required=False,
        help_text=_("Avant de savoir qui recevra l’action, si le sort en décide."),
    )
    starts_on = DayField(label=_("Début de l’action"))
    posttest_on = DayField(label=_("Mesure finale"))
    report_on = DayField(label=_("Conclusion prévue"), required=False)  # fmt: skip


FORMS: dict[str, type[SectionForm]] = {
    "question": QuestionForm,
    "mesure": MeasureForm,
    "methode": DesignForm,
    "taille": SizeForm,
    "sous-groupes": SubgroupsForm,
    "calendrier": CalendarForm,
}


class DrawForm(Form):
    method = forms.ChoiceField(
        label=_("Méthode du tirage"),
        choices=Allocation.Method.choices,
        widget=forms.RadioSelect,
        initial=Allocation.Method.SIMPLE,
    )
    units = forms.CharField(
        label=_("Les unités, une par ligne"),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        max_length=2_000_000,
        help_text=_(
            "Un pseudonyme par ligne (E01, E02… ; classe A). Pour des paires, ajoutez après un"
            " point-virgule un nombre qui dit qui se ressemble (E01 ; 92) ; pour des groupes"
            " entiers ou des strates, le nom du groupe ou de la strate (E01 ; 6e A)."
        ),
    )
    seed = forms.CharField(
        label=_("Graine"), required=False, max_length=40,
        help_text=_("Laissez vide : elle est tirée pour vous, puis montrée. La même graine redonne le même tirage."),
    )  # fmt: skip


class FreezeForm(Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(Form):
    reason = long_text(_("Pourquoi"), rows=4, max_length=2000)


class AbandonForm(Form):
    reason = long_text(
        _("Pourquoi (si vous le souhaitez)"), rows=3, max_length=2000, required=False,
        help_text=_("Votre équipe seule le lira. Ne pas aboutir est permis."),
    )  # fmt: skip
    sure = forms.BooleanField(
        label=_("J’arrête cette évaluation ; ses données seront effacées tout de suite")
    )


class MemberForm(Form):
    """Among those who answer for the card: nobody learns here who has an account."""

    user = forms.ChoiceField(
        label=_("La personne"),
        help_text=_(
            "Parmi l’équipe de la fiche. Elle lira les données pseudonymisées de l’évaluation."
        ),
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["user"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", _("Choisir")), *people]
