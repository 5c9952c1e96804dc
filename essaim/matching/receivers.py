"""What matching hears from the floors below, inside the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from essaim.matching import tasks
from essaim.matching.actions import standing


def note_cards(sender: Any, initiatives: Iterable[int], **kwargs: Any) -> None:
    standing.note_changed(list(initiatives))


def note_needs(sender: Any, needs: Iterable[int], **kwargs: Any) -> None:
    """What is withdrawn is erased here too, at once; the rest is weighed by a job that exists
    only if the transaction ends well."""
    pks = list(needs)
    standing.forget_withdrawn(pks)
    tasks.weigh.defer(needs=pks)
