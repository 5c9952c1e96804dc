"""Needs without a good answer, for those who run programmes."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from essaim.common.kept import signed_in_or_kept
from essaim.common.spreadsheets import CSV, TYPES, download
from essaim.matching import board as reading
from essaim.matching import openings
from essaim.matching.forms import BoardForm
from essaim.matching.models import Standing
from essaim.matching.rules import can_read_board
from essaim.needs.models import Need

PER_PAGE = 20


@signed_in_or_kept
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    if not can_read_board(request.user):
        raise PermissionDenied
    form = BoardForm(request.GET)
    filters = form.filters()
    found = reading.unmet(**filters)
    groups = reading.groups(found, request.user)
    context = {
        "form": form,
        "filters": filters,
        "filtered": any(filters.values()),
        "total": found.count(),
        "weighed": Standing.objects.shared().count(),
        "themes": reading.by_theme(found),
        "departments": reading.by_department(found),
        "page": Paginator(groups, PER_PAGE).get_page(request.GET.get("page")),
        "most": settings.MATCHING["board_needs"],
        "good": settings.MATCHING["good"],
    }
    return render(request, "matching/board.html", context)


@signed_in_or_kept
@require_safe
def group(request: HttpRequest) -> HttpResponse:
    """``?need=3&need=8``: to the form of a group, with the places of these needs."""
    if not can_read_board(request.user):
        raise PermissionDenied
    given = [each for each in request.GET.getlist("need") if each.isdecimal() and len(each) < 18]
    found = Need.objects.visible_to(request.user).filter(pk__in=given[: openings.NAMED])
    places = {
        place.address
        for need in found.select_related("territory", "organisation__territory")
        if (place := need.place) is not None
    }
    query = urlencode([("territory", address) for address in sorted(places)])
    return redirect(f"{reverse('groups:new')}?{query}")


@signed_in_or_kept
@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """``?format=csv|xlsx`` with the filters of the board: exactly its rows."""
    if not can_read_board(request.user):
        raise PermissionDenied
    found = reading.unmet(**BoardForm(request.GET).filters())
    kind = request.GET.get("format", CSV)
    name = f"besoins-sans-reponse-{timezone.localdate():%Y-%m-%d}"
    rows = reading.export(found)
    return download(rows, kind=kind if kind in TYPES else CSV, name=name)
