"""What this app tells the floors above, and what it asks them."""

from __future__ import annotations

from django.dispatch import Signal

# Schemes were written (none is ever deleted: it ends). Sent inside the action's transaction. Keyword: ``schemes``
# (list of primary keys). The index follows it.
scheme_saved = Signal()

# A text is looked for among schemes: asked by the directory, answered by the floor that owns
# the index. Keywords: ``text``; ``allowed`` (queryset of Scheme, already filtered); ``limit``
# (None: all); ``offset``. The receiver returns (primary keys in order, how many contain a word, how many more
# are proposed for their meaning alone).
schemes_searched = Signal()
