"""Plans, reports, closing reviews, lessons."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from essaim.calls.models import SupportOutcome
from essaim.common.forms import Form, LinesField, day, long_text
from essaim.people.models import User


class PlanForm(Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    who = forms.CharField(
        label=_("Qui accompagne"), max_length=200,
        help_text=_("Le service ou la fonction : ce texte est public."),
    )  # fmt: skip
    adviser = forms.ModelChoiceField(
        label=_("Personne référente"), queryset=User.objects.none(), required=False,
        help_text=_("Parmi ceux qui conduisent l’appel et n’ont pas de lien avec la candidature."),
    )  # fmt: skip
    days = forms.IntegerField(label=_("Jours d’accompagnement"), min_value=1, max_value=1000)
    starts_on = day(_("Du"))
    ends_on = day(_("Au"))
    content = long_text(
        _("Contenu de l’accompagnement"), required=False,
        help_text=_("Public : ce que le lauréat reçoit, en quelques phrases."),
    )  # fmt: skip
    report_months = forms.IntegerField(
        label=_("Un bilan d’étape tous les (mois)"), min_value=1, max_value=24, initial=6
    )
    milestones = LinesField(
        label=_("Jalons"), line_length=220, lines=30, required=False,
        help_text=_("Un par ligne : intitulé = date. Par exemple : première session = 2027-03-01."),
    )  # fmt: skip

    def __init__(self, *args: Any, advisers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["adviser"].queryset = advisers  # type: ignore[attr-defined]

    def clean_milestones(self) -> list[tuple[str, dt.date | None]]:
        found: list[tuple[str, dt.date | None]] = []
        for line in self.cleaned_data["milestones"]:
            title, sign, value = line.rpartition("=")
            if not sign:
                found.append((line.strip()[:200], None))
                continue
            try:
                due = parse_date(value.strip())
            except ValueError:
                due = None
            if due is None or not title.strip():
                raise ValidationError(
                    _("« %(line)s » : écrivez intitulé = année-mois-jour, ou l’intitulé seul."),
                    params={"line": line[:60]},
                )
            found.append((title.strip()[:200], due))
        return found


class FollowUpForm(Form):
    submission = forms.UUIDField(widget=forms.HiddenInput)
    on = day(_("Date du bilan"))
    done = long_text(_("Ce qui a été fait"), rows=5)
    learnt = long_text(_("Ce que l’on a appris"), required=False)
    problems = long_text(_("Difficultés"), required=False)
    indicators = LinesField(
        label=_("Indicateurs"), line_length=300, lines=30, required=False,
        help_text=_("Un par ligne : nom = valeur. Par exemple : personnes formées = 12."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"submission": uuid.uuid4()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    def clean_indicators(self) -> list[tuple[str, str]]:
        found = []
        for line in self.cleaned_data["indicators"]:
            name, sign, value = line.partition("=")
            if not sign or not name.strip() or not value.strip():
                raise ValidationError(
                    _("« %(line)s » : écrivez nom = valeur."), params={"line": line[:60]}
                )
            found.append((name.strip()[:200], value.strip()[:100]))
        return found


class ClosingForm(Form):
    outcome = forms.ChoiceField(
        label=_("Comment finit-il ?"), choices=SupportOutcome.choices, widget=forms.RadioSelect
    )
    review = long_text(_("Ce que l’accompagnement a permis"), rows=5)
    advice = long_text(_("Ce que l’on ferait autrement"), required=False)


class LessonForm(Form):
    tried = long_text(_("Ce que nous avons essayé"), max_length=3000)
    failed = long_text(_("Ce qui n’a pas marché, et pourquoi"), max_length=3000)
    advice = long_text(_("Ce que nous dirions à d’autres"), max_length=3000, required=False)
    is_public = forms.BooleanField(
        label=_("Ce texte peut être montré à tous"), required=False,
        help_text=_("Sans cet accord, seuls ceux qui conduisent l’appel le lisent. Vous pouvez le reprendre."),
    )  # fmt: skip


class CreditForm(Form):
    is_named = forms.BooleanField(
        label=_("Mon nom figure parmi les lauréats, sur la page publique"), required=False
    )
