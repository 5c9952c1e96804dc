"""Who runs a group, and who speaks for it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.common.acts import posted, press, status_code
from essaim.common.kept import signed_in_or_kept
from essaim.groups import actions
from essaim.groups.forms import StewardForm
from essaim.groups.models import Steward
from essaim.groups.reading import possible_stewards
from essaim.groups.rules import can_run

from .common import fetch


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def stewards(request: HttpRequest, code: str) -> HttpResponse:
    group = fetch(request, code, can_run)
    user: Any = request.user
    form = StewardForm(posted(request), people=possible_stewards(group, user))
    if request.method == "POST" and form.is_valid():
        return press(
            request,
            lambda: actions.add_steward(group, form.cleaned_data["user"], by=user),
            done=_("Cette personne anime le groupe ; elle est prévenue."),
            back=request.path,
        )
    context = {
        "group": group,
        "form": form,
        "stewards": list(group.stewards.select_related("user")),
    }
    return render(request, "groups/stewards.html", context, status=status_code(request))


def _fetch(request: HttpRequest, code: str, pk: int) -> Steward:
    group = fetch(request, code)
    steward: Steward = get_object_or_404(group.stewards.select_related("user"), pk=pk)
    steward.group = group
    return steward


@require_POST
@signed_in_or_kept
def remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    steward = _fetch(request, code, pk)
    if not can_run(request.user, steward.group):
        raise PermissionDenied
    # Of a group read by its members alone, whoever left may no longer have the page.
    gone = steward.user_id == request.user.pk and not steward.group.territory_id
    return press(
        request,
        lambda: actions.remove_steward(steward, by=request.user),
        done=_("Cette personne n’anime plus le groupe."),
        back="groups:list" if gone else steward.group,
    )


@require_POST
@signed_in_or_kept
def speak(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    steward = _fetch(request, code, pk)
    if not can_run(request.user, steward.group):
        raise PermissionDenied
    return press(
        request,
        lambda: actions.name_spokesperson(steward, by=request.user),
        done=_("Le groupe a un nouveau porte-parole."),
        back=steward.group,
    )
