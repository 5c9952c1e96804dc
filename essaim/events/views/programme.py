"""The programme and the questions asked at registration."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.events import rules
from essaim.events.actions import programme as acting
from essaim.events.forms.events import QuestionForm, SessionForm

from .common import act, fetch


@signed_in_or_kept
@form_page
def sessions(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug, rules.can_run)
    form = SessionForm(
        posted(request), initial={"starts_at": event.starts_at, "ends_at": event.ends_at}
    )

    def do(given: dict[str, Any]) -> None:
        acting.save_session(event, **given)

    return act(
        request, form, do, event=event, back=reverse("events:sessions", args=[event.slug]),
        title=_("Programme"), button=_("Ajouter la séance"), done=_("La séance est au programme."),
        template="events/sessions.html", sessions=list(event.sessions.all()),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def session(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = fetch(request, slug, rules.can_run)
    row = get_object_or_404(event.sessions, pk=pk)
    lines = [", ".join(part for part in (s["name"], s["role"]) if part) for s in row.speakers]
    initial = {
        "title": row.title, "starts_at": row.starts_at, "ends_at": row.ends_at, "room": row.room,
        "text": row.text, "speakers": lines,
    }  # fmt: skip

    def do(given: dict[str, Any]) -> None:
        acting.save_session(event, row, **given)

    return act(
        request, SessionForm(posted(request), initial=initial), do, event=event,
        back=reverse("events:sessions", args=[event.slug]), title=_("Modifier la séance"),
        button=_("Enregistrer"), done=_("La séance est modifiée."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove_session(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = fetch(request, slug, rules.can_run)
    row = get_object_or_404(event.sessions, pk=pk)
    return press(
        request, lambda: acting.remove_session(row), done=_("La séance est retirée."),
        back=reverse("events:sessions", args=[event.slug]),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def questions(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug, rules.can_run)

    def do(given: dict[str, Any]) -> None:
        acting.add_question(event, **given)

    return act(
        request, QuestionForm(posted(request)), do, event=event,
        back=reverse("events:questions", args=[event.slug]), title=_("Questions d’inscription"),
        button=_("Ajouter la question"), done=_("La question est ajoutée."),
        template="events/questions.html", questions=list(event.questions.all()),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove_question(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = fetch(request, slug, rules.can_run)
    row = get_object_or_404(event.questions, pk=pk)
    return press(
        request, lambda: acting.remove_question(row),
        done=_("La question est retirée, et ses réponses effacées."),
        back=reverse("events:questions", args=[event.slug]),
    )  # fmt: skip
