"""What was read on the site: nobody is written to about it any more."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils import timezone

from essaim.following.models import Notification


def mark_read(user: Any, pks: Collection[int]) -> None:
    Notification.objects.filter(user=user, pk__in=pks).unread().update(read_at=timezone.now())


def mark_all_read(user: Any) -> int:
    return Notification.objects.filter(user=user).unread().update(read_at=timezone.now())


def mark_subject_read(user: Any, kind: str, *keys: str) -> None:
    """Its page was opened: what was announced of it (of them) has been read there."""
    about = Notification.objects.filter(
        user=user, announcement__kind=kind, announcement__key__in=keys
    )
    about.unread().update(read_at=timezone.now())
