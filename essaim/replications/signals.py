"""What this app tells the floors above."""

from __future__ import annotations

from django.dispatch import Signal

# A replication stopped, by right to error. Sent inside the action's transaction. Keywords:
# ``replication`` (Replication, with its reason and its date), ``by`` (who said so).
replication_stopped = Signal()
