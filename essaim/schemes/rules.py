"""Who may read, add and change a scheme."""

from __future__ import annotations

from typing import Any

import rules

from essaim.people.rules import can_manage, memberships_of
from essaim.schemes.models import Scheme


@rules.predicate
def can_view(user: Any, scheme: Scheme) -> bool:
    """Everyone, once in the directory. Agrees with ``SchemeQuerySet.visible_to``."""
    return (
        scheme.is_published
        or bool(can_manage(user))
        or (bool(user.is_authenticated) and scheme.author_id == user.pk)
    )


@rules.predicate
def can_add(user: Any) -> bool:
    """Managers, and members of an organisation in its name."""
    return bool(can_manage(user)) or bool(memberships_of(user))


@rules.predicate
def is_of_the_owner(user: Any, scheme: Scheme) -> bool:
    return scheme.owner_id in memberships_of(user)


@rules.predicate
def is_manager(user: Any, scheme: Scheme | None = None) -> bool:
    return bool(can_manage(user))


@rules.predicate
def is_kept_here(user: Any, scheme: Scheme) -> bool:
    """Not removed: only a manager puts it back."""
    return not scheme.is_removed


can_edit = is_manager | (can_view & is_of_the_owner & is_kept_here)
can_review = can_manage
can_import = can_manage
