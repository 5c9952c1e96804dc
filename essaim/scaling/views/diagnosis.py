"""The diagnosis of a card: kept with its date and author, left and resumed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.common.acts import refuse
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text, signed_in_or_kept
from essaim.initiatives.models import Initiative
from essaim.people.views.signed_in import person
from essaim.scaling import results, rules
from essaim.scaling.actions import diagnoses as actions
from essaim.scaling.forms.diagnosis import AnswerForm
from essaim.scaling.models import Diagnosis
from essaim.scaling.proposals import propose
from essaim.scaling.questions import BY_KEY, KEYS, QUESTIONS, following

SHOWN = 50


def card_of(request: HttpRequest, slug: str) -> Initiative:
    return get_object_or_404(Initiative.objects.visible_to(request.user).for_detail(), slug=slug)


def _diagnosed(request: HttpRequest, slug: str) -> Initiative:
    card = card_of(request, slug)
    if not rules.can_diagnose(request.user, card):
        raise PermissionDenied
    return card


def _draft(request: HttpRequest, card: Initiative) -> Diagnosis | None:
    if not request.user.is_authenticated:
        return None
    mine = Diagnosis.objects.drafts().filter(initiative=card, author=request.user)
    return mine.prefetch_related("answers").first()


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Past diagnoses, the one to resume, and the way to begin."""
    card = card_of(request, slug)
    can_diagnose = rules.can_diagnose(request.user, card)
    concluded = Diagnosis.objects.visible_to(request.user).concluded().filter(initiative=card)
    draft = _draft(request, card)
    context: dict[str, Any] = {
        "card": card,
        "can_diagnose": can_diagnose,
        "diagnoses": _with_answers(concluded.for_detail()[:SHOWN]),
        "questions": QUESTIONS,
        "draft": draft,
        "answered": len(draft.answers.all()) if draft else 0,
        "total": len(QUESTIONS),
    }
    return render(request, "scaling/diagnoses.html", context)


def _with_answers(found: Any) -> list[tuple[Diagnosis, list[bool | None]]]:
    rows = []
    for diagnosis in found:
        given = {answer.question: answer.answer for answer in diagnosis.answers.all()}
        rows.append((diagnosis, [given.get(key) for key in KEYS]))
    return rows


@require_POST
@signed_in_or_kept
def start(request: HttpRequest, slug: str) -> HttpResponse:
    card = _diagnosed(request, slug)
    draft = actions.start(card, by=person(request))
    given = set(draft.answers.values_list("question", flat=True))
    left = [key for key in KEYS if key not in given]
    if not left:
        return redirect("scaling:conclude", card.slug)
    return redirect("scaling:question", card.slug, left[0])


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def question(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """One question, the facts, and the answer they suggest."""
    if key not in BY_KEY:
        raise Http404
    card = _diagnosed(request, slug)
    draft = _draft(request, card)
    if draft is None:
        return redirect("scaling:diagnoses", card.slug)
    asked, proposal = BY_KEY[key], propose(card, request.user)[key]
    given = next((answer for answer in draft.answers.all() if answer.question == key), None)
    words = {True: "yes", False: "no"}
    initial = {
        "answer": words.get(given.answer if given else proposal.answer),  # type: ignore[arg-type]
        "reason": given.reason if given else "",
    }
    form = AnswerForm(request.POST or kept_text(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            # Kept in the language of the cards, whoever answers.
            with translation.override("fr"):
                kept = propose(card, request.user)[key]
            actions.answer(
                draft,
                key,
                yes=form.cleaned_data["answer"] == "yes",
                proposal=kept,
                reason=form.cleaned_data["reason"],
            )
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            after = following(key)
            if after is None:
                return redirect("scaling:conclude", card.slug)
            return redirect("scaling:question", card.slug, after.key)
    number = KEYS.index(key) + 1
    context = {
        "card": card,
        "form": form,
        "question": asked,
        "wording": asked.asked(draft.track),
        "proposal": proposal,
        "given": given,
        "number": number,
        "total": len(QUESTIONS),
        "next": following(key),
        "before": KEYS[number - 2] if number > 1 else "",
        "track": draft.track,
    }
    return render(request, "scaling/question.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def conclude(request: HttpRequest, slug: str) -> HttpResponse:
    """The six answers read again, then the conclusion."""
    card = _diagnosed(request, slug)
    draft = _draft(request, card)
    if draft is None:
        return redirect("scaling:diagnoses", card.slug)
    if request.method == "POST":
        try:
            concluded = actions.conclude(draft, by=person(request))
        except DomainError as error:
            messages.error(request, error.message)
        else:
            return redirect("scaling:diagnosis", card.slug, concluded.pk)
    proposals = propose(card, request.user)
    given = {answer.question: answer for answer in draft.answers.all()}
    lines = [
        (
            number,
            one,
            given.get(one.key),
            # The facts have moved since the answer was given.
            one.key in given and given[one.key].proposed != proposals[one.key].answer,
        )
        for number, one in enumerate(QUESTIONS, start=1)
    ]
    context = {"card": card, "lines": lines, "complete": len(given) == len(QUESTIONS)}
    return render(request, "scaling/conclude.html", context)


@require_POST
@signed_in_or_kept
def discard(request: HttpRequest, slug: str) -> HttpResponse:
    card = _diagnosed(request, slug)
    draft = _draft(request, card)
    if draft is not None:
        actions.discard(draft)
        messages.success(request, _("Le diagnostic commencé est abandonné."))
    return redirect("scaling:diagnoses", card.slug)


@require_safe
def diagnosis(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A concluded diagnosis: point by point, with what moved since the one before."""
    card = card_of(request, slug)
    visible = Diagnosis.objects.visible_to(request.user).concluded().filter(initiative=card)
    found = get_object_or_404(visible.for_detail(), pk=pk)
    before = (
        visible.filter(concluded_at__lt=found.concluded_at)
        .order_by("-concluded_at")
        .prefetch_related("answers")
        .first()
    )
    context = {
        "card": card,
        "diagnosis": found,
        "result": results.of(found, card, before),
        "before": before,
        "can_diagnose": rules.can_diagnose(request.user, card),
        # Reasons were written for those who work on it.
        "shows_reasons": request.user.is_authenticated,
    }
    return render(request, "scaling/diagnosis.html", context)
