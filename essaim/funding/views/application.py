"""The holder's one file for a pool, begun from the pool's page."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from essaim.common.errors import DomainError
from essaim.common.kept import signed_in_or_kept
from essaim.funding import application

from .common import fetch_pool


@signed_in_or_kept
@require_POST
def start(request: HttpRequest, slug: str) -> HttpResponse:
    pool = fetch_pool(request, slug)
    if not application.can_start(request.user, pool):
        raise PermissionDenied
    try:
        made = application.start_for(pool, by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(pool)
    return redirect(made)
