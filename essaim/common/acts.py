"""What the view of every act does: show a small form or take it, press a button, say what stops.

Rooms add what their pages show around the form; none of this is written again there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from essaim.common.errors import DomainError
from essaim.common.kept import forget_kept_text, kept_text

logger = logging.getLogger(__name__)
# What the page was about is locked by its act: not there any more, somebody removed it meanwhile.
GONE = _("Cela n’existe plus : quelqu’un l’a retiré entre-temps. Rien n’a été changé.")
form_page = require_http_methods(["GET", "HEAD", "POST"])


def posted(request: HttpRequest) -> QueryDict | None:
    """What the form was sent with, or what its session's expiry had kept of it."""
    return request.POST if request.method == "POST" else kept_text(request)


def status_code(request: HttpRequest) -> int:
    """Of a page that shows its form again."""
    return 422 if request.method == "POST" else 200


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
    onward: Callable[[Any], Any] | None = None,
    **context: Any,
) -> HttpResponse:
    """Show a form, or do the act with what it holds and go ``back`` (an object or an address); a
    refusal keeps what was typed. ``done``: what is said of it, or how to say it of what the act
    returned; ``onward``: where to go instead, from the same.
    ``context``: what the template shows beside the form and the way ``back``."""
    if request.method == "POST" and form.is_valid():
        try:
            result = do(form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        except ObjectDoesNotExist:
            logger.warning("gone before its act", exc_info=True)
            form.add_error(None, GONE)
        else:
            forget_kept_text(request)
            messages.success(request, done(result) if callable(done) else done)
            return redirect(onward(result) if onward else back)
    shown = {"form": form, "back": back, **context}
    return render(request, template, shown, status=status_code(request))


def press(
    request: HttpRequest, do: Callable[[], Any], *, done: Any, back: Any, **address: Any
) -> HttpResponse:
    """An act done by its button alone. ``done``: what is said of it, or nothing; ``address``: what
    the address ``back`` is made of."""
    try:
        do()
    except DomainError as error:
        messages.error(request, error.message)
    except ObjectDoesNotExist:
        logger.warning("gone before its act", exc_info=True)
        messages.error(request, GONE)
    else:
        if done:
            messages.success(request, done)
    return redirect(back, **address)
