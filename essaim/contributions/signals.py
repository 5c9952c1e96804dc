"""What this app tells the floors above, inside the action's transaction."""

from __future__ import annotations

from django.dispatch import Signal

# Somebody is interested in a card (once for each interest; corrected since: again); the team is
# in contact with them; they no longer are. Keywords: ``interest`` and ``by``. The interest's row
# is locked, and its card before it where it is said or closed.
interest_said = Signal()
interest_called = Signal()
interest_closed = Signal()
