"""What waits on a need that is no longer open."""

from __future__ import annotations

from django.db.models import Q

from essaim.needs.models import Joining, Need


def release(need: Need) -> None:
    """Requests to go together, asked by it or of it, are taken back. The caller holds the need."""
    rows = Joining.objects.filter(Q(need=need) | Q(other=need), state=Joining.State.ASKED)
    for each in rows.select_for_update().order_by("pk"):
        each.take_back()
        each.save(update_fields=["state"])
