"""An evaluation's own page, the list of one's evaluations, its journal and its team."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, refuse
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.contributions.team import team_of
from essaim.evaluations import plan, rules
from essaim.evaluations.actions import teams
from essaim.evaluations.forms.plans import MemberForm
from essaim.evaluations.level import REASONS
from essaim.evaluations.models import AvoidedCosts, Dataset, Evaluation, JournalEntry, State
from essaim.evaluations.notifications import SUBJECT
from essaim.evaluations.presentation import costs_of, journal_lines, results_of
from essaim.evaluations.steps import next_act, status
from essaim.following.actions.reading import mark_subject_read

from .common import fetch, press

PER_PAGE = 20


@signed_in_or_kept
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The evaluations one works on, the live ones first."""
    found = Evaluation.objects.of_team(request.user).for_list()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(evaluation, next_act(evaluation)) for evaluation in page]
    return render(request, "evaluations/mine.html", {"page": page, "rows": rows})


@require_safe
def evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole for those who follow it; once concluded, plan, method and results for all."""
    found = fetch(request, pk, rules.can_view)
    follows = rules.can_follow(request.user, found)
    if request.method == "GET" and request.user.is_authenticated:
        mark_subject_read(request.user, SUBJECT, str(found.pk))
    context: dict[str, Any] = {
        **status(found),
        "follows": follows,
        "is_member": rules.is_member(request.user, found),
        "can_plan": follows and rules.can_plan(request.user, found),
        "can_name_members": follows and rules.can_name_members(request.user, found),
        "can_withdraw": follows and rules.can_withdraw(request.user, found),
        "states": State,
        "parts": plan.parts(found) if follows or found.state == State.CONCLUDED else [],
        "missing": plan.missing(found) if found.state == State.DRAFT else [],
        "go_on": plan.first_lacking(found) if found.state == State.DRAFT else None,
        "statement": getattr(found, "statement", None),
        "allocation": getattr(found, "allocation", None),
        "amendments": [
            (entry, plan.label(entry.field))
            for entry in found.journal.filter(kind=JournalEntry.Kind.AMENDED).order_by("at", "pk")
        ],
        "level_reasons": [REASONS[code] for code in found.level_reason],
        "result": results_of(found, whole=follows and rules.is_member(request.user, found))
        if found.state == State.CONCLUDED or follows
        else None,
    }
    if context["result"]:
        context["costs"] = costs_of(
            AvoidedCosts.objects.filter(evaluation=found).prefetch_related("lines").first()
        )
    if follows:
        context["dataset"] = Dataset.objects.current(found)
        context["journal"] = journal_lines(found)
    return render(request, "evaluations/evaluation.html", context)


@signed_in_or_kept
@form_page
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Who reads the data; those who answer for the card name them."""
    found = fetch(request, pk, rules.can_plan)
    may_name = rules.can_name_members(request.user, found)
    members = list(found.members.select_related("user"))
    known = {member.user_id for member in members}
    people = {p.pk: p for p in team_of(found.initiative) if p.pk not in known} if may_name else {}
    shown = [(p.pk, p.name or _("une personne sans nom affiché")) for p in people.values()]
    form = MemberForm(posted(request), people=shown) if shown else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            teams.add_member(found, user=people[int(form.cleaned_data["user"])], by=request.user)
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, _("Cette personne est dans l’équipe de l’évaluation."))
            return redirect("evaluations:team", pk)
    return render(
        request,
        "evaluations/team.html",
        {
            **status(found),
            "form": form,
            "members": members,
            "may_name": may_name,
        },
        status=422 if request.method == "POST" else 200,
    )


@signed_in_or_kept
@require_POST
def leave_team(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """By who answers for the card, or by oneself."""
    found = fetch(request, pk, rules.can_plan)
    row = get_object_or_404(found.members.select_related("user"), pk=member)
    own = row.user_id == request.user.pk
    to = reverse("evaluations:team", args=[pk])
    if not own and not rules.can_name_members(request.user, found):
        raise PermissionDenied
    if own and not rules.answers_for_the_card(request.user, found):
        to = reverse("evaluations:mine")
    return press(
        request, found, lambda: teams.remove_member(found, user=row.user, by=request.user),
        done=_("Cette personne n’est plus dans l’équipe."), to=to,
    )  # fmt: skip
