"""Following and no longer following, from any page; and what one follows."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.common.errors import DomainError
from essaim.following import reading, subjects
from essaim.following.actions import follows as actions
from essaim.following.models import Follow, MailSettings
from essaim.people.views.signed_in import person

PER_PAGE = 30


def back(request: HttpRequest, given: str, default: str) -> str:
    """The page to go back to: a path of this site, and nothing else."""
    safe = given.startswith("/") and url_has_allowed_host_and_scheme(
        given, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return given if safe else default


def _page(request: HttpRequest) -> str:
    return back(request, request.POST.get("next", ""), reverse("following:mine"))


def _subject(request: HttpRequest) -> tuple[str, str]:
    """Kind and key; no database accepts to look for a zero byte."""
    kind, key = request.POST.get("kind", ""), request.POST.get("key", "")
    return kind.replace("\x00", ""), key.replace("\x00", "")


@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """The first time, the person also chooses what they accept by mail."""
    page = _page(request)
    if not request.user.is_authenticated:
        return redirect_to_login(page)
    user = person(request)
    try:
        followed = actions.follow(user, *_subject(request))
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(page)
    for shown in subjects.load([(followed.kind, followed.key)], user).values():
        messages.success(
            request,
            _("Vous suivez « %(title)s » : ce qui change vous sera dit dans votre espace.")
            % {"title": shown.title},
        )
    if MailSettings.objects.filter(user=user).exists():
        return redirect(page)
    return redirect(f"{reverse('following:settings')}?{urlencode({'next': page})}")


@require_POST
def unfollow(request: HttpRequest) -> HttpResponse:
    page = _page(request)
    if not request.user.is_authenticated:
        return redirect_to_login(page)
    actions.unfollow(person(request), *_subject(request))
    messages.success(request, _("C’est fait : vous ne le suivez plus."))
    return redirect(page)


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    user = person(request)
    page = Paginator(Follow.objects.visible_to(user).for_list(), PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = reading.followed(list(page.object_list), user)
    return render(request, "following/mine.html", {"page": page, "rows": rows})
