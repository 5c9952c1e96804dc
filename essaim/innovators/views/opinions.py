"""Giving an opinion: signed in, or by a personal link confirmed by a code.

Before the code is confirmed a page says nothing of the request: a forwarded link shows no
project, no name, no address. Nothing is recorded by a GET.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from essaim.common.acts import form_page, posted, refuse
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.innovators.actions import opinions
from essaim.innovators.forms.files import CodeForm, OpinionForm
from essaim.innovators.models import OpinionLink, OpinionRequest

SESSION = "innovators_opinion"
CONFIRMED_FOR = 30 * 60  # seconds


@require_safe
@never_cache
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Where the message leads: a button that sends the code, or why the link no longer serves."""
    found = opinions.find_link(token)
    flaw = found.flaw() if found else OpinionLink.Flaw.DEAD
    if flaw:
        return _flawed(request, flaw)
    return render(request, "innovators/opinion_link.html", {"token": token})


@form_page
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """POST with the link's token: send the code. POST with the code: confirm it."""
    if "token" in request.POST:
        found = opinions.find_link(request.POST["token"])
        if found is None:
            return _flawed(request, OpinionLink.Flaw.DEAD)
        request.session[SESSION] = {"link": found.pk, "until": 0}
    else:
        found = _remembered(request)
        if found is None:
            return _flawed(request, OpinionLink.Flaw.DEAD)
    if flaw := found.flaw():
        return _flawed(request, flaw)
    if "token" in request.POST or "again" in request.POST:
        return _send_code(request, found)
    form = CodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            opinions.confirm_code(found, form.cleaned_data["code"])
        except DomainError as error:
            form.add_error(error.field, error.message)
        else:
            request.session.cycle_key()
            request.session[SESSION] = {"link": found.pk, "until": _now() + CONFIRMED_FOR}
            return redirect("innovators:opinion_by_link")
    return render(request, "innovators/opinion_code.html", {"form": form})


def _send_code(request: HttpRequest, found: OpinionLink) -> HttpResponse:
    try:
        opinions.send_code(found)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Un code vient d’être envoyé à l’adresse qui a reçu le lien."))
    return redirect("innovators:opinion_code")


@form_page
@never_cache
def by_link(request: HttpRequest) -> HttpResponse:
    """The request itself, once the code is confirmed, and the opinion."""
    found = _remembered(request, confirmed=True)
    if found is None:
        return _flawed(request, OpinionLink.Flaw.DEAD)
    if flaw := found.flaw():
        return _flawed(request, flaw)
    return _opinion(request, found.request, {"link": found})


@signed_in_or_kept
@form_page
@never_cache
def signed_in(request: HttpRequest, pk: int) -> HttpResponse:
    visible = OpinionRequest.objects.visible_to(request.user).for_list()
    found = get_object_or_404(visible, pk=pk)
    return _opinion(request, found, {"by": request.user})


def _opinion(request: HttpRequest, asked: OpinionRequest, who: dict[str, Any]) -> HttpResponse:
    form = OpinionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            opinions.give_opinion(asked, **form.cleaned_data, **who)
        except DomainError as error:
            refuse(form, error)
        else:
            request.session.pop(SESSION, None)
            forget_kept_text(request)
            return redirect("innovators:opinion_given")
    return render(request, "innovators/opinion.html", {"form": form, "asked": asked})


@require_safe
def given(request: HttpRequest) -> HttpResponse:
    """Thanks; the same page for everyone, it says nothing of any request."""
    return render(request, "innovators/opinion_given.html")


def _remembered(request: HttpRequest, *, confirmed: bool = False) -> OpinionLink | None:
    """The link this browser came by, if it is still there (and confirmed, where asked)."""
    kept = request.session.get(SESSION)
    if not kept or (confirmed and kept["until"] < _now()):
        return None
    return (
        OpinionLink.objects.select_related(
            "request__file__innovator", "request__file__organisation"
        )
        .filter(pk=kept["link"])
        .first()
    )


def _now() -> int:
    return int(timezone.now().timestamp())


def _flawed(request: HttpRequest, flaw: Any) -> HttpResponse:
    label = OpinionLink.Flaw(flaw).label
    return render(request, "innovators/opinion_flawed.html", {"message": label}, status=410)
