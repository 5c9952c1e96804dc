"""What every page of a group does: fetch, check who, do one act, go back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from essaim.common.acts import take
from essaim.groups.models import Group
from essaim.groups.rules import can_view


def fetch(request: HttpRequest, code: str, may: Callable[[Any, Group], bool] = can_view) -> Group:
    """The group, if this person sees it (404 otherwise) and may do this (403 otherwise)."""
    group: Group = get_object_or_404(Group.objects.visible_to(request.user).for_detail(), code=code)
    if may is not can_view and not may(request.user, group):
        raise PermissionDenied
    return group


def act(
    request: HttpRequest,
    group: Group | None,
    form: Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    title: Any,
    done: Any,
    button: Any,
    back: str,
    intro: Any = "",
) -> HttpResponse:
    """``take`` for a group; ``do`` may return the group to go to, ``back`` otherwise."""
    return take(
        request, form, do, done=done, back=back, template="groups/act.html",
        onward=lambda result: result if isinstance(result, Group) else back,
        group=group, title=title, button=button, intro=intro,
    )  # fmt: skip
