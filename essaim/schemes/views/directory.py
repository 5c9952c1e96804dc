"""The directory: as a list, and as the report's two maps."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from essaim.common.listing import Chip
from essaim.schemes import rules
from essaim.schemes.filters import Filters, read_filters
from essaim.schemes.finding import Found, answering, find
from essaim.schemes.forms.directory import DirectoryForm
from essaim.schemes.maps import public_map, social_map
from essaim.schemes.models import Scheme, SchemeQuerySet

PER_PAGE = 20


class _Ranked:
    """What a paginator slices: the page of a ranking, in its order, by one question asked of
    the index for each slice."""

    def __init__(self, text: str, allowed: SchemeQuerySet) -> None:
        self.text, self.allowed = text, allowed

    @cached_property
    def first(self) -> Found:
        return find(self.text, self.allowed, limit=PER_PAGE, offset=0)

    def __len__(self) -> int:
        return self.first.total

    def __getitem__(self, part: slice) -> list[Scheme]:
        found = self.first
        if part.start:
            found = find(self.text, self.allowed, limit=PER_PAGE, offset=part.start)
        rows = Scheme.objects.for_list().in_bulk(found.pks)
        return [rows[pk] for pk in found.pks if pk in rows]


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """``/dispositifs``: filtered; a text ranks, else the alphabet does."""
    form = DirectoryForm(request.GET)
    filters = read_filters(form)
    visible = Scheme.objects.published()
    allowed = filters.apply(visible)
    ranked = _Ranked(filters.q, allowed) if filters.q else None
    rows: Any = ranked if ranked is not None else allowed.for_list().order_by("sort_title", "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "count": page.paginator.count if ranked is None else ranked.first.count,
        "by_meaning": 0 if ranked is None else ranked.first.by_meaning,
        "chips": filters.chips(),
        "relaxed": [] if page.paginator.count else _relaxed(filters, visible),
        "map_url": filters.url("schemes:map"),
        "export_url": _with_query(reverse("schemes:export", args=["csv"]), filters),
        "calendar_url": filters.url("schemes:calendar"),
        "can_add": rules.can_add(request.user),
        "can_import": rules.can_import(request.user),
    }
    return render(request, "schemes/list.html", context)


def _with_query(address: str, filters: Filters) -> str:
    query = filters.query()
    return f"{address}?{query.urlencode()}" if query else address


def _relaxed(filters: Filters, visible: SchemeQuerySet) -> list[Chip]:
    """What each filter hides: one query a filter, for an empty list only."""
    chips = []
    for label, without in filters.without():
        allowed = without.apply(visible)
        count = find(without.q, allowed, limit=1, offset=0).total if without.q else allowed.count()
        chips.append(Chip(label, without.url(), count))
    return chips


@require_safe
def maps(request: HttpRequest) -> HttpResponse:
    """``/dispositifs/carte``: the same schemes, where the report's maps would put them."""
    form = DirectoryForm(request.GET)
    filters = read_filters(form)
    allowed = answering(filters.q, filters.apply(Scheme.objects.published()))
    rows, left = public_map(allowed)
    context = {
        "form": form,
        "chips": filters.chips(),
        "list_url": filters.url(),
        "social": social_map(allowed, filters),
        "public": rows,
        "left": left,
        "count": allowed.count(),
    }
    return render(request, "schemes/map.html", context)
