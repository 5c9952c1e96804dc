"""Reports, comments, notes, opinions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, LinesField, OnceForm, day, text
from essaim.common.money import EurosField
from essaim.funding.models import ReportSpending
from essaim.people.models import Organisation

SPENT = "spent_"  # before the line, in the name of its field


class ReportForm(OnceForm):
    on = day(_("Au"))
    done = text(_("Ce qui a été fait"), rows=5, max_length=5000)
    learnt = text(_("Ce que l’on a appris"), rows=4, max_length=5000, required=False)
    problems = text(_("Difficultés"), rows=4, max_length=5000, required=False)
    sure = forms.BooleanField(label=_("Cette dépense est bien la bonne"), required=False)
    indicators = LinesField(
        label=_("Indicateurs"), line_length=300, lines=30, required=False,
        help_text=_("Un par ligne : nom = valeur. Par exemple : logements rénovés = 4."),
    )  # fmt: skip

    def __init__(self, *args: Any, kinds: Sequence[str], **kwargs: Any) -> None:
        """``kinds``: the lines of the amount of a site, each of which is spent on."""
        super().__init__(*args, **kwargs)
        labels = dict(ReportSpending.KINDS)
        self.spent = {f"{SPENT}{kind}": kind for kind in [*kinds, ReportSpending.OTHER]}
        for number, (name, kind) in enumerate(self.spent.items()):
            self.fields[name] = EurosField(
                label=format_lazy(_("Dépensé pour : {line} (€)"), line=labels[kind]),
                required=False,
                help_text=_(
                    "Depuis le début du pilote, rapports précédents compris. Vide si rien n’est"
                    " dépensé."
                )
                if not number
                else "",
            )
        self.order_fields(
            ["on", "done", "learnt", "problems", *self.spent, "sure", "indicators", "submission"]
        )
        if "sure" not in self.data:
            self.fields["sure"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """``spending``: cents by line; the fields that gave them go."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["spending"] = {kind: data.pop(name, None) or 0 for name, kind in self.spent.items()}
        for name, kind in self.spent.items():
            if data["spending"][kind] < 0 and name not in self.errors:
                self.add_error(name, _("Une dépense n’est pas négative."))
        return data

    def add_error(self, field: Any, error: Any) -> None:
        if field == "sure":
            self.fields["sure"].widget = forms.CheckboxInput()
        super().add_error(field, error)

    def clean_indicators(self) -> list[tuple[str, str]]:
        found = []
        for line in self.cleaned_data["indicators"]:
            name, sign, value = line.partition("=")
            if not sign or not name.strip() or not value.strip():
                raise ValidationError(
                    _("« %(line)s » : écrivez nom = valeur."), params={"line": line[:60]}
                )
            found.append((name.strip()[:200], value.strip()[:100]))
        return found  # fmt: skip


class MilestoneForm(OnceForm):
    title = forms.CharField(
        label=_("Ce qui doit être atteint"), max_length=200,
        help_text=_("Par exemple : quatre logements rénovés."),
    )  # fmt: skip
    planned_on = day(_("Prévu le"))


class MilestoneReachedForm(Form):
    on = day(_("Atteint le"))


class OwnForm(Form):
    """Said in the name of one of one's organisations."""

    organisation = forms.ModelChoiceField(
        label=_("Au nom de"), queryset=Organisation.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = organisations


class CommentForm(OwnForm, OnceForm):
    """The organisation is asked for where there are several."""

    text = text(_("Votre commentaire"))

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, organisations=organisations, **kwargs)
        if len(organisations) < 2:
            del self.fields["organisation"]


class VisitForm(OwnForm, OnceForm):
    on = day(_("Visite le"))
    seen = text(_("Ce que vous avez vu"), rows=6, max_length=5000)
    questions = text(_("Ce qui reste à comprendre"), rows=3, required=False)


class OpinionForm(OwnForm):
    is_favourable = forms.TypedChoiceField(
        label=_("Le pilote a-t-il fait la preuve du concept ?"),
        choices=[("yes", _("Oui")), ("no", _("Non"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reasons = text(
        _("Vos motifs"), rows=6, max_length=5000,
        help_text=_("Lus par tous quand le constat est publié ; d’ici là, par votre organisation seule."),
    )  # fmt: skip


class RecusalForm(OwnForm):
    reason = forms.CharField(
        label=_("Quel est cet intérêt ?"), max_length=300,
        help_text=_("Par exemple : l’organisation emploie le porteur, ou en est membre."),
    )  # fmt: skip


class NoteForm(OwnForm, OnceForm):
    text = text(
        _("Note interne"), rows=4, max_length=5000,
        help_text=_("Lue par les membres de votre organisation, et par personne d’autre."),
    )  # fmt: skip
