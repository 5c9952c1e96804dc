"""What this app tells the floors above, and what it asks them."""

from __future__ import annotations

from django.dispatch import Signal

# Needs were stated, changed, answered, opened again or withdrawn. Sent inside the action's
# transaction. Keyword: ``needs`` (list of primary keys). The index and the matching follow it.
need_saved = Signal()

# Needs near a text in meaning are looked for: asked while one is being stated and on a need's
# page, answered by the floor that owns the index. Keywords: ``text``; ``allowed`` (queryset of
# Need, already filtered); ``limit``. The receiver returns the primary keys, the closest first.
needs_searched = Signal()

# Which of these needs have no good answer: asked by every list and count of them, answered by the
# floor that compares needs with initiatives, so that there is one rule. Keyword: ``among``
# (queryset of Need). The receiver returns it narrowed.
needs_without_answer = Signal()
