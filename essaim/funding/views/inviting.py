"""Asking others in: funders into the pool, an adopter onto a site."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.acts import form_page, posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.funding import rules
from essaim.funding.actions import pools as acting
from essaim.funding.forms.pools import InviteForm, ProposedForm
from essaim.funding.suggesting import adopters_for, like_the_pilot

from .common import act, fetch_option, fetch_pool


@signed_in_or_kept
@form_page
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    found = fetch_pool(request, slug, rules.can_run)
    return act(
        request, InviteForm(posted(request)),
        lambda data: acting.invite(found, by=request.user, **data) and None,
        pool=found, back=found, title=_("Inviter des financeurs"), button=_("Inviter"),
        intro=_("Par organisation, par territoire ou par groupe de territoires. Leurs financeurs sont prévenus quand la page est ouverte."),
        done=_("Les invitations sont enregistrées."),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def withdraw_invitation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = fetch_pool(request, slug, rules.can_run)
    row = get_object_or_404(found.invitations, pk=pk)
    return press(
        request, lambda: acting.withdraw_invitation(row),
        done=_("L’invitation est retirée."), back=found,
    )  # fmt: skip


@signed_in_or_kept
@form_page
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Territories like the pilot's that state the need: « ten départements like ours »."""
    found = fetch_pool(request, slug, rules.can_run)
    proposals = like_the_pilot(found, request.user)
    form = ProposedForm(posted(request), rows=proposals.rows)
    return act(
        request, form,
        lambda data: acting.invite(found, by=request.user, **data) and None,
        pool=found, back=found, title=_("Inviter ceux qui nous ressemblent"),
        button=_("Inviter"), done=_("Les invitations sont enregistrées."),
        template="funding/proposed.html", proposals=proposals,
    )  # fmt: skip


@signed_in_or_kept
@require_safe
def find_adopter(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = fetch_option(
        request, slug, pk,
        lambda user, row: rules.can_follow_option(user, row) or rules.can_run(user, row.pool),
    )  # fmt: skip
    card = found.pool.initiative
    context = {
        "option": found,
        "pool": found.pool,
        "card": card,
        "found": adopters_for(card, found.territory, request.user),
        "may_name": rules.is_funder_of(request.user, found),
        "of_holder": rules.is_of_the_holder(request.user, found.pool),
    }
    return render(request, "funding/find_adopter.html", context)
