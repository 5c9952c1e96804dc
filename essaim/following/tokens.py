"""Signed links by which a person stops mail without signing in (RFC 8058).

A link never expires: a message may be read years later, and stopping must still work. It says
who and what, and opens nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from essaim.people.models import User

DIGEST, WAITS, FOLLOW = "digest", "waits", "follow"
_signer = signing.Signer(salt="essaim.following.unsubscribe", sep=".")


@dataclass(frozen=True)
class Link:
    user: User
    what: str
    follow: int = 0


def unsubscribe_url(user: Any, what: str, follow: int = 0) -> str:
    """The full address of the page that stops this."""
    token = _signer.sign_object([user.pk, what, follow])
    return settings.PUBLIC_URL + reverse("following:unsubscribe", args=[token])


def read(token: str) -> Link | None:
    """What a link asks; None where it was not made here or its person is gone."""
    try:
        pk, what, follow = _signer.unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk).first()
    return Link(user, what, follow) if user else None
