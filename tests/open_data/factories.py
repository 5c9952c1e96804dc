"""Tokens and subscriptions, valid by default."""

from __future__ import annotations

from typing import Any

from essaim.open_data.actions.tokens import create_token
from essaim.open_data.models import SCOPES, ApiToken
from tests.people.factories import UserFactory


def make_token(
    user: Any = None, scopes: list[str] | None = None, **fields: Any
) -> tuple[ApiToken, str]:
    """A token and the words that open with it."""
    return create_token(
        by=user or UserFactory(),
        **{"name": "Mon programme", "scopes": scopes or SCOPES, "days": 30, **fields},
    )


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}
