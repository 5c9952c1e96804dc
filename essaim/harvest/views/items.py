"""What a source brought: each of its records, our card, what waits there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.contributions.models import Proposal
from essaim.harvest.actions.shown import publish_checked
from essaim.harvest.forms import ItemFilterForm
from essaim.harvest.models import Item, Source
from essaim.harvest.views.common import managers_only
from essaim.initiatives.models import Publication

ITEMS_PER_PAGE = 50
_TOLD = 10  # refusals said one by one
MAY_BE_PUBLISHED = {Publication.DRAFT, Publication.SUBMITTED, Publication.RETURNED}


def _source(request: HttpRequest, pk: int) -> Source:
    found: Source = get_object_or_404(Source.objects.visible_to(request.user), pk=pk)
    return found


@require_safe
@managers_only
@never_cache
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    source = _source(request, pk)
    form = ItemFilterForm(request.GET)
    items: QuerySet[Item] = Item.objects.filter(source=source).select_related("card")
    if form.is_valid():
        items = form.apply(items)
    page = Paginator(items.order_by("-pk"), ITEMS_PER_PAGE).get_page(request.GET.get("page"))
    waiting = _waiting(list(page))
    for item in page:
        item.waiting = [waiting[key] for key in item.proposed.values() if key in waiting]  # type: ignore[attr-defined]
        item.may_be_published = item.card is not None and item.card.publication in MAY_BE_PUBLISHED  # type: ignore[attr-defined]
    return render(
        request,
        "harvest/items.html",
        {
            "source": source,
            "form": form,
            "page": page,
            "some": any(item.may_be_published for item in page),  # type: ignore[attr-defined]
        },
    )


def _waiting(items: list[Item]) -> dict[int, Proposal]:
    keys = [key for item in items for key in item.proposed.values()]
    return {
        proposal.pk: proposal
        for proposal in Proposal.objects.waiting().for_list().filter(pk__in=keys)
    }


@require_POST
@managers_only
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The cards that were checked; each that could not be says why."""
    source = _source(request, pk)
    keys = [int(key) for key in request.POST.getlist("fiche") if key.isascii() and key.isdigit()]
    # No more than a page shows, whatever is sent; no number beyond what the database counts.
    keys = [key for key in keys if key < 2**63][:ITEMS_PER_PAGE]
    published, refusals = publish_checked(source, keys, by=request.user)
    if published:
        told = ngettext(
            "%(total)s fiche est publiée.", "%(total)s fiches sont publiées.", published
        )
        messages.success(request, told % {"total": published})
    for refusal in refusals[:_TOLD]:
        messages.error(request, refusal)
    if len(refusals) > _TOLD:
        left: Any = len(refusals) - _TOLD
        told = ngettext("Et %(total)s autre.", "Et %(total)s autres.", left)
        messages.error(request, told % {"total": left})
    if not published and not refusals:
        messages.error(request, _("Cochez au moins une fiche."))
    back = request.POST.get("retour", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("harvest:items", pk=source.pk)
