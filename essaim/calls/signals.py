"""What rooms above may listen to; sent inside the action's transaction."""

from __future__ import annotations

from django.dispatch import Signal

call_opened = Signal()  # call
results_published = Signal()  # call
# A call moved on, or what is written of it changed. Keyword: ``call`` (primary key).
call_saved = Signal()
