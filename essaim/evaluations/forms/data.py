"""Depositing data, and saying what their columns are."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form
from essaim.evaluations.designs import ROLES
from essaim.evaluations.mapping import Mapping, guess, guess_groups, needed
from essaim.evaluations.models import Dataset, Evaluation


class DepositForm(Form):
    mark_optional = False  # one of the two is due, whichever

    text = forms.CharField(
        label=_("Coller un tableau"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "wrap": "off"}),
        help_text=_(
            "Copiez-le de votre tableur, titres compris : une ligne par personne, désignée par un"
            " pseudonyme (E01, E02…). Jamais de nom, d’adresse ni de numéro officiel."
        ),
    )
    file = forms.FileField(
        label=_("Ou déposer un fichier"),
        required=False,
        help_text=_("CSV ou XLSX (première feuille)."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        has_file, has_text = bool(cleaned.get("file")), bool((cleaned.get("text") or "").strip())
        if "file" in self.errors:
            return cleaned
        if has_file and has_text:
            raise forms.ValidationError(
                _("Choisissez un fichier ou collez un tableau, pas les deux.")
            )
        if not has_file and not has_text:
            self.add_error("text", _("Collez un tableau, ou choisissez un fichier."))
        limit = settings.EVALUATIONS["megabytes"]
        if has_file and cleaned["file"].size > limit * 1024 * 1024:
            self.add_error("file", _("Le fichier dépasse %(most)s Mo.") % {"most": limit})
        return cleaned


class ColumnsForm(Form):
    """One choice for each role that the plan may use; the likely ones are proposed."""

    def __init__(self, *args: Any, evaluation: Evaluation, dataset: Dataset, **kwargs: Any) -> None:
        columns = {column["name"]: column.get("values", []) for column in dataset.columns}
        guessed = guess(columns)
        kwargs["initial"] = guessed | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        required = needed(evaluation)
        compared = "group" in required
        choices = [("", _("aucune")), *((name, name) for name in columns)]
        for role, label in ROLES.items():
            if (role == "group" and not compared) or (role == "period" and role not in required):
                continue
            self.fields[role] = forms.ChoiceField(
                label=capfirst(str(label)), choices=choices, required=role in required
            )
            if role == "group":
                self._add_groups(columns.get(guessed.get("group", ""), []))
        taken = {guessed.get(role) for role in ("unit", "group", "pre", "post")}
        planned = {name.casefold() for name in evaluation.subgroups}
        self.fields["subgroups"] = forms.MultipleChoiceField(
            label=_("Colonnes qui distinguent des sous-groupes"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            choices=[
                (name, self._kind(name, planned)) for name in columns if name not in taken
            ],
            initial=[name for name in columns if name.casefold() in planned],
        )  # fmt: skip

    @staticmethod
    def _kind(name: str, planned: set[str]) -> str:
        if name.casefold() in planned:
            return _("%(name)s (prévu par le plan)") % {"name": name}
        return _("%(name)s (exploratoire)") % {"name": name}

    def _add_groups(self, values: list[str]) -> None:
        treated, control = guess_groups(values)
        hint: Any
        if not treated and len(values) == 2:
            hint = _("Le fichier contient : %(values)s.") % {"values": ", ".join(values)}
        else:
            hint = _("Tel qu’il est écrit dans le fichier.")
        self.fields["treated"] = forms.CharField(
            label=_("Nom du groupe qui a reçu l’action"),
            max_length=100,
            initial=treated,
            help_text=hint,
        )
        self.fields["control"] = forms.CharField(
            label=_("Nom du groupe de comparaison"), max_length=100, initial=control
        )  # fmt: skip

    def mapping(self) -> Mapping:
        given = self.cleaned_data
        return Mapping(
            roles={role: given[role] for role in ROLES if given.get(role)},
            treated=given.get("treated", "").strip(),
            control=given.get("control", "").strip(),
            subgroups=given["subgroups"],
        )
