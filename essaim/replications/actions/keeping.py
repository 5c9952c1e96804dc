"""What is erased: links that no longer serve, and what a person leaves behind."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from essaim.replications.models import LeftText, Mentorship, Peer, ReportLink


@transaction.atomic
def forget_person(user: Any) -> None:
    """Their place in the directory, their links and unsent texts go; what they told of a site
    stays the site's, under nobody's name."""
    Peer.objects.filter(user=user).delete()
    ReportLink.objects.filter(user=user).delete()
    LeftText.objects.filter(by=user).delete()
    Mentorship.objects.filter(asked_by=user).update(message="")


@transaction.atomic
def forget_links(days: int) -> int:
    """Links expired for so long, and texts left for so long."""
    limit = timezone.now() - dt.timedelta(days=days)
    links, _each = ReportLink.objects.filter(expires_at__lt=limit).delete()
    texts, _each = LeftText.objects.filter(at__lt=limit).delete()
    return links + texts
