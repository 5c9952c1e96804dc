"""The decision board as members of the jury read it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from essaim.calls import access, jury
from essaim.calls import board as boards
from essaim.calls.models import Application, Call, CollegeKind, Deliberation, JurySees

from .common import header

PER_PAGE = 50


def deliberation_of(call: Call) -> Deliberation:
    """What is in force: nothing is made by looking."""
    return Deliberation.objects.filter(call=call).first() or Deliberation(call=call, version=0)


def jury_board(request: HttpRequest, call: Call) -> HttpResponse:
    """Read only, for members of the jury."""
    if request.method == "POST" or not jury.sees_board(request.user, call):
        raise PermissionDenied
    access.record(call, by=request.user, what="board")
    deliberation = deliberation_of(call)
    rows = boards.ordered(
        jury.board_of(call, request.user, deliberation), deliberation.uses_adjusted
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    weights = boards.weights_of(call, deliberation)
    every = Application.objects.filter(call=call, state__in=boards.IN_PLAY)
    return render(
        request,
        "calls/jury_board.html",
        {
            **header(request, call),
            "page": page,
            "colleges": [(kind, CollegeKind(kind).label) for kind in weights],
            "rows": boards.by_college(page.object_list, weights),
            "hidden": every.count() - len(rows),
            "shows_decisions": bool(call.results_at)
            or deliberation.jury_sees == JurySees.DECISIONS,
        },
    )
