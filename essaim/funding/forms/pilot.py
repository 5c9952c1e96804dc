"""Reports, comments, notes, opinions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import Form, LinesField
from essaim.common.money import EurosField
from essaim.people.models import Organisation

from .fields import OnceForm, day, text


class ReportForm(OnceForm):
    on = day(_("Au"))
    done = text(_("Ce qui a été fait"), rows=5, max_length=5000)
    learnt = text(_("Ce que l’on a appris"), rows=4, max_length=5000, required=False)
    problems = text(_("Difficultés"), rows=4, max_length=5000, required=False)
    spent_cents = EurosField(
        label=_("Dépensé depuis le début (€)"), help_text=_("0 si rien n’est dépensé.")
    )
    sure = forms.BooleanField(label=_("Cette dépense est bien la bonne"), required=False)
    indicators = LinesField(
        label=_("Indicateurs"), line_length=300, lines=30, required=False,
        help_text=_("Un par ligne : nom = valeur. Par exemple : logements rénovés = 4."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "sure" not in self.data:
            self.fields["sure"].widget = forms.HiddenInput()

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


class CommentForm(OnceForm):
    text = text(_("Votre commentaire"))


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
