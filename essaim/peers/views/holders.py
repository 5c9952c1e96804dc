"""The holder's side: objecting to a reader, reading the feedback, replying."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from essaim.common.acts import form_page, posted, press, refuse, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.following.actions.reading import mark_subject_read
from essaim.initiatives.levels import LEVELS
from essaim.peers.actions import conclusions, items
from essaim.peers.forms.readers import ReplyForm
from essaim.peers.forms.rounds import ConflictForm
from essaim.peers.models import UNDER_WAY, Conflict, Reading, Seat, State
from essaim.peers.notifications import ITEM
from essaim.peers.results import given_of, public_results_of
from essaim.peers.steps import status_of

from .common import act, allow, fetch_held


@signed_in_or_kept
@form_page
def feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the reading of one's item stands; the feedback once sent; the reply; the conclusion."""
    item = fetch_held(request, pk)
    found = item.round
    allow(found.state != State.DRAFT)
    known: Any = getattr(item, "conclusion", None)
    shared = known is not None and known.shared_at is not None
    may_reply = shared and known.concluded_at is None and found.state == State.DISCUSSING
    form = ReplyForm(
        posted(request) if may_reply else None,
        initial={"text": known.reply, "is_public": known.reply_is_public} if shared else {},
    )
    if request.method == "POST":
        allow(shared)
        if form.is_valid():
            try:
                conclusions.reply(item, by=request.user, **form.cleaned_data)
            except DomainError as error:
                refuse(form, error)
            else:
                forget_kept_text(request)
                messages.success(request, _("Votre réponse est enregistrée."))
                return redirect("peers:feedback", item.pk)
        elif not may_reply:
            messages.error(request, _("La conclusion est rendue : on n’y répond plus."))
    if request.method == "GET":
        mark_subject_read(request.user, ITEM, str(item.pk))
    colleges = list(found.colleges.prefetch_related("criteria"))
    given = given_of(Reading.objects.filter(item=item).submitted(), colleges) if shared else []
    return render(
        request,
        "peers/feedback.html",
        {
            "item": item,
            "round": found,
            "status": status_of(found),
            "known": known if shared else None,
            "colleges": public_results_of(item.pk, colleges, given) if shared else [],
            "level": LEVELS.get(known.level or 0) if shared and known.concluded_at else None,
            "form": form,
            "may_reply": may_reply,
            "may_object": found.state in UNDER_WAY,
            # Names only where the round was announced so.
            "readers": []
            if found.readers_hidden
            else Seat.objects.taken()
            .filter(round=found, readings__item=item)
            .for_list()
            .distinct(),
            "objections": item.conflicts.filter(side=Conflict.Side.HOLDER).select_related(
                "organisation"
            ),
        },
        status=status_code(request),
    )


@signed_in_or_kept
@form_page
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Someone, or an organisation, who should not read it; with a reason."""
    item = fetch_held(request, pk)
    allow(item.round.state in UNDER_WAY and item.round.state != State.DRAFT)
    return act(
        request, ConflictForm(posted(request)),
        lambda data: items.declare_conflict(
            item, side=Conflict.Side.HOLDER, by=request.user, **data
        ),
        title=_("Récuser un lecteur possible"), done=_("C’est noté : cette récusation vaut aussitôt."),
        button=_("Récuser"), back=reverse("peers:feedback", args=[item.pk]),
        intro=_("Vous ne saurez pas pour autant si cette personne lit. La raison est lue par"
                " l’animateur seul."),
        mine=True,
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def withdraw_objection(request: HttpRequest, pk: int, conflict: int) -> HttpResponse:
    item = fetch_held(request, pk)
    declared = get_object_or_404(item.conflicts.filter(side=Conflict.Side.HOLDER), pk=conflict)
    return press(
        request, lambda: items.withdraw_conflict(declared, by=request.user),
        done=_("La récusation est levée."), back=reverse("peers:feedback", args=[item.pk]),
    )  # fmt: skip
