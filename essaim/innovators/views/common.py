"""What every act's view does: fetch, check who, show or take one small form, go back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from essaim.common.acts import take
from essaim.innovators.models import InnovationFile
from essaim.innovators.steps import LAST, LAST_TITLE, NUMBER, STEPS, next_act


def fetch(
    request: HttpRequest, pk: int, may: Callable[[Any, InnovationFile], bool]
) -> InnovationFile:
    """The file, if this person sees it (404 otherwise) and may do this (403 otherwise)."""
    visible = InnovationFile.objects.visible_to(request.user).for_detail()
    file: InnovationFile = get_object_or_404(visible, pk=pk)
    if not may(request.user, file):
        raise PermissionDenied
    return file


def status(file: InnovationFile) -> dict[str, Any]:
    """The status line of a file, for every page about it."""
    number = NUMBER.get(file.state, LAST)
    following = STEPS[number].title if number < len(STEPS) else LAST_TITLE
    return {
        "file": file,
        "number": number,
        "last": LAST,
        "step_title": STEPS[number - 1].title if number < LAST else None,
        "following": following,
        "next": next_act(file),
    }


def act(
    request: HttpRequest,
    file: InnovationFile,
    form: Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    title: Any,
    done: Any,
    button: Any,
    intro: Any = "",
) -> HttpResponse:
    """``take`` for a file, with the line that says where it stands."""
    return take(
        request, form, do, done=done, back=file, template="innovators/act.html",
        title=title, button=button, intro=intro, **status(file),
    )  # fmt: skip
