from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from essaim.following.reading import COUNTED_TO, unread_count


def _shown(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    count = unread_count(user) if user else 0
    return f"{COUNTED_TO}+" if count > COUNTED_TO else str(count or "")


def unread(request: HttpRequest) -> dict[str, Any]:
    """Context processor: how many notifications wait to be read; one query, and only on pages
    whose header shows it to someone signed in."""
    return {"unread_notifications": SimpleLazyObject(lambda: _shown(request))}
