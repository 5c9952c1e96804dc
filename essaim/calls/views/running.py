"""A call for pages that need it alone: no themes, criteria nor rules to fetch."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from essaim.calls import access, rules
from essaim.calls.models import Call


def call_seen(request: HttpRequest, slug: str) -> Call:
    """404 for who does not see it."""
    visible = Call.objects.visible_to(request.user).select_related("organiser", "series")
    found: Call = get_object_or_404(visible, slug=slug)
    return found


def call_run(request: HttpRequest, slug: str, *, recorded: bool = True) -> Call:
    """For those who run it: 404 for who does not see it, 403 for the others. What they open is
    recorded, by the name of its page; ``recorded``: not where the page says it of one application.
    """
    found = call_seen(request, slug)
    if not rules.can_run(request.user, found):
        raise PermissionDenied
    if recorded:
        access.record(found, by=request.user, what=page_name(request))
    return found


def page_name(request: HttpRequest) -> str:
    return (request.resolver_match.url_name if request.resolver_match else "") or ""
