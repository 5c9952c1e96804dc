"""What every act's view does: fetch, check who, show or take one small form, go back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from essaim.common import acts
from essaim.evaluations.models import Evaluation
from essaim.evaluations.steps import status


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


def fetch(request: HttpRequest, pk: int, may: Callable[[Any, Evaluation], bool]) -> Evaluation:
    """The evaluation, if this person sees it (404 otherwise) and may do this (403 otherwise)."""
    visible = Evaluation.objects.visible_to(request.user).for_detail()
    evaluation: Evaluation = get_object_or_404(visible, pk=pk)
    if not may(request.user, evaluation):
        raise PermissionDenied
    return evaluation


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
    return acts.take(
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
    """``acts.press`` for an evaluation."""
    return acts.press(request, do, done=done, back=to or evaluation)
