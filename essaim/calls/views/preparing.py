"""Needs without an answer, for those who prepare a call: which theme, which places."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.calls.unmet import unmet_needs
from essaim.common.kept import signed_in_or_kept
from essaim.common.panels import render_panels


@signed_in_or_kept
@require_safe
def unmet(request: HttpRequest) -> HttpResponse:
    """What everybody signed in may read, counted: any member may see which call is missing."""
    found = unmet_needs()
    panels = render_panels("calls.unmet", request, request.user)
    return render(request, "calls/unmet.html", {"unmet": found, "panels": panels})
