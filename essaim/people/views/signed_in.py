from __future__ import annotations

from django.http import HttpRequest

from essaim.people.models import User


def person(request: HttpRequest) -> User:
    """Who is signed in, in views that ``login_required`` guards."""
    assert isinstance(request.user, User)
    return request.user
