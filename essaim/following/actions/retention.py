"""What has served is not kept."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from essaim.following.models import Announcement, Digest, Notification


def forget_old(now: dt.datetime | None = None) -> None:
    """Notifications, read or not, and digests past NOTIFICATIONS_KEPT_DAYS; then the
    announcements that nobody keeps any more."""
    limit = (now or timezone.now()) - dt.timedelta(days=settings.NOTIFICATIONS_KEPT_DAYS)
    Notification.objects.filter(created_at__lt=limit).delete()
    Digest.objects.filter(claimed_at__lt=limit).delete()
    told = Notification.objects.filter(announcement=OuterRef("pk"))
    Announcement.objects.filter(~Exists(told), at__lt=limit).delete()
