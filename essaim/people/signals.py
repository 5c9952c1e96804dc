"""What this floor tells the floors above."""

from __future__ import annotations

from django.dispatch import Signal

# Sent inside the transaction that empties an account, while its address and name still stand.
# Keywords: ``user``, and ``keep_name`` (the person asked to stay credited). A receiver erases
# what only that person could read; what others rely on stays, and says « compte supprimé ».
account_deleted = Signal()
