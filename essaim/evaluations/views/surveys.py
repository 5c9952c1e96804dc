"""The team's pages of a survey of users, and its public page once concluded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, refuse, take
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.evaluations import rules
from essaim.evaluations.actions import surveys
from essaim.evaluations.forms.independent import ReasonForm
from essaim.evaluations.forms.voice import (
    AnswerForm,
    GuideForm,
    QuestionsForm,
    SurveyForm,
    VoiceConclusionForm,
)
from essaim.evaluations.models import Question, Response, Survey, SurveyState
from essaim.evaluations.voice_results import results_of
from essaim.evaluations.voice_templates import choices_of, introduction
from essaim.initiatives.models import Initiative

from .common import signed_in

SHOWN_TEXTS = 200
DETAILS = (
    "title", "audience", "invited", "controller", "introduction", "minimum", "closes_on",
    "deletion_on",
)  # fmt: skip


def fetch(request: HttpRequest, pk: int, may: Callable[[Any, Survey], bool]) -> Survey:
    survey: Survey = get_object_or_404(Survey.objects.visible_to(request.user).for_detail(), pk=pk)
    if not may(request.user, survey):
        raise PermissionDenied
    return survey


@signed_in_or_kept
@form_page
def create(request: HttpRequest, slug: str) -> HttpResponse:
    cards = Initiative.objects.visible_to(request.user).select_related("holder")
    card = get_object_or_404(cards, slug=slug)
    if not rules.can_survey(request.user, card):
        raise PermissionDenied
    today = timezone.localdate()
    form = SurveyForm(
        posted(request),
        initial={
            "introduction": introduction(),
            "controller": card.holder.name if card.holder else "",
            "closes_on": today + dt.timedelta(days=30),
            "deletion_on": today + dt.timedelta(days=395),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            survey = surveys.create(card, by=request.user, **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            return redirect(survey)
    return render(
        request,
        "evaluations/survey_create.html",
        {"card": card, "form": form},
        status=422 if request.method == "POST" else 200,
    )


@require_safe
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_view_survey)
    runs = rules.can_run_survey(request.user, found)
    follows = runs or rules.can_follow_survey(request.user, found)
    texts = _texts(found) if runs and found.state == SurveyState.CLOSED else []
    return render(
        request,
        "evaluations/survey.html",
        {
            "survey": found,
            "card": found.initiative,
            "states": SurveyState,
            "runs": runs,
            "follows": follows,
            "can_withdraw": found.state == SurveyState.CONCLUDED
            and rules.can_withdraw_survey(request.user, found),
            "results": results_of(found, whole=runs)
            if follows or found.state == SurveyState.CONCLUDED
            else None,
            "texts": texts,
            "link": request.build_absolute_uri(found.answer_path) if runs else "",
            "questions": [(q, choices_of(q)) for q in found.questions.all()],
        },
    )


def _texts(found: Survey) -> list[tuple[Question, list[str]]]:
    """What was written in full, for the team alone, until the answers are erased: sorted, so
    that the order tells nothing of who answered when."""
    questions = [q for q in found.questions.all() if q.kind == Question.Kind.TEXT]
    rows = list(Response.objects.filter(survey=found).values_list("answers", flat=True)[:5000])
    if len(rows) < found.minimum:
        return []
    return [
        (q, sorted(str(row[q.name]) for row in rows if q.name in row)[:SHOWN_TEXTS])
        for q in questions
    ]


@signed_in_or_kept
@form_page
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_run_survey)
    form = SurveyForm(posted(request), initial={name: getattr(found, name) for name in DETAILS})
    return _act(
        request, found, form,
        lambda data: surveys.edit(found, **{name: data[name] for name in DETAILS}),
        title=_("Préparer l’enquête"), button=_("Enregistrer"), done=_("C’est enregistré."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_run_survey)
    form = QuestionsForm(posted(request), survey=found)
    return _act(
        request, found, form,
        lambda data: surveys.write_questions(found, form.questions()),
        title=_("Les questions"), button=_("Enregistrer les questions"),
        done=_("Les questions sont enregistrées."),
        intro=_("Peu de questions, courtes, dans les mots des personnes : cinq ou six suffisent. Effacez le texte d’une question pour la retirer."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def guide(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_run_survey)
    return _act(
        request, found, GuideForm(posted(request), initial={"guide": found.guide}),
        lambda data: surveys.write_guide(found, guide=data["guide"]),
        title=_("Le guide d’entretien"), button=_("Enregistrer le guide"),
        done=_("Le guide est enregistré."),
        intro=_("Quelques entretiens en apprennent plus qu’un long questionnaire. Ce guide s’imprime."),
    )  # fmt: skip


@signed_in_or_kept
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The questionnaire and the guide to print: the same questions as by the link."""
    found = fetch(request, pk, rules.can_follow_survey)
    return render(
        request,
        "evaluations/survey_paper.html",
        {
            "survey": found,
            "card": found.initiative,
            "questions": [(q, choices_of(q)) for q in found.questions.all()],
        },
    )


