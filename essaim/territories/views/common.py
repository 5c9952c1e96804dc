"""What the pages of managers share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from ..rules import can_manage_zonings

View = Callable[..., HttpResponseBase]


def managers_only(view: View) -> View:
    @wraps(view)
    @login_required
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_manage_zonings(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
