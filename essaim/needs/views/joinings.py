"""Needs that go together: asking, answering, taking back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.common.acts import posted, press, status_code
from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, signed_in_or_kept
from essaim.groups.models import NAME_LENGTH
from essaim.needs import actions
from essaim.needs.forms import GroupNameForm, JoinForm
from essaim.needs.models import Joining, Need
from essaim.needs.reading import mask, shorten, show
from essaim.needs.rules import can_answer_joining, can_ask_to_join, can_edit, can_take_back


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the author of the need ``pk`` to go together with one of one's own."""
    other = get_object_or_404(Need.objects.visible_to(request.user).for_detail(), pk=pk)
    if not can_ask_to_join(request.user, other):
        raise PermissionDenied
    user: Any = request.user
    mine = Need.objects.spoken_for(user).open().order_by("-created_at", "-pk")
    form = JoinForm(posted(request), mine=mine)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_to_join(form.cleaned_data["need"], other, by=user)
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            forget_kept_text(request)
            messages.success(request, _("Votre demande est partie : son auteur y répondra."))
            return redirect(other)
    context = {
        "other": other,
        "shown": show(other, user),
        "form": form,
        "has_needs": mine.exists(),
    }
    return render(request, "needs/join.html", context, status=status_code(request))


def _fetch(request: HttpRequest, pk: int, may: Callable[[Any, Joining], bool]) -> Joining:
    joining = get_object_or_404(
        Joining.objects.select_related(
            "need__author", "need__organisation__territory", "need__territory",
            "other__author", "other__organisation__territory", "other__territory", "other__group",
            "need__group",
        ),
        pk=pk,
    )  # fmt: skip
    if not may(request.user, joining):
        raise Http404
    return joining


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def joining(request: HttpRequest, pk: int) -> HttpResponse:
    """The author who was asked reads the other need, names the group, and accepts."""
    found = _fetch(request, pk, can_answer_joining)
    user: Any = request.user
    if found.state != Joining.State.ASKED:
        return redirect(found.other)
    # The group exists already: its name is its own.
    group = found.other.active_group or found.need.active_group
    name = shorten(" ".join(mask(found.other.text).split()), NAME_LENGTH)
    form = None if group else GroupNameForm(posted(request), initial={"name": name})
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            made = actions.accept_joining(
                found, by=user, name=form.cleaned_data["name"] if form else ""
            )
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect(found.other)
        forget_kept_text(request)
        messages.success(request, _("Vos besoins sont réunis dans un groupe de territoires."))
        return redirect(made)
    context = {
        "joining": found,
        "theirs": show(found.need, user),
        "ours": show(found.other, user),
        "group": group,
        "form": form,
    }
    return render(request, "needs/joining.html", context, status=status_code(request))


@require_POST
@signed_in_or_kept
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    found = _fetch(request, pk, can_answer_joining)
    return press(
        request,
        lambda: actions.decline_joining(found, by=request.user),
        done=_("La demande est déclinée."),
        back=found.other,
    )


@require_POST
@signed_in_or_kept
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    found = _fetch(request, pk, can_take_back)
    return press(
        request,
        lambda: actions.take_back(found, by=request.user),
        done=_("Votre demande est retirée."),
        back=found.need,
    )


@require_POST
@signed_in_or_kept
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """The need out of its group: open again to another."""
    need = get_object_or_404(Need.objects.visible_to(request.user).for_detail(), pk=pk)
    if not can_edit(request.user, need):
        raise PermissionDenied
    return press(
        request,
        lambda: actions.leave_group(need, by=request.user),
        done=_(
            "Votre besoin n’est plus porté par le groupe. Votre territoire en reste membre tant"
            " qu’une de ses organisations publiques ne l’en retire pas."
        ),
        back=need,
    )
