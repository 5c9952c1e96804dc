"""What every page of a group does: fetch, check who, do one act, go back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text
from essaim.groups.models import Group
from essaim.groups.rules import can_view


def fetch(request: HttpRequest, code: str, may: Callable[[Any, Group], bool] = can_view) -> Group:
    """The group, if this person sees it (404 otherwise) and may do this (403 otherwise)."""
    group: Group = get_object_or_404(Group.objects.visible_to(request.user).for_detail(), code=code)
    if may is not can_view and not may(request.user, group):
        raise PermissionDenied
    return group


def posted(request: HttpRequest) -> QueryDict | None:
    """What the form was sent with, or what its session's expiry had kept of it."""
    return request.POST if request.method == "POST" else kept_text(request)


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
    """Show the form, or do the act with what it holds; a refusal is shown where it belongs and
    keeps what was typed. ``do`` may return a group to go to; ``back`` otherwise."""
    if request.method == "POST" and form.is_valid():
        try:
            result = do(form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error.message))
        else:
            forget_kept_text(request)
            messages.success(request, done)
            return redirect(result if isinstance(result, Group) else back)
    context = {
        "group": group, "form": form, "title": title, "button": button, "back": back,
        "intro": intro,
    }  # fmt: skip
    return render(request, "groups/act.html", context)


def press(request: HttpRequest, do: Callable[[], Any], *, done: Any, back: Any) -> HttpResponse:
    """An act done by its button alone."""
    try:
        do()
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, done)
    return redirect(back)
