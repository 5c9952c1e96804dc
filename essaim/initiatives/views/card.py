"""Reading a card: the page for all, its preview."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from essaim.common.kept import signed_in_or_kept
from essaim.common.panels import render_panels
from essaim.common.privacy import mask_html, mask_personal
from essaim.initiatives import presentation, rules
from essaim.initiatives.completeness import completeness
from essaim.initiatives.levels import LEVELS
from essaim.initiatives.models import CardMerge, Initiative, Publication, Refusal


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    card = Initiative.objects.visible_to(request.user).for_detail().filter(slug=slug).first()
    if card is None:
        return _merged_into(request, slug)
    can_edit = rules.can_edit(request.user, card)
    return _page(request, card, can_edit=can_edit, masked=not rules.can_read_contact(request.user))


def _merged_into(request: HttpRequest, slug: str) -> HttpResponse:
    """An old address leads to the card that was kept. Not for ever: a merge can be undone."""
    merge = CardMerge.objects.select_related("kept").filter(other__slug=slug).first()
    if merge is None:
        return _gone(request, slug)
    kept = get_object_or_404(Initiative.objects.visible_to(request.user), pk=merge.kept_id)
    return redirect(kept)


def _gone(request: HttpRequest, slug: str) -> HttpResponse:
    """A card that was public, and is no longer for a reason that all may know: a room above says
    it. Of any other, nothing is said."""
    archived = Initiative.objects.filter(
        publication=Publication.ARCHIVED, published_at__isnull=False
    )
    card = get_object_or_404(archived, slug=slug)
    reasons = render_panels("initiative.gone", request, card)
    if not reasons:
        raise Http404
    return render(request, "initiatives/gone.html", {"reasons": reasons}, status=410)


@require_safe
@signed_in_or_kept
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The card as a visitor will read it."""
    card = get_object_or_404(Initiative.objects.visible_to(request.user).for_detail(), slug=slug)
    if not rules.can_edit(request.user, card):
        raise PermissionDenied
    return _page(request, card, can_edit=True, masked=True, preview=True)


def _page(
    request: HttpRequest, card: Initiative, *, can_edit: bool, masked: bool, preview: bool = False
) -> HttpResponse:
    panels = [] if preview else render_panels("initiative", request, card)
    body = render_to_string(
        "initiatives/_card.html",
        {
            "card": card,
            "panels": panels,
            "grid": presentation.economic_grid(card.economics.all()),
            "proofs": presentation.proofs(card),
            "levels": LEVELS,
            "can_edit": can_edit and not preview,
            "masked": masked,
        },
        request=request,
    )
    title, summary = card.title, card.summary
    if masked:
        title, summary = mask_personal(title), mask_personal(summary)
        body = mask_html(body)
    context: dict[str, Any] = {
        "card": card,
        "merged_into": _kept_instead(request, card),
        "acts": [] if preview else render_panels("initiative.actions", request, card),
        "title": title,
        "summary": summary,
        "body": SafeString(body),
        "blocks": presentation.BLOCKS,
        "panels": panels,
        "preview": preview,
        "can_edit": can_edit,
        "can_publish": rules.can_publish(request.user),
        "can_read_history": request.user.is_authenticated,
    }
    if can_edit:
        context["can_archive"] = rules.can_archive(request.user, card)
        context["complete"] = completeness(card)
        if card.publication in {Publication.REFUSED, Publication.APPEALED, Publication.RETURNED}:
            context["refusal"] = Refusal.objects.current(card)
            context["can_appeal"] = rules.can_appeal(request.user, card)
            context["can_decide_appeal"] = rules.can_decide_appeal(request.user, card)
    return render(request, "initiatives/detail.html", context)


def _kept_instead(request: HttpRequest, card: Initiative) -> Initiative | None:
    """For those who still read an archived card: where it went."""
    if card.publication != Publication.ARCHIVED:
        return None
    return Initiative.objects.visible_to(request.user).filter(merges__other=card).first()
