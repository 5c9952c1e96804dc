"""The pilot's milestones."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.funding import rules
from essaim.funding.actions import milestones as acting
from essaim.funding.forms.pilot import MilestoneForm, MilestoneReachedForm

from .common import act, fetch_pool


@signed_in_or_kept
@form_page
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_set_milestones)
    return act(
        request, MilestoneForm(posted(request)),
        lambda data: acting.plan_milestone(pool, by=request.user, **data) and None,
        pool=pool, back=reverse("funding:follow", args=[slug]),
        title=_("Prévoir un jalon du pilote"), button=_("Prévoir ce jalon"),
        intro=_("Un point que le pilote doit atteindre : tout le groupement le voit venir."),
        done=_("Le jalon est prévu."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def reach(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_set_milestones)
    found = get_object_or_404(pool.milestones, pk=pk)
    form = MilestoneReachedForm(posted(request), initial={"on": timezone.localdate()})
    return act(
        request, form,
        lambda data: acting.reach_milestone(found, by=request.user, **data) and None,
        pool=pool, back=reverse("funding:follow", args=[slug]),
        title=_("Le jalon est atteint"), button=_("Dire qu’il est atteint"), intro=found.title,
        done=_("Le jalon est atteint : le groupement en est informé."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    pool = fetch_pool(request, slug, rules.can_set_milestones)
    found = get_object_or_404(pool.milestones, pk=pk)
    return press(
        request, lambda: acting.remove_milestone(found, by=request.user),
        done=_("Le jalon est retiré."), back=reverse("funding:follow", args=[slug]),
    )  # fmt: skip
