"""In which language to write to someone, whatever the message is about."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Q

from essaim.following.models import MailSettings


def language_of(user: Any, otherwise: str = "") -> str:
    """The one that this person chose for messages; else the one they were reading (``otherwise``),
    else that of the platform."""
    return _chosen(Q(user=user)) or otherwise or settings.LANGUAGE_CODE


def language_at(address: str) -> str:
    """The same for an address: of the account that confirmed it, if there is one."""
    confirmed = Q(user__emailaddress__email__iexact=address, user__emailaddress__verified=True)
    return _chosen(confirmed) or settings.LANGUAGE_CODE


def _chosen(whose: Q) -> str:
    rows = MailSettings.objects.filter(whose, user__is_active=True)
    return rows.values_list("language", flat=True).first() or ""
