"""Questions on a card and their answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from essaim.common.acts import form_page, posted, press, refuse, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.contributions import notifications, rules
from essaim.contributions.actions import questions as actions
from essaim.contributions.forms.questions import AnswerForm, CorrectForm, QuestionForm
from essaim.contributions.models import Answer, Question
from essaim.contributions.views.common import PER_PAGE, fetch_card, read_here

ANSWERS_PER_PAGE = 50


def _question(request: HttpRequest, slug: str, pk: int) -> Question:
    questions = Question.objects.visible_to(request.user).for_detail()
    found: Question = get_object_or_404(questions, card__slug=slug, pk=pk)
    return found


def _answer(request: HttpRequest, slug: str, pk: int) -> Answer:
    """An answer of a conversation that this person reads."""
    found: Answer = get_object_or_404(
        Answer.objects.for_list().select_related("question__card__holder").filter(
            question__card__slug=slug
        ),
        pk=pk,
    )  # fmt: skip
    get_object_or_404(Question.objects.visible_to(request.user), pk=found.question_id)
    return found


@form_page
def discussion(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions that this person may read, and the form to ask."""
    if request.method == "POST":
        return _ask(request, slug)
    return _discussion(request, slug, QuestionForm(posted(request), user=request.user))


@signed_in_or_kept
def _ask(request: HttpRequest, slug: str) -> HttpResponse:
    card = fetch_card(request, slug, rules.can_ask)
    form = QuestionForm(request.POST, user=request.user)
    if form.is_valid():
        given = form.cleaned_data
        try:
            question = actions.ask(
                card,
                given["text"],
                by=request.user,
                key=given["key"],
                is_private=given["is_private"],
                organisation=given.get("organisation"),
            )
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(
                request, _("Votre question est posée. Vous serez prévenu de la réponse.")
            )
            return redirect(question)
    return _discussion(request, slug, form)


def _discussion(request: HttpRequest, slug: str, form: QuestionForm) -> HttpResponse:
    card = fetch_card(request, slug)
    questions = Question.objects.visible_to(request.user).filter(card=card).listed().for_list()
    page = Paginator(questions, PER_PAGE).get_page(request.GET.get("page"))
    for question in page:
        question.card = card
    return render(
        request,
        "contributions/discussion.html",
        {"card": card, "page": page, "form": form, "can_ask": rules.can_ask(request.user, card)},
        status=status_code(request),
    )


@form_page
def detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One question, all its answers, and the form to answer."""
    if request.method == "POST":
        return _reply(request, slug, pk)
    question = _question(request, slug, pk)
    return _page(request, question, AnswerForm(posted(request), user=request.user))


@signed_in_or_kept
def _reply(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    question = _question(request, slug, pk)
    if not rules.can_answer(request.user, question):
        raise PermissionDenied
    form = AnswerForm(request.POST, user=request.user)
    if form.is_valid():
        given = form.cleaned_data
        try:
            said = actions.answer(
                question,
                given["text"],
                by=request.user,
                key=given["key"],
                organisation=given.get("organisation"),
            )
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            done = _("Votre message est envoyé.") if question.is_private else ""
            messages.success(request, done or _("Votre réponse est publiée."))
            return redirect(said)
    return _page(request, question, form)


def _page(request: HttpRequest, question: Question, form: AnswerForm) -> HttpResponse:
    answers = Answer.objects.filter(question=question).for_list()
    page = Paginator(answers, ANSWERS_PER_PAGE).get_page(request.GET.get("page"))
    read_here(request, notifications.QUESTION, question.pk)
    read_here(request, notifications.ANSWER, *(answer.pk for answer in page))
    user = request.user
    can_edit = rules.can_decide_proposals(user, question.card)
    may_add = not question.is_private and user.is_authenticated
    rows = [
        {
            "answer": answer,
            "can_change": answer.is_shown and rules.can_change_said(user, answer),
            "can_add": may_add
            and answer.is_shown
            and (can_edit or answer.author_id == user.pk),
        }
        for answer in page
    ]  # fmt: skip
    return render(
        request,
        "contributions/question.html",
        {
            "card": question.card,
            "question": question,
            "page": page,
            "rows": rows,
            "form": form,
            "is_own": user.is_authenticated and question.author_id == user.pk,
            "can_answer": question.is_shown and rules.can_answer(user, question),
            "can_change": question.is_shown and rules.can_change_said(user, question),
            "can_mark": rules.can_mark_useful(user, question),
            "can_report": user.is_authenticated,
        },
        status=status_code(request),
    )


@form_page
@signed_in_or_kept
def correct(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    question = _question(request, slug, pk)
    return _correct(request, question, question)


@form_page
@signed_in_or_kept
def correct_answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    said = _answer(request, slug, pk)
    return _correct(request, said, said.question)


def _correct(request: HttpRequest, said: Question | Answer, question: Question) -> HttpResponse:
    if not rules.can_change_said(request.user, said):
        raise PermissionDenied
    form = CorrectForm(posted(request), initial={"text": said.text})
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct(said, form.cleaned_data["text"])
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, _("Votre texte est corrigé."))
            return redirect(said)
    context: dict[str, Any] = {"card": question.card, "question": question, "form": form}
    return render(request, "contributions/correct.html", context, status=status_code(request))


@require_POST
@signed_in_or_kept
def take_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    question = _question(request, slug, pk)
    if not rules.can_change_said(request.user, question):
        raise PermissionDenied
    return press(
        request,
        lambda: actions.take_back(question),
        done=_("Votre question est retirée."),
        back="contributions:discussion",
        slug=slug,
    )


@require_POST
@signed_in_or_kept
def take_back_answer(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    said = _answer(request, slug, pk)
    if not rules.can_change_said(request.user, said):
        raise PermissionDenied
    return press(
        request,
        lambda: actions.take_back(said),
        done=_("Votre réponse est retirée."),
        back=said.question,
    )


@require_POST
@signed_in_or_kept
def useful(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Say that an answer served (``useful=no``: no longer)."""
    said = _answer(request, slug, pk)
    if not rules.can_mark_useful(request.user, said.question):
        raise PermissionDenied
    wanted = request.POST.get("useful") != "no"
    return press(
        request,
        lambda: actions.mark_useful(said, by=request.user, useful=wanted),
        done=_("La réponse est marquée utile.") if wanted else _("La marque est retirée."),
        back=said,
    )
