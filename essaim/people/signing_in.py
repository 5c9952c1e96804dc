"""What is put in a session when it opens, so that no page has to ask the database for it."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest

from essaim.people.actions.consents import PENDING, terms_are_pending
from essaim.people.middleware import SEEN
from essaim.people.models import User


def ask_for_consent(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    request.session[PENDING] = terms_are_pending(user)


def note_session(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """The sign-in package lists the new session; the next visits are noted later."""
    request.session[SEEN] = int(time.time())
