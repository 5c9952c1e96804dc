"""Questions on a call and their answers."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.calls import access, rules
from essaim.calls.actions import questions as acting
from essaim.calls.forms.questions import AnswerForm, QuestionForm
from essaim.calls.models import CallQuestion, State
from essaim.common.acts import form_page, posted, take
from essaim.common.kept import signed_in_or_kept

from .common import get_call, get_run, header

PER_PAGE = 20
ASKED_IN = (State.ANNOUNCED, State.OPEN, State.CLOSED)


@form_page
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """Read by all; asked by who is signed in."""
    if request.method == "POST":
        return _ask(request, slug)
    return _page(request, slug)


@signed_in_or_kept
def _ask(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, slug)


def _page(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_call(request, slug)
    user: Any = request.user
    found = CallQuestion.objects.visible_to(user).filter(call=call).order_by("-at", "-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    runs = rules.can_run(user, call)
    if runs:  # private ones among them
        access.record(call, by=user, what="questions")
    # Help on replication words the request for a facilitator; it is read again before it is sent.
    asked = {"text": request.GET.get("texte", "")[:2000], "private": "prive" in request.GET}
    form = QuestionForm(posted(request), initial=asked)
    address = reverse("calls:questions", args=[slug])
    return take(
        request, form,
        lambda data: acting.ask(call, by=user, **data),
        done=_("Votre question est posée : la réponse vous sera signalée."), back=address,
        template="calls/questions.html", page=page,
        may_ask=user.is_authenticated and call.state in ASKED_IN,
        answers=runs, **header(request, call),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def answer(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    call = get_run(request, slug)
    access.record(call, by=request.user, what="answer_question")
    seen = CallQuestion.objects.visible_to(request.user)
    row = get_object_or_404(seen.filter(call=call, answered_at=None), pk=number)
    form = AnswerForm(posted(request), question=row)
    return take(
        request, form, lambda data: acting.answer(row, by=request.user, **data),
        done=_("La réponse est envoyée."), back=reverse("calls:questions", args=[slug]),
        template="calls/applying_act.html", application=None, call=call,
        title=_("Répondre à une question"), button=_("Répondre"), quoted=row.text,
    )  # fmt: skip
