"""Preparing a survey of users, answering it, concluding it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.common.forms import DayField, Form, OnceForm, long_text
from essaim.common.text import in_french
from essaim.evaluations.actions.surveys import MOST_QUESTIONS
from essaim.evaluations.models import Question, Response, Survey
from essaim.evaluations.models.voice import SMALLEST
from essaim.evaluations.voice_templates import choices_of


class SurveyForm(OnceForm):
    title = forms.CharField(label=_("Nom de l’enquête"), max_length=200)
    audience = forms.CharField(
        label=_("Qui est interrogé"), max_length=300,
        help_text=_("Par exemple : les 120 ménages reçus depuis janvier."),
    )  # fmt: skip
    invited = forms.IntegerField(
        label=_("Personnes à qui l’on propose de répondre"), min_value=1, max_value=10_000_000,
        required=False, help_text=_("Pour dire quelle part d’entre elles a répondu."),
    )  # fmt: skip
    controller = forms.CharField(
        label=_("Qui est responsable des réponses"), max_length=200,
        help_text=_("Le service ou l’association, et à qui écrire : c’est dit aux personnes."),
    )  # fmt: skip
    introduction = long_text(_("Ce que l’on dit aux personnes"), max_length=2000)
    closes_on = DayField(label=_("Dernier jour pour répondre"))
    deletion_on = DayField(
        label=_("Date d’effacement des réponses"),
        help_text=_("Les comptes restent ; les réponses elles-mêmes s’effacent ce jour-là."),
    )
    minimum = forms.IntegerField(
        label=_("Réponses nécessaires pour montrer un résultat"),
        min_value=SMALLEST,
        max_value=1000,
        initial=10,
        help_text=_("Cinq au moins : en dessous, on pourrait deviner qui a dit quoi."),
    )


class QuestionsForm(Form):
    """Ten places; those left empty ask nothing."""

    mark_optional = False

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(survey.questions.all())
        self.places = [f"q{number}" for number in range(1, MOST_QUESTIONS + 1)]
        for number, place in enumerate(self.places, start=1):
            question = known[number - 1] if number <= len(known) else None
            self.fields[f"{place}_text"] = forms.CharField(
                label=_("Question %(number)s") % {"number": number},
                max_length=300,
                required=False,
                initial=question.text if question else "",
            )
            self.fields[f"{place}_kind"] = forms.ChoiceField(
                label=_("Forme de la réponse %(number)s") % {"number": number},
                choices=Question.Kind,
                initial=question.kind if question else Question.Kind.AGREE,
            )
            self.fields[f"{place}_choices"] = forms.CharField(
                label=_("Réponses proposées %(number)s") % {"number": number},
                required=False,
                max_length=2000,
                initial="\n".join(question.choices) if question else "",
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("Pour un choix dans une liste : une par ligne."),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for place in self.places:
            choices = [line.strip() for line in cleaned.get(f"{place}_choices", "").splitlines()]
            choices = list(dict.fromkeys(line for line in choices if line))
            if (
                cleaned.get(f"{place}_text")
                and cleaned.get(f"{place}_kind") == Question.Kind.CHOICE
            ):
                if not 2 <= len(choices) <= 12:
                    self.add_error(
                        f"{place}_choices", _("Proposez de deux à douze réponses, une par ligne.")
                    )
                elif max(map(len, choices)) > 100:
                    self.add_error(f"{place}_choices", _("Cent caractères au plus par réponse."))
            cleaned[f"{place}_choices"] = choices
        return cleaned

    def rows(self) -> list[dict[str, Any]]:
        """The places, each with its fields; those that hold or refuse something are unfolded."""
        found = []
        for number, place in enumerate(self.places, start=1):
            fields = [self[f"{place}_{part}"] for part in ("text", "kind", "choices")]
            filled = bool(fields[0].value()) or any(field.errors for field in fields)
            found.append({"number": number, "fields": fields, "open": filled})
        return found

    def questions(self) -> list[dict[str, Any]]:
        data = self.cleaned_data
        return [
            {
                "text": data[f"{place}_text"],
                "kind": data[f"{place}_kind"],
                "choices": data[f"{place}_choices"]
                if data[f"{place}_kind"] == Question.Kind.CHOICE
                else [],
            }
            for place in self.places
            if data.get(f"{place}_text")
        ]


class GuideForm(Form):
    guide = long_text(_("Guide d’entretien"), rows=16, max_length=10_000, required=False)


class AnswerForm(Form):
    """One field a question, none of them due; nothing that says who answers."""

    mark_optional = False
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, survey: Survey, channels: bool = False, **kwargs: Any) -> None:
        kwargs["initial"] = {"submission": uuid.uuid4()}
        super().__init__(*args, **kwargs)
        if channels:
            self.fields["channel"] = forms.ChoiceField(
                label=_("Comment la personne a répondu"),
                choices=[
                    (c.value, c.label) for c in (Response.Channel.PAPER, Response.Channel.PHONE)
                ],
                widget=forms.RadioSelect,
                initial=Response.Channel.PAPER,
            )
        for question in survey.questions.all():
            self.fields[question.name] = _field(question)


def _field(question: Question) -> forms.Field:
    if question.kind == Question.Kind.TEXT:
        return forms.CharField(
            label=in_french(question.text), required=False, max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Sans nom ni rien qui permette de reconnaître quelqu’un."),
        )  # fmt: skip
    choices = choices_of(question)
    if question.kind == Question.Kind.CHOICE:
        choices = [(value, in_french(words)) for value, words in choices]
    return forms.ChoiceField(
        label=in_french(question.text), required=False, choices=choices, widget=forms.RadioSelect
    )


class VoiceConclusionForm(Form):
    interviews = forms.IntegerField(
        label=_("Entretiens menés"), min_value=0, max_value=100_000, initial=0
    )
    heard = long_text(
        _("Ce que les personnes ont dit"),
        help_text=_("Ce qui revient, et ce qui diverge. Des mots rapportés, jamais de nom."),
    )
    limits = long_text(
        _("Limites"), max_length=3000,
        help_text=_("Qui n’a pas été entendu, et pourquoi ; comment les personnes ont été choisies."),
    )  # fmt: skip
    changes = long_text(_("Ce que nous allons changer"), rows=3, max_length=3000, required=False)
