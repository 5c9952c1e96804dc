"""What needs tell the floors above, inside the action's transaction."""

from __future__ import annotations

from django.dispatch import Signal

# A need was stated or changed; needs were withdrawn. Keyword: ``needs`` (primary keys).
need_saved = Signal()
need_removed = Signal()
