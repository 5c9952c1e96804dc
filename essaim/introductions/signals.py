"""What this app tells the others."""

from __future__ import annotations

from django.dispatch import Signal

# Both sides agreed that a replication begins. Sent once for each introduction, inside the
# action's transaction. Keywords: ``introduction`` (its card, organisation or adopter, territory)
# and ``by``, who said so.
replication_begun = Signal()
