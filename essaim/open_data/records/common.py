"""What all records share: addresses, and texts without anybody's address or number."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from essaim.common.privacy import has_personal, mask_personal

NOBODY = AnonymousUser()
# Codes and words of lists: nothing typed freely stands there.
CODES = {
    *("external_id", "siren", "themes", "territories", "territory", "kind", "line", "track"),
    *("status", "started_on", "checked_on", "year", "level", "stages", "helps", "applicants"),
    *("opens_at", "closes_at", "organiser_siren", "slug"),
    *("points", "recurrence", "as_of", "ended_on", "opens_on", "closes_on"),
}
_SIGNS = re.compile(r"[@＠%\[(]|\d\D{0,3}\d")


def site(path: str) -> str:
    """The whole address of a page; jobs have no request to take it from."""
    return settings.PUBLIC_URL + path


def api(path: str) -> str:
    return f"{settings.PUBLIC_URL}/api/v1/{path}"


def masked(value: Any, name: str = "") -> Any:
    """The value without e-mail addresses and telephone numbers, wherever they were typed; links
    that hold one are left out."""
    if name in CODES:
        return value
    if isinstance(value, str):
        if not _SIGNS.search(value):
            return value
        if name == "url":
            return "" if has_personal(value) else value
        return mask_personal(value)
    if isinstance(value, list):
        return [masked(item, name) for item in value]
    if isinstance(value, dict):
        return {key: masked(item, key) for key, item in value.items()}
    return value


def day(value: Any) -> str | None:
    return value.isoformat() if value else None


def number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
