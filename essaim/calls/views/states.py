"""The buttons of a call’s states: announced, opened, closed, opened again; the last wave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from essaim.calls.actions import calendar, ending, reading
from essaim.calls.forms import setting as forms
from essaim.calls.models import Call
from essaim.common.acts import form_page, posted, press, take
from essaim.common.kept import signed_in_or_kept
from essaim.people.rules import can_manage

from .common import get_run, header


def act(
    request: HttpRequest, call: Call, form: Any, do: Callable[[dict[str, Any]], Any], *,
    title: Any, button: Any, done: Any, back: Any = None, intro: Any = "",
) -> HttpResponse:  # fmt: skip
    """A small form on a call: what it is about, and the way back."""
    return take(
        request, form, do, done=done, back=back or call.get_absolute_url(),
        template="calls/act.html", title=title, button=button, intro=intro,
        **header(request, call, "preparation"),
    )  # fmt: skip


def _pressed(what: Callable[..., Any], done: Any) -> Any:
    @signed_in_or_kept
    @require_POST
    def view(request: HttpRequest, slug: str) -> HttpResponse:
        call = get_run(request, slug)
        return press(request, lambda: what(call, by=request.user), done=done, back=call)

    return view


announce = _pressed(calendar.announce_call, gettext_lazy("L’appel est annoncé : il est public."))
take_back = _pressed(calendar.take_back, gettext_lazy("L’appel est à nouveau en préparation."))
open_call = _pressed(calendar.open_call, gettext_lazy("L’appel est ouvert."))


@signed_in_or_kept
@form_page
def close(request: HttpRequest, slug: str) -> HttpResponse:
    """Before its hour, with a reason; after it, without."""
    call = get_run(request, slug)
    if request.method == "POST" and call.closes_at and call.closes_at <= timezone.now():
        return press(
            request, lambda: calendar.close_call(call, by=request.user),
            done=_("L’appel est clos."), back=call,
        )  # fmt: skip
    return act(
        request, call, forms.ReasonForm(posted(request)),
        lambda given: calendar.close_call(call, by=request.user, **given),
        title=_("Clore l’appel maintenant"), button=_("Clore maintenant"),
        intro=_("L’heure annoncée n’est pas venue : ceux qui ont un brouillon ne pourront plus le déposer. Ils en lisent la raison."),
        done=_("L’appel est clos."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def open_again(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_run(request, slug)
    return act(
        request, call, forms.ReopenForm(posted(request), call=call),
        lambda given: calendar.open_again(call, by=request.user, **given),
        title=_("Rouvrir l’appel"), button=_("Rouvrir"),
        intro=_("Chacun peut à nouveau déposer jusqu’à la nouvelle fermeture ; ceux qui ont un brouillon sont prévenus."),
        done=_("L’appel est rouvert."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def drop(request: HttpRequest, slug: str) -> HttpResponse:
    """« Sans suite »: nothing is left to decide."""
    call = get_run(request, slug)
    return act(
        request, call, forms.DropForm(posted(request)),
        lambda given: ending.drop(call, by=request.user, **given),
        title=_("Classer l’appel sans suite"), button=_("Classer sans suite"),
        intro=_("Aucune candidature n’attend plus de réponse. L’appel est archivé sans résultats ; ceux qui ont candidaté lisent pourquoi. Cela ne se reprend pas."),
        done=_("L’appel est clos sans suite."),
    )  # fmt: skip


@signed_in_or_kept
@form_page
def skip_reading(request: HttpRequest, slug: str) -> HttpResponse:
    """Once closed: the decision without a reading."""
    call = get_run(request, slug)
    return act(
        request, call, forms.ReasonForm(posted(request)),
        lambda given: reading.skip_reading(call, by=request.user, **given),
        title=_("Se passer de lecture"), button=_("Se passer de lecture"),
        intro=_("L’appel prévoyait une lecture : les candidats lisent pourquoi il n’y en a pas. Les décisions se prennent ensuite sans note ni rang."),
        done=_("L’appel se passe de lecture : la décision peut s’ouvrir."),
        back=reverse("calls:reading", args=[call.slug]),
    )  # fmt: skip


@signed_in_or_kept
@require_POST
def end_series(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_run(request, slug)
    if call.series is None or not can_manage(request.user):
        raise PermissionDenied
    series = call.series
    return press(
        request, lambda: calendar.end_series(series, on=timezone.localdate()),
        done=_("Aucune vague ne suivra."), back=reverse("calls:setting", args=[call.slug, "calendrier"]),
    )  # fmt: skip
