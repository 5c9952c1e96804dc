"""What this app tells the floors above."""

from __future__ import annotations

from django.dispatch import Signal

# A pool that everyone may read opened to options. Sent inside the action's transaction. Keyword:
# ``pool`` (primary key).
pool_opened = Signal()
