"""What every page of this room does: fetch, check who, do one act, go back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.common.acts import take
from essaim.dialogues import rules
from essaim.dialogues.actions.keeping import note_access
from essaim.dialogues.models import Campaign, CampaignIndicator, Dialogue, Proposal

May = Callable[[Any, Any], bool]
PER_PAGE = 50


def fetch_campaign(request: HttpRequest, pk: int, may: May | None = None) -> Campaign:
    """The campaign, if this person sees it (404 otherwise) and may do this (403 otherwise)."""
    found: Campaign = get_object_or_404(
        Campaign.objects.visible_to(request.user).for_detail(), pk=pk
    )
    if may is not None and not may(request.user, found):
        raise PermissionDenied
    if not rules.runs(request.user, found):
        note_access(request.user, found)
    return found


def fetch_indicator(
    request: HttpRequest, pk: int, row: int, may: May = rules.can_change_campaign
) -> tuple[Campaign, CampaignIndicator]:
    """Of this campaign, with the campaign."""
    found = fetch_campaign(request, pk, may)
    return found, get_object_or_404(found.indicators.select_related("series"), pk=row)


def fetch(request: HttpRequest, pk: int, may: May | None = None) -> Dialogue:
    found: Dialogue = get_object_or_404(
        Dialogue.objects.visible_to(request.user).for_detail(), pk=pk
    )
    if may is not None and not may(request.user, found):
        raise PermissionDenied
    if not (rules.runs_dialogue(request.user, found) or rules.is_of_territory(request.user, found)):
        note_access(request.user, found.campaign, found)
    return found


def fetch_proposal(request: HttpRequest, pk: int, may: May) -> Proposal:
    """``may`` is asked of the dialogue."""
    found: Proposal = get_object_or_404(
        Proposal.objects.visible_to(request.user).for_detail(), pk=pk
    )
    if not may(request.user, found.dialogue):
        raise PermissionDenied
    return found


def crumbs(campaign: Campaign, user: Any, dialogue: Dialogue | None = None) -> list[dict[str, Any]]:
    """The territory reads its own dialogue, never the page of the campaign."""
    found = [{"label": _("Dialogue de gestion"), "address": reverse("dialogues:mine")}]
    if rules.can_view_campaign(user, campaign):
        found.append({"label": str(campaign), "address": campaign.get_absolute_url()})
    if dialogue is not None:
        found.append({"label": dialogue.territory.label, "address": dialogue.get_absolute_url()})
    return found


def act(
    request: HttpRequest,
    form: Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    title: Any,
    button: Any,
    done: Any,
    back: str,
    trail: list[dict[str, Any]],
    lead: Any = "",
    intro: Any = "",
    go: Callable[[Any], Any] | None = None,
    template: str = "dialogues/act.html",
    **context: Any,
) -> HttpResponse:
    return take(
        request, form, do, done=done, back=back, template=template, onward=go,
        title=title, button=button, lead=lead, intro=intro, crumbs=trail, **context,
    )  # fmt: skip
