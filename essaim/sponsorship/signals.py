"""What this app tells the floors above."""

from __future__ import annotations

from django.dispatch import Signal

# A sponsor came to the directory, back to it, or to another territory: the agreement is there,
# though its first day may be later. Sent inside the action's transaction. Keyword: ``sponsor``
# (primary key).
sponsor_listed = Signal()
