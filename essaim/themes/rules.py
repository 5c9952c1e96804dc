"""Who may change the controlled lists (§ 14 of the domain)."""

from __future__ import annotations

from typing import Any

import rules


@rules.predicate
def can_change_lists(user: Any) -> bool:
    """Programme managers and administrators."""
    return bool(user.is_authenticated and (user.is_manager or user.is_superuser))
