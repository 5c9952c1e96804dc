"""A creativity session: challenges, ideas, votes, what is kept; tasks of a card."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.forms.models import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.errors import DomainError
from essaim.common.kept import signed_in_or_kept
from essaim.events import rules
from essaim.events.actions import creative as acting
from essaim.events.document import canvas_pdf
from essaim.events.forms.taking_part import ChallengeForm, IdeaForm, KeepForm
from essaim.events.models import Challenge, Event, Idea, Task, Vote
from essaim.initiatives.models import Initiative

from .common import act, fetch


@require_safe
def session(request: HttpRequest, slug: str) -> HttpResponse:
    """Challenges for all; ideas and votes for those who take part."""
    event = fetch(request, slug)
    takes_part = bool(rules.can_take_part(request.user, event))
    may_run = bool(rules.can_run(request.user, event))
    challenges = list(event.challenges.select_related("initiative", "organisation"))
    ideas: dict[int, list[Idea]] = {each.pk: [] for each in challenges}
    voted: set[int] = set()
    if takes_part:
        for idea in Idea.objects.filter(challenge__event=event).for_list().select_related("task"):
            ideas[idea.challenge_id].append(idea)
        mine = Vote.objects.filter(idea__challenge__event=event, user=request.user.pk)
        voted = set(mine.values_list("idea", flat=True))
    context = {
        "event": event,
        "rows": [(each, ideas[each.pk]) for each in challenges],
        "takes_part": takes_part,
        "may_run": may_run,
        "may_challenge": bool(rules.can_set_challenge(request.user, event)),
        # What they noted themselves; who runs the event corrects all.
        "mine": request.user.pk if takes_part else None,
        "voted": voted,
    }
    return render(request, "events/session.html", context)


@signed_in_or_kept
@form_page
def add_challenge(request: HttpRequest, slug: str) -> HttpResponse:
    """By who runs the event, or a holder who comes to it."""
    event = fetch(request, slug, rules.can_set_challenge)
    user: Any = request.user
    form = ChallengeForm(posted(request), cards=_cards(event, user))

    def do(given: dict[str, Any]) -> None:
        acting.set_challenge(event, by=user, **given)

    return act(
        request, form, do, event=event, back=reverse("events:session_page", args=[event.slug]),
        title=_("Proposer un défi"), button=_("Proposer"),
        done=_("Le défi est proposé : ceux qui participent y notent leurs idées."),
        intro=_("Ce que vous demandez aux autres de prendre en main pendant quelques heures."),
    )  # fmt: skip


def _cards(event: Event, user: Any) -> Any:
    mine = Q(pk__in=Initiative.objects.written_by(user).values("pk"))
    asked = mine | Q(agenda=event) if rules.can_run(user, event) else mine
    return Initiative.objects.filter(
        pk__in=Initiative.objects.published().filter(asked).values("pk")
    ).order_by("title")


@signed_in_or_kept
@form_page
def edit_challenge(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = fetch(request, slug)
    found = _challenge(event, pk)
    if not rules.can_correct(request.user, found):
        raise PermissionDenied
    cards = _cards(event, request.user)
    if found.initiative_id is not None:  # who runs the event corrects words, the card stays
        cards = Initiative.objects.filter(
            Q(pk__in=cards.values("pk")) | Q(pk=found.initiative_id)
        ).order_by("title")
    initial = model_to_dict(found, ["title", "text", "known", "initiative"])
    form = ChallengeForm(posted(request), cards=cards, initial=initial)

    def do(given: dict[str, Any]) -> None:
        given.pop("submission", None)
        acting.change_challenge(found, **given)

    return act(
        request, form, do, event=event, back=reverse("events:session_page", args=[event.slug]),
        title=_("Corriger un défi"), button=_("Enregistrer"), done=_("Le défi est corrigé."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove_challenge(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = fetch(request, slug)
    found = _challenge(event, pk)
    if not rules.can_correct(request.user, found):
        raise PermissionDenied
    return press(
        request, lambda: acting.remove_challenge(found), done=_("Le défi est retiré."),
        back=reverse("events:session_page", args=[event.slug]),
    )  # fmt: skip


def _idea(request: HttpRequest, event: Event, pk: int) -> Idea:
    rows = Idea.objects.select_related("challenge__event")
    found: Idea = get_object_or_404(rows, pk=pk, challenge__event=event)
    if not rules.can_correct(request.user, found):
        raise PermissionDenied
    return found


@signed_in_or_kept
@form_page
def edit_idea(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = fetch(request, slug)
    found = _idea(request, event, pk)
    form = IdeaForm(posted(request), initial=model_to_dict(found, ["title", "text", "table"]))

    def do(given: dict[str, Any]) -> None:
        given.pop("submission", None)
        acting.change_idea(found, **given)

    return act(
        request, form, do, event=event, back=reverse("events:session_page", args=[event.slug]),
        title=_("Corriger une idée"), button=_("Enregistrer"), done=_("L’idée est corrigée."),
        intro=found.challenge.title,
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove_idea(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = fetch(request, slug)
    found = _idea(request, event, pk)
    return press(
        request, lambda: acting.remove_idea(found), done=_("L’idée est retirée."),
        back=reverse("events:session_page", args=[event.slug]),
    )  # fmt: skip


def _challenge(event: Event, pk: int) -> Challenge:
    found: Challenge = get_object_or_404(event.challenges, pk=pk)
    return found


@signed_in_or_kept
@form_page
def add_idea(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = fetch(request, slug, rules.can_take_part)
    challenge = _challenge(event, pk)
    user: Any = request.user
    row = event.registrations.registered().filter(user=user).first()
    form = IdeaForm(posted(request), initial={"table": row.table if row else None})

    def do(given: dict[str, Any]) -> None:
        acting.add_idea(challenge, by=user, **given)

    return act(
        request, form, do, event=event, back=reverse("events:session_page", args=[event.slug]),
        title=_("Noter une idée"), button=_("Noter l’idée"), done=_("L’idée est notée."),
        intro=challenge.title,
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def vote(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = fetch(request, slug, rules.can_take_part)
    idea = get_object_or_404(Idea, pk=pk, challenge__event=event)
    return press(
        request, lambda: acting.vote(idea, by=request.user), done="",
        back=f"{reverse('events:session_page', args=[event.slug])}#idee-{idea.pk}",
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def keep(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = fetch(request, slug, rules.can_run)
    rows = Idea.objects.select_related("challenge")
    idea: Idea = get_object_or_404(rows, pk=pk, challenge__event=event)
    form = KeepForm(request.POST)

    def do() -> None:
        if not form.is_valid():
            raise DomainError(_("Écrivez le jour comme dans 31/12/2026, ou laissez vide."))
        acting.keep_idea(idea, by=request.user, **form.cleaned_data)

    return press(
        request, do,
        done=_("L’idée est retenue ; l’équipe de la fiche la trouve parmi ses tâches.")
        if idea.challenge.initiative_id is not None
        else _("L’idée est retenue. Ce défi n’est pas celui d’une fiche : elle ne devient la tâche de"
               " personne."),
        back=reverse("events:session_page", args=[event.slug]),
    )  # fmt: skip


@require_safe
def canvas(request: HttpRequest, slug: str) -> HttpResponse:
    event = fetch(request, slug)
    challenges = list(event.challenges.select_related("organisation"))
    if not challenges:
        raise Http404
    response = HttpResponse(canvas_pdf(event, challenges), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="canevas-{event.slug}.pdf"'
    return response


@signed_in_or_kept
@require_POST
def task(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Done, left, or opened again, by the card's team."""
    seen = Task.objects.filter(initiative__in=Initiative.objects.visible_to(request.user))
    found = get_object_or_404(seen.select_related("initiative"), pk=pk)
    if not rules.can_keep_tasks(request.user, found):
        raise PermissionDenied
    transition = {"fait": "do", "laisse": "drop", "rouvrir": "open_again"}.get(act)
    if transition is None:
        raise Http404
    acting.move_task(found, transition)
    return redirect(f"{found.initiative.get_absolute_url()}#taches")
