"""What this floor tells the floors above."""

from __future__ import annotations

from django.dispatch import Signal

# Sent inside the transaction that empties an account, while its address and name still stand.
# Keywords: ``user``, and ``keep_name`` (the person asked to stay credited). A receiver erases
# what only that person could read; what others rely on stays, and says « compte supprimé ».
account_deleted = Signal()

# Sent inside the transaction that puts two organisations together, both locked. Keywords:
# ``kept``, ``other`` and ``by``. A receiver moves what names ``other`` and cannot be moved as it
# is (once for each person, keys kept as text, histories to write, indexes); the rest moves after.
organisations_merged = Signal()

# Something was decided about a person's place in an organisation: they are to be told. Keywords:
# ``user``, ``organisation``, ``what`` (one of the three). Inside the action's transaction.
membership_told = Signal()
MEMBERSHIP_ACCEPTED, MEMBERSHIP_DECLINED, MEMBERSHIP_ENDED = (
    *("membership_accepted", "membership_declined", "membership_ended"),
)
