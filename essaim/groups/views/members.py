"""Inviting territories, answering for one, leaving."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from essaim.common.acts import posted, press
from essaim.common.kept import signed_in_or_kept
from essaim.groups import actions
from essaim.groups.forms import InviteForm
from essaim.groups.models import Member
from essaim.groups.rules import can_answer, can_leave, can_run

from .common import act, fetch


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_or_kept
def invite(request: HttpRequest, code: str) -> HttpResponse:
    group = fetch(request, code, can_run)
    picked = "\n".join(each.replace("\x00", "") for each in request.GET.getlist("territory")[:200])
    form = InviteForm(posted(request), initial={"territories": picked})
    user: Any = request.user
    return act(
        request,
        group,
        form,
        lambda given: actions.invite(group, given["territories"], by=user),
        title=_("Inviter des territoires"),
        intro=_(
            "Les personnes qui représentent une organisation publique de ce territoire sont"
            " prévenues ; sans leur accord il reste « en attente »."
        ),
        button=_("Inviter"),
        done=_("Les invitations sont parties."),
        back=group.get_absolute_url(),
    )


def _fetch(request: HttpRequest, code: str, pk: int, may: Callable[[Any, Any], bool]) -> Member:
    group = fetch(request, code)
    member: Member = get_object_or_404(group.members.for_list(), pk=pk)
    member.group = group
    if not may(request.user, member):
        raise PermissionDenied
    return member


@require_POST
@signed_in_or_kept
def accept(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    member = _fetch(request, code, pk, can_answer)
    user: Any = request.user
    return press(
        request,
        lambda: actions.accept(member, by=user),
        done=_("%(place)s est membre du groupe.") % {"place": member.territory.label},
        back=member.group,
    )


@require_POST
@signed_in_or_kept
def decline(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    member = _fetch(request, code, pk, can_answer)
    user: Any = request.user
    # Of a group read by its members alone, whoever declined no longer has the page.
    back = member.group if member.group.territory_id else "groups:list"
    return press(
        request,
        lambda: actions.decline(member, by=user),
        done=_("L’invitation est déclinée."),
        back=back,
    )


@require_POST
@signed_in_or_kept
def cancel(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    member = _fetch(request, code, pk, lambda user, each: can_run(user, each.group))
    user: Any = request.user
    return press(
        request,
        lambda: actions.cancel(member, by=user),
        done=_("L’invitation est retirée."),
        back=member.group,
    )


@require_POST
@signed_in_or_kept
def leave(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    member = _fetch(request, code, pk, can_leave)
    user: Any = request.user
    back = member.group if member.group.territory_id else "groups:list"
    return press(
        request,
        lambda: actions.leave(member, by=user),
        done=_("%(place)s a quitté le groupe.") % {"place": member.territory.label},
        back=back,
    )
