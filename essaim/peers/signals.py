"""What higher floors (calls) may listen to; sent inside the action's transaction."""

from __future__ import annotations

from django.dispatch import Signal

item_concluded = Signal()  # item, conclusion
round_concluded = Signal()  # round
round_abandoned = Signal()  # round
