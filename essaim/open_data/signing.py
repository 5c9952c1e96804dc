"""How a delivery proves where it comes from: the « Standard Webhooks » convention."""

from __future__ import annotations

import base64
import hashlib
import hmac

from django.conf import settings

from essaim.open_data.models import Subscription

PREFIX = "whsec_"


def key_of(subscription: Subscription) -> bytes:
    """Kept nowhere: computed from the site's own key and the subscription's salt."""
    return hmac.new(
        settings.SECRET_KEY.encode(), f"webhook:{subscription.salt}".encode(), hashlib.sha256
    ).digest()


def secret_of(subscription: Subscription) -> str:
    return PREFIX + base64.b64encode(key_of(subscription)).decode()


def signature(key: bytes, *, message: str, timestamp: int, body: bytes) -> str:
    """Of ``id.timestamp.body``: who replays an old delivery cannot change its date."""
    signed = f"{message}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
