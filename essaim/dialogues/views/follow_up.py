"""The year that follows: roadmap, helpline, checks in the field."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.dialogues import rules
from essaim.dialogues.actions import follow_up as acting
from essaim.dialogues.forms.dialogues import CheckForm, HelperForm, SeenForm, StepForm, today
from essaim.dialogues.models import Check, Helper, Proposal, Step

from .common import act, crumbs, fetch_proposal


def _on(request: HttpRequest, one: Proposal, form: Any, do: Any, **words: Any) -> HttpResponse:
    return act(
        request, form, do, back=one.get_absolute_url(), lead=one.initiative.title,
        trail=crumbs(one.dialogue.campaign, request.user, one.dialogue), **words,
    )  # fmt: skip


def _part(request: HttpRequest, model: Any, pk: int) -> Any:
    """A step, helper or check of a proposal that this person follows."""
    visible = Proposal.objects.visible_to(request.user).for_detail()
    row = get_object_or_404(model._default_manager.filter(proposal__in=visible.values("pk")), pk=pk)
    row.proposal = visible.get(pk=row.proposal_id)
    if not rules.can_follow(request.user, row.proposal.dialogue):
        raise PermissionDenied
    return row


@signed_in_or_kept
@form_page
def add_step(request: HttpRequest, pk: int) -> HttpResponse:
    one = fetch_proposal(request, pk, rules.can_follow)
    return _on(
        request, one, StepForm(posted(request)), lambda given: acting.add_step(one, **given),
        title=_("Ajouter une étape"), button=_("Ajouter"), done=_("L’étape est ajoutée."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def mark_step(request: HttpRequest, pk: int, state: str) -> HttpResponse:
    row: Step = _part(request, Step, pk)
    return press(
        request, lambda: acting.mark_step(row, done=state == "faite"),
        done=_("C’est noté."), back=row.proposal,
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove_step(request: HttpRequest, pk: int) -> HttpResponse:
    row: Step = _part(request, Step, pk)
    return press(
        request, lambda: acting.remove_step(row), done=_("L’étape est retirée."), back=row.proposal
    )


@signed_in_or_kept
@form_page
def add_helper(request: HttpRequest, pk: int) -> HttpResponse:
    one = fetch_proposal(request, pk, rules.can_follow)
    return _on(
        request, one, HelperForm(posted(request)),
        lambda given: acting.add_helper(one, by=request.user, **given),
        title=_("Qui appeler, et quand"), button=_("Ajouter"), done=_("C’est ajouté."),
        intro=_("Lu par les deux parties. Donnez des coordonnées professionnelles."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove_helper(request: HttpRequest, pk: int) -> HttpResponse:
    row: Helper = _part(request, Helper, pk)
    return press(
        request, lambda: acting.remove_helper(row), done=_("C’est retiré."), back=row.proposal
    )


@signed_in_or_kept
@form_page
def add_check(request: HttpRequest, pk: int) -> HttpResponse:
    one = fetch_proposal(request, pk, rules.can_follow)
    return _on(
        request, one, CheckForm(posted(request)),
        lambda given: acting.plan_check(one, by=request.user, **given),
        title=_("Un constat de terrain"), button=_("Enregistrer"), done=_("C’est enregistré."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def note_check(request: HttpRequest, pk: int) -> HttpResponse:
    row: Check = _part(request, Check, pk)
    form = SeenForm(posted(request), initial=today() | {"seen": row.seen})
    return _on(
        request, row.proposal, form,
        lambda given: acting.note_check(row, by=request.user, **given),
        title=_("Ce qui a été vu"), button=_("Enregistrer"), done=_("C’est enregistré."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove_check(request: HttpRequest, pk: int) -> HttpResponse:
    row: Check = _part(request, Check, pk)
    return press(
        request, lambda: acting.remove_check(row), done=_("La visite n’est plus prévue."),
        back=row.proposal,
    )  # fmt: skip
