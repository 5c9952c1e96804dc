"""Against answers sent by the hundred, without keeping who answers.

The machine's address is counted as a keyed digest that nobody can read back, whose key lives a
day and whose count lives an hour, in the cache and nowhere else. A cookie of the survey's own says
in this browser alone that one has answered; another person may still answer on the same machine.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from essaim.common.counters import count
from essaim.evaluations.models import Survey

HOUR, DAY = 3600, 86_400
# An hour, from one address: a day centre's machine serves many people.
FROM_ONE_ADDRESS = 30
# An hour, for one survey, from anywhere.
FOR_ONE_SURVEY = 1_000


def too_many(request: HttpRequest, survey: Survey) -> bool:
    """Counts this answer; whether it is one too many."""
    key = cache.get_or_set("survey:key", lambda: secrets.token_hex(16), DAY)
    address = get_adapter().get_client_ip(request)  # behind the operator's own proxies
    digest = hmac.new(str(key).encode(), f"{survey.pk}:{address}".encode(), hashlib.sha256)
    return (
        count(f"survey:{digest.hexdigest()[:32]}", HOUR) > FROM_ONE_ADDRESS
        or count(f"survey:{survey.pk}", HOUR) > FOR_ONE_SURVEY
    )


def _cookie(survey: Survey) -> str:
    return f"enquete-{survey.pk}"


def has_answered(request: HttpRequest, survey: Survey) -> bool:
    return _cookie(survey) in request.COOKIES


def remember(response: HttpResponse, survey: Survey, *, secure: bool) -> None:
    """That someone answered, not what nor when: for a month, for this survey's address alone."""
    response.set_cookie(
        _cookie(survey), "1", max_age=30 * DAY, path=survey.answer_path,
        httponly=True, samesite="Lax", secure=secure,
    )  # fmt: skip
