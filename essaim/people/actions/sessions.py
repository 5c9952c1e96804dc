"""Ending sessions."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.db import transaction

from essaim.people.models import User


@transaction.atomic
def end_session(user: User, pk: int) -> bool:
    """Sign out one device of this person; False where it is no longer theirs to end."""
    session = UserSession.objects.select_for_update().filter(user=user, pk=pk).first()
    if session is None:
        return False
    session.end()
    return True


@transaction.atomic
def end_other_sessions(user: User, *, current_key: str | None) -> int:
    """Sign out every device but this one; returns how many."""
    others = UserSession.objects.select_for_update().filter(user=user)
    ended = list(others.exclude(session_key=current_key or ""))
    for session in ended:
        session.end()
    return len(ended)
