"""One introduction: the same state for both sides, each with the acts that are theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.forms import Form
from essaim.common.kept import signed_in_or_kept
from essaim.contributions.notifications import INTEREST
from essaim.following.actions.reading import mark_subject_read
from essaim.initiatives.models import Publication
from essaim.introductions import rules
from essaim.introductions.actions import progress, requests, talk
from essaim.introductions.actions.replicating import replication_of
from essaim.introductions.forms.introductions import (
    CloseForm,
    DayForm,
    DeclineForm,
    TextForm,
)
from essaim.introductions.models import Introduction, Note, Outcome, Side
from essaim.introductions.notifications import KIND

from .common import act, fetch


@signed_in_or_kept
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_view)
    user = request.user
    mark_subject_read(user, KIND, str(found.pk))
    if found.interest_id is not None:
        mark_subject_read(user, INTEREST, str(found.interest_id))
    side = rules.side_of(user, found)
    requested = found.state == Introduction.State.REQUESTED
    context = {
        "one": found,
        "states": Introduction.State,
        "side": side,
        "sides": Side,
        "may_answer": requested and rules.can_answer(user, found),
        "may_withdraw": requested and rules.can_withdraw(user, found),
        "published": found.card.publication == Publication.PUBLISHED,
        "talk": list(found.messages.select_related("author")),
        "notes": list(found.notes.of_side(side).for_list()),
        "today": timezone.localdate(),
        "replication": replication_of(found) if found.outcome == Outcome.REPLICATION else None,
        "message_form": TextForm(),
        "note_form": TextForm(label=_("Nouvelle note"), prefix="note"),
    }
    return render(request, "introductions/detail.html", context)


def _act(
    request: HttpRequest,
    pk: int,
    may: Callable[[Any, Introduction], bool],
    form: Callable[[Introduction], Form],
    do: Callable[[Introduction, dict[str, Any]], Any],
    **words: Any,
) -> HttpResponse:
    found = fetch(request, pk, may)
    return act(
        request,
        form(found),
        lambda given: do(found, given),
        back=found.get_absolute_url(),
        lead=found.card.title,
        crumbs=[
            (_("Mes mises en relation"), reverse("introductions:mine")),
            (found.card.title, found.get_absolute_url()),
        ],
        **words,
    )


@signed_in_or_kept
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_answer)
    return press(
        request,
        lambda: requests.accept(found, by=request.user),
        done=_("Vous êtes en relation : écrivez-vous, convenez d’un échange."),
        back=found,
    )


@signed_in_or_kept
@form_page
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request, pk, rules.can_answer,
        lambda found: DeclineForm(posted(request)),
        lambda found, given: requests.decline(found, by=request.user, **given),
        title=_("Décliner"), button=_("Décliner"),
        done=_("C’est décliné ; l’autre partie en est prévenue."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_withdraw)
    return press(
        request,
        lambda: requests.withdraw(found, by=request.user),
        done=_("La demande est retirée."),
        back=found,
    )


@signed_in_or_kept
@form_page
def exchange(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request, pk, rules.can_take_part,
        lambda found: DayForm(posted(request), initial={"on": found.exchange_on}),
        lambda found, given: progress.note_exchange(found, by=request.user, **given),
        title=_("Noter l’échange"), button=_("Enregistrer"),
        done=_("La date de l’échange est notée, pour les deux parties."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request, pk, rules.can_take_part,
        lambda found: DayForm(posted(request), initial={"on": found.visit_on}),
        lambda found, given: progress.note_visit(found, by=request.user, **given),
        title=_("Noter la visite"), button=_("Enregistrer"),
        done=_("La date de la visite est notée, pour les deux parties."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the reminder leads."""
    return _act(
        request, pk, rules.can_take_part,
        lambda found: CloseForm(posted(request)),
        lambda found, given: progress.close(found, by=request.user, **given),
        title=_("Dire ce qu’il en a été"), button=_("Conclure"),
        done=_("C’est dit, pour les deux parties."),
        intro=_(
            "L’une des deux parties le dit pour les deux. Si rien n’est décidé, notez plutôt la"
            " date de l’échange ou de la visite."
        ),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def write(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request, pk, rules.can_take_part,
        lambda found: TextForm(posted(request)),
        lambda found, given: talk.write(
            found, side=rules.side_of(request.user, found), by=request.user, **given
        ),
        title=_("Écrire"), button=_("Envoyer"), done=_("Votre message est envoyé."),
        intro=_("Lu par les deux parties et personne d’autre."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def note(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request, pk, rules.can_take_part,
        lambda found: TextForm(posted(request), label=_("Votre note")),
        lambda found, given: talk.write_note(
            found, side=rules.side_of(request.user, found), by=request.user, **given
        ),
        title=_("Noter pour nous"), button=_("Enregistrer"), done=_("Votre note est gardée."),
        intro=_("Lue par votre côté seulement."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove_note(request: HttpRequest, pk: int, note: int) -> HttpResponse:
    found = fetch(request, pk, rules.can_take_part)
    own: Note = get_object_or_404(found.notes.of_side(rules.side_of(request.user, found)), pk=note)
    if own.author_id != request.user.pk:
        raise PermissionDenied
    return press(
        request,
        lambda: talk.remove_note(own, by=request.user),
        done=_("Votre note est effacée."),
        back=found,
    )