@never_cache
@signed_in
@form_page
def typing(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper answer, or one given by voice, then the next."""
    found = fetch(request, pk, rules.can_run_survey)
    # Never kept in a session that expired: the next person at this machine would read it.
    form = AnswerForm(
        request.POST if request.method == "POST" else None, survey=found, channels=True
    )

    def do(data: dict[str, Any]) -> None:
        surveys.answer(found, submission=data["submission"], channel=data["channel"], answers=data)

    return _act(
        request, found, form, do,
        title=_("Saisir une réponse"), button=_("Enregistrer, puis saisir la suivante"),
        done=_("La réponse est enregistrée."), to="evaluations:survey_typing",
        intro=_("Une réponse donnée sur papier ou de vive voix, telle quelle : n’ajoutez rien, et aucun nom."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Open, close, give up, or make the link anew: by the button alone."""
    found = fetch(request, pk, rules.can_run_survey)
    do, done = {
        "ouvrir": (surveys.open_survey, _("L’enquête est ouverte : donnez son lien.")),
        "clore": (surveys.close, _("L’enquête est close. Lisez les résultats, puis concluez.")),
        "arreter": (surveys.abandon, _("L’enquête est arrêtée, ses réponses sont effacées.")),
        "lien": (
            surveys.renew_link,
            _("L’ancien lien ne mène plus nulle part : donnez le nouveau."),
        ),
    }[verb]
    try:
        do(found)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return redirect(found)


@signed_in_or_kept
@form_page
def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_run_survey)
    return _act(
        request, found, VoiceConclusionForm(posted(request)),
        lambda data: surveys.conclude(found, by=request.user, **data),
        title=_("Conclure l’enquête"), button=_("Conclure et publier sur la fiche"),
        done=_("L’enquête est conclue : elle paraît parmi les preuves de la fiche."),
        intro=_("Les comptes et leurs limites sont publiés tels quels ; ce que vous écrivez ici les accompagne."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_withdraw_survey)
    return _act(
        request, found, ReasonForm(posted(request)),
        lambda data: surveys.withdraw(found, by=request.user, reason=data["reason"]),
        title=_("Retirer l’enquête"), button=_("Retirer l’enquête"),
        done=_("L’enquête est retirée ; ses réponses sont effacées."),
    )  # fmt: skip


def _act(
    request: HttpRequest,
    found: Survey,
    form: Any,
    do: Callable[[dict[str, Any]], Any],
    *,
    to: str = "",
    **said: Any,
) -> HttpResponse:
    return take(
        request, form, do, back=reverse(to, args=[found.pk]) if to else found,
        template="evaluations/survey_act.html", survey=found, card=found.initiative, **said,
    )  # fmt: skip
