"""Who gets in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from essaim.common.kept import signed_in_or_kept
from essaim.harvest import rules

PER_PAGE = 20
View = Callable[..., HttpResponseBase]


def managers_only(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not rules.can_harvest(request.user):
            raise PermissionDenied
        return signed_in_or_kept(view)(request, *args, **kwargs)

    return guarded
