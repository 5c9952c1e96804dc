"""The notifications of a person, on the site."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from essaim.following import reading
from essaim.following.actions import reading as actions
from essaim.following.models import Notification
from essaim.people.views.signed_in import person

PER_PAGE = 30


@require_safe
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """Newest first. Those shown are read from now on (a read mark: the one thing a GET writes)."""
    user = person(request)
    mine = Notification.objects.visible_to(user)
    page = Paginator(mine.for_list(), PER_PAGE).get_page(request.GET.get("page"))
    lines = reading.lines(list(page.object_list), user)
    new = [line.notification.pk for line in lines if line.notification.read_at is None]
    if new and request.method == "GET":
        actions.mark_read(user, new)
    left = reading.unread_count(user)
    return render(
        request, "following/notifications.html", {"page": page, "lines": lines, "left": left}
    )


@require_safe
@login_required
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """From a message or the workspace: read, and on to what it is about."""
    user = person(request)
    mine = Notification.objects.visible_to(user).select_related("announcement")
    notification = get_object_or_404(mine, pk=pk)
    if request.method == "GET":
        actions.mark_read(user, [notification.pk])
    (line,) = reading.lines([notification], user)
    if not line.url:
        messages.info(request, line.text)
        return redirect("following:notifications")
    return redirect(line.url)


@require_POST
@login_required
def all_read(request: HttpRequest) -> HttpResponse:
    count = actions.mark_all_read(person(request))
    messages.success(
        request,
        ngettext(
            "%(n)s notification marquée comme lue.",
            "%(n)s notifications marquées comme lues.",
            count,
        )
        % {"n": count}
        if count
        else _("Tout était déjà lu."),
    )
    return redirect("following:notifications")
