"""What every act's view does: fetch, check who, show or take one small form, go back."""

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
from essaim.innovators.models import InnovationFile
from essaim.innovators.steps import LAST, LAST_TITLE, NUMBER, STEPS, next_act


def posted(request: HttpRequest) -> QueryDict | None:
    """What the form was sent with, or what its session's expiry had kept of it."""
    return request.POST if request.method == "POST" else kept_text(request)


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
    """Show the form, or do the act with what it holds; a refusal is shown where it belongs and
    keeps what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            forget_kept_text(request)
            messages.success(request, done)
            return redirect(file)
    context = {"form": form, "title": title, "button": button, "intro": intro, **status(file)}
    return render(request, "innovators/act.html", context)


def press(
    request: HttpRequest, file: InnovationFile, do: Callable[[], Any], *, done: Any
) -> HttpResponse:
    """An act done by its button alone."""
    try:
        do()
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return redirect(file)
