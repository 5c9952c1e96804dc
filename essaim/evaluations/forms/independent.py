"""Attaching an independent report, and deciding on its level."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, OnceForm, long_text
from essaim.evaluations.models import IndependentEvaluation
from essaim.evaluations.strength import ceiling
from essaim.initiatives.levels import LEVELS


def level_choices(most: int = 5) -> list[tuple[str, Any]]:
    return [
        (str(number), f"{number} – {capfirst(str(name))}")
        for number, (name, _meaning) in LEVELS.items()
        if number <= most
    ]


class IndependentForm(OnceForm):
    title = forms.CharField(label=_("Titre du rapport"), max_length=250)
    evaluator = forms.CharField(
        label=_("Qui a évalué"),
        max_length=250,
        help_text=_("L’organisme : laboratoire, inspection, cabinet, institut…"),
    )
    tie = forms.ChoiceField(
        label=_("Son lien avec le porteur"),
        choices=IndependentEvaluation.Tie,
        widget=forms.RadioSelect,
    )
    independence = long_text(
        _("Ce qui assure son indépendance"),
        rows=3,
        max_length=2000,
        help_text=_("Qui l’a choisi, qui l’a payé, qui pouvait relire, ce qui a été publié."),
    )
    about = forms.ChoiceField(
        label=_("Ce qui a été évalué"),
        choices=IndependentEvaluation.About,
        widget=forms.RadioSelect,
        initial=IndependentEvaluation.About.ORIGIN,
    )
    site = forms.CharField(
        label=_("Site évalué"), max_length=200, required=False,
        help_text=_("Pour une reprise : où, et par qui."),
    )  # fmt: skip
    method = forms.ChoiceField(
        label=_("Méthode"), choices=IndependentEvaluation.Method, widget=forms.RadioSelect
    )
    method_note = long_text(
        _("La méthode en quelques mots"),
        rows=3,
        max_length=3000,
        help_text=_("Combien de personnes, mesurées comment, comparées à qui."),
    )
    year = forms.IntegerField(label=_("Année du rapport"), min_value=1950, max_value=2200)
    results = long_text(
        _("Résultats"),
        help_text=_(
            "Avec les chiffres du rapport et leur incertitude, y compris ce qui n’a pas marché."
        ),
    )
    limits = long_text(_("Limites que dit le rapport"), rows=3, required=False, max_length=3000)
    level_claimed = forms.TypedChoiceField(
        label=_("Niveau de preuve revendiqué"), choices=level_choices, coerce=int,
        help_text=_("Il compte une fois confirmé par quelqu’un qui ne répond pas de la fiche."),
    )  # fmt: skip
    file = forms.FileField(
        label=_("Le rapport en PDF"),
        required=False,
        help_text=_("20 Mo au plus. Vérifiez que vous avez le droit de le diffuser."),
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
    )
    url = forms.URLField(
        label=_("Ou son adresse"), max_length=500, required=False, assume_scheme="https"
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("about") == IndependentEvaluation.About.REPLICATION and not cleaned.get(
            "site"
        ):
            self.add_error("site", _("Dites quelle reprise a été évaluée : où, et par qui."))
        if not cleaned.get("file") and not cleaned.get("url") and "file" not in self.errors | {}:
            self.add_error("file", _("Joignez le rapport : un fichier PDF ou une adresse."))
        return cleaned


class DecisionForm(Form):
    decision = forms.ChoiceField(
        label=_("Décision"),
        choices=[("confirm", _("confirmer un niveau")), ("refuse", _("ne pas retenir ce rapport"))],
        widget=forms.RadioSelect,
    )
    level = forms.TypedChoiceField(
        label=_("Niveau confirmé"), coerce=int, required=False, empty_value=None
    )
    reason = long_text(
        _("Motifs"),
        max_length=3000,
        help_text=_(
            "Ils sont publiés avec le niveau : ce que le rapport montre, et ce qu’il ne montre pas."
        ),
    )

    def __init__(self, *args: Any, report: IndependentEvaluation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = min(ceiling(report.method, report.tie), report.level_claimed)
        self.fields["level"].choices = [("", _("Choisir")), *level_choices(most)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "confirm" and not cleaned.get("level"):
            self.add_error("level", _("Choisissez le niveau que vous confirmez."))
        return cleaned


class ReasonForm(Form):
    reason = long_text(_("Motifs"), max_length=3000, help_text=_("Les lecteurs les verront."))
