from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from essaim.people import rules
from essaim.people.actions.consents import PENDING


def account(request: HttpRequest) -> dict[str, Any]:
    """What the frame of the site tells a person about their account, without a query."""
    session = getattr(request, "session", None)
    return {
        "openid": settings.OPENID["name"] if settings.OPENID["server"] else "",
        "terms_pending": bool(session and session.get(PENDING)),
        # Asked by one page only.
        "second_factor_missing": lambda: bool(
            settings.REQUIRE_SECOND_FACTOR
            and rules.needs_second_factor(request.user)
            and not is_mfa_enabled(request.user)
        ),
    }
