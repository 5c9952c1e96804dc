"""One's introductions, and those of a card."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.common.kept import signed_in_or_kept
from essaim.contributions.models import Interest
from essaim.contributions.views.common import fetch_card
from essaim.introductions import numbers, rules
from essaim.introductions.models import Introduction

from .common import PER_PAGE

# Those that wait first, then those that go on, then what has ended.
ORDER = ["ended_on", "moved_on", "pk"]


@signed_in_or_kept
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Both as a holder and as an adopter."""
    user = request.user
    rows = Introduction.objects.for_holder(user) | Introduction.objects.for_adopter(user)
    return _list(request, rows, title=_("Mes mises en relation"))


@signed_in_or_kept
@require_safe
def of_card(request: HttpRequest, slug: str) -> HttpResponse:
    """For its team (managers where it has none), with what came of them."""
    card = fetch_card(request, slug)
    rows = Introduction.objects.visible_to(request.user).filter(card=card)
    if not rules.can_look_for_territories(request.user, card):
        raise PermissionDenied
    return _list(
        request, rows, title=_("Mises en relation"), card=card,
        numbers=numbers.of_card(card, exact=True),
    )  # fmt: skip


def _list(request: HttpRequest, rows: object, **context: object) -> HttpResponse:
    found = rows.for_list().order_by(*ORDER)  # type: ignore[attr-defined]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "introductions/list.html", {"page": page, "user_pk": request.user.pk, **context}
    )


@signed_in_or_kept
@require_safe
def of_interest(request: HttpRequest, pk: int) -> HttpResponse:
    """From the pages of interests, which stand on a floor below and know this address alone."""
    interest = get_object_or_404(Interest.objects.visible_to(request.user), pk=pk)
    seen = Introduction.objects.visible_to(request.user)
    found = seen.filter(interest=interest).first()
    if found is None:  # said beside a colleague's, who was in touch already
        found = get_object_or_404(
            seen.filter(card=interest.card_id).order_by("-pk")[:1]
            if interest.organisation_id is None
            else seen.filter(card=interest.card_id, organisation=interest.organisation_id).order_by(
                "-pk"
            )[:1]
        )
    return redirect(found)
