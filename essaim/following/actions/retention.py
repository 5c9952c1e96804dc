"""What has served is not kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from essaim.following.models import Announcement, Digest, Follow, MailSettings, Notification


def forget_old(days: int) -> int:
    """Notifications, read or not, and digests older than that; then the announcements that
    nobody keeps any more. Returns how many notifications and digests went."""
    limit = timezone.now() - dt.timedelta(days=days)
    notifications, _rows = Notification.objects.filter(created_at__lt=limit).delete()
    digests, _rows = Digest.objects.filter(claimed_at__lt=limit).delete()
    told = Notification.objects.filter(announcement=OuterRef("pk"))
    Announcement.objects.filter(~Exists(told), at__lt=limit).delete()
    return notifications + digests


@transaction.atomic
def forget_person(user: Any) -> None:
    """What only that person could read; what they announced to others stays, without them."""
    for model in (Follow, Notification, MailSettings, Digest):
        model._default_manager.filter(user=user).delete()
    Announcement.objects.filter(by=user).update(by=None)
