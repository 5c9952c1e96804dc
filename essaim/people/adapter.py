"""How the sign-in package speaks with our accounts."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from essaim.people.models import User


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Keep the name given at sign-up."""
        user.name = form.cleaned_data.get("name", "")
        return super().save_user(request, user, form, commit)
