"""How a call goes, for those who run it; one wave beside the others."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.calls.numbers import Line, Numbers, numbers, waves
from essaim.common.kept import signed_in_or_kept
from essaim.common.spreadsheets import CSV, Cell, download

from .common import header
from .running import call_run


@signed_in_or_kept
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """``?partage``: the tables that may leave the team; ``?csv``: the same as a file."""
    call = call_run(request, slug)
    shared = "partage" in request.GET
    found = numbers(call, request.user, shared=shared)
    if "csv" in request.GET:
        return download(
            _rows(found), kind=CSV, name=f"chiffres-{call.slug[:60]}-{timezone.localdate()}"
        )
    return render(
        request,
        "calls/numbers.html",
        {
            **header(request, call, "numbers"),
            "numbers": found,
            "shared": shared,
            "waves": waves(call, request.user),
            "at": timezone.now(),
        },
    )


def _rows(found: Numbers) -> list[list[Cell]]:
    rows: list[list[Cell]] = [[_("tableau"), _("ligne"), _("brouillons"), _("déposées")]]
    rows.append([_("ensemble"), "", found.drafts, found.submitted])
    rows += [[_("état"), label, None, count] for _code, label, count in found.states]
    tables: list[tuple[str, list[Line]]] = [
        (_("nature du candidat"), found.kinds),
        (_("département"), found.territories),
        (_("thème"), found.themes),
    ]
    for title, lines in tables:
        rows += [[title, line.label, line.drafts, line.submitted] for line in lines]
    rows += [[_("jour"), day.on.isoformat(), None, day.submitted] for day in found.days]
    rows += [[_("brouillons"), label, count, None] for label, count in found.completeness]
    return rows
