"""Who may do what with territories (§ 14 of the domain)."""

from __future__ import annotations

from typing import Any

import rules

from .models import Territory


@rules.predicate
def can_view(user: Any, territory: Territory | None = None) -> bool:
    """Geography is public."""
    return True


@rules.predicate
def can_manage_zonings(user: Any) -> bool:
    """Programme managers and administrators."""
    return bool(user.is_authenticated and (user.is_manager or user.is_superuser))
