"""The national page, the rows behind each number, and everything as CSV."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.spreadsheets import CSV, download
from essaim.insights import reading
from essaim.insights.actions.figures import ask_recompute
from essaim.insights.definitions import DEFINITIONS
from essaim.insights.models import Scope
from essaim.insights.rows import LISTINGS, Listing, listing, table
from essaim.people.rules import can_manage

PER_PAGE = 50


def scope_of(request: HttpRequest) -> str:
    return Scope.INVENTED if request.GET.get("fictif") == "1" else Scope.PUBLIC


def code_of(request: HttpRequest) -> str:
    """The part of a figure; the database holds no NUL."""
    return request.GET.get("code", "").replace("\x00", "")[:200]


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "insights/dashboard.html",
        {
            "board": reading.dashboard(scope_of(request)),
            "can_recompute": can_manage(request.user),
        },
    )


@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    return download(reading.as_table(), kind=CSV, name="tableau-de-bord")


@require_POST
def recompute(request: HttpRequest) -> HttpResponse:
    if not can_manage(request.user):
        raise PermissionDenied
    ask_recompute()
    messages.success(
        request, _("Le calcul est demandé : les chiffres changeront dans quelques minutes.")
    )
    return redirect("insights:dashboard")


def _listing(request: HttpRequest, key: str) -> Listing:
    if key not in LISTINGS:
        raise Http404
    return listing(key, code_of(request), scope_of(request))


@require_safe
def rows(request: HttpRequest, key: str) -> HttpResponse:
    found = _listing(request, key)
    # Keys first: sorting whole rows of a country to show fifty would cost ten times as much.
    keys = found.queryset.select_related(None).values_list("pk", flat=True)
    page = Paginator(keys, PER_PAGE).get_page(request.GET.get("page"))
    shown = {each.pk: each for each in found.queryset.filter(pk__in=list(page))}
    definition = DEFINITIONS[key]
    board = reading.dashboard(scope_of(request))
    code = code_of(request)
    parts = [*board.departments, *(p for some in board.shown[key].parts.values() for p in some)]
    return render(
        request,
        "insights/rows.html",
        {
            "definition": definition,
            "board": board,
            "figure": board.shown[key],
            "part": next((p for p in parts if reading.code_of_rows(p.figure) == code), None),
            "headings": found.headings,
            "lines": [found.line(shown[pk]) for pk in page if pk in shown],
            "page": page,
            "code": code,
        },
    )


@require_safe
def rows_export(request: HttpRequest, key: str) -> StreamingHttpResponse:
    return download(table(_listing(request, key)), kind=CSV, name=f"tableau-de-bord-{key}")
