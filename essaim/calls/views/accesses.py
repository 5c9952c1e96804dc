"""Who, among those who run a call, opened what: for managers."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.calls import access
from essaim.common.kept import signed_in_or_kept
from essaim.people.models import User
from essaim.people.rules import can_manage

from .common import header
from .running import call_run

PER_PAGE = 50


@signed_in_or_kept
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    if not can_manage(request.user):
        raise PermissionDenied
    call = call_run(request, slug)
    shown = Paginator(access.seen_by(request.user, call), PER_PAGE).get_page(
        request.GET.get("page")
    )
    people = User.objects.in_bulk({each.user_id for each in shown if each.user_id})
    rows = [(each, people.get(each.user_id or 0), access.words_of(each.what)) for each in shown]
    return render(
        request, "calls/accesses.html", {**header(request, call), "page": shown, "rows": rows}
    )
