"""What every act's view does: fetch, check who, show or take one small form, go back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text
from essaim.evaluations.models import Evaluation
from essaim.evaluations.steps import status

form_page = require_http_methods(["GET", "HEAD", "POST"])


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages where data on persons are typed: when the session has expired, what was typed is
    given back in the answer and kept nowhere (``kept.signed_in_or_kept`` would store it)."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            raise PermissionDenied
        return redirect_to_login(request.path)

    return wrapper


def posted(request: HttpRequest) -> QueryDict | None:
    """What the form was sent with, or what its session's expiry had kept of it."""
    return request.POST if request.method == "POST" else kept_text(request)


def fetch(request: HttpRequest, pk: int, may: Callable[[Any, Evaluation], bool]) -> Evaluation:
    """The evaluation, if this person sees it (404 otherwise) and may do this (403 otherwise)."""
    visible = Evaluation.objects.visible_to(request.user).for_detail()
    evaluation: Evaluation = get_object_or_404(visible, pk=pk)
    if not may(request.user, evaluation):
        raise PermissionDenied
    return evaluation


def refuse(form: Form, error: DomainError) -> None:
    """Show the refusal where it belongs, beside what was typed."""
    form.add_error(error.field if error.field in form.fields else None, error.message)


def take(
    request: HttpRequest,
    form: Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    done: Any,
    back: Any,
    template: str,
    **context: Any,
) -> HttpResponse:
    """Show a form, or do the act with what it holds and go ``back``; a refusal keeps what was
    typed. ``context``: what the template shows beside the form."""
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            forget_kept_text(request)
            messages.success(request, done)
            return redirect(back)
    status_code = 422 if request.method == "POST" else 200
    return render(request, template, {"form": form, **context}, status=status_code)


def act(
    request: HttpRequest,
    evaluation: Evaluation,
    form: Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    title: Any,
    done: Any,
    button: Any,
    intro: Any = "",
    to: str = "",
    template: str = "evaluations/act.html",
    **context: Any,
) -> HttpResponse:
    """``take`` for an evaluation, with the line that says where it stands."""
    return take(
        request, form, do, done=done, back=to or evaluation, template=template,
        title=title, button=button, intro=intro, **status(evaluation), **context,
    )  # fmt: skip


def press(
    request: HttpRequest,
    evaluation: Evaluation,
    do: Callable[[], Any],
    *,
    done: Any,
    to: str = "",
) -> HttpResponse:
    """An act done by its button alone."""
    try:
        do()
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return redirect(to or evaluation)
