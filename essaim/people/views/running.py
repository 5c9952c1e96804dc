"""What the pages for those who run an organisation share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from essaim.common import acts
from essaim.people import rules
from essaim.people.models import Organisation


def run_by(may: Callable[[Any, Organisation], bool] = rules.can_run_organisation) -> Any:
    """For a view of one organisation: fetch it by its slug, and ask ``may``.

    A right lost while a form was open is told on a page that gives back what was typed.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def wrapper(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
            organisation = get_object_or_404(Organisation.objects.for_detail(), slug=slug)
            if may(request.user, organisation):
                return view(request, organisation, **kwargs)
            if request.method == "POST":
                return right_lost(request, organisation)
            raise PermissionDenied

        return wrapper

    return decorate


def right_lost(request: HttpRequest, about: Any = None) -> HttpResponse:
    """A right lost while a form was open: say so, and give back what was typed.

    ``about``: what the form was for, where its name and address may be read by anyone.
    """
    typed = [
        value
        for name, values in request.POST.lists()
        if not name.startswith("csrf")
        for value in values
        if value.strip()
    ]
    return render(request, "people/right_lost.html", {"about": about, "typed": typed}, status=403)


def act(
    request: HttpRequest,
    organisation: Organisation,
    form: Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    title: Any,
    button: Any,
    done: Any,
    intro: Any = "",
    to: str = "people:members",
) -> HttpResponse:
    """``take`` for an organisation."""
    return acts.take(
        request, form, do, done=done, back=reverse(to, args=[organisation.slug]),
        template="people/organisation_act.html",
        organisation=organisation, title=title, button=button, intro=intro,
    )  # fmt: skip


def press(
    request: HttpRequest,
    organisation: Organisation,
    do: Callable[[], Any],
    *,
    done: Any,
    to: str = "people:members",
) -> HttpResponse:
    """``acts.press`` for an organisation."""
    return acts.press(request, do, done=done, back=to, slug=organisation.slug)
