"""What matching hears from the floors below, inside the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from essaim.matching import tasks
from essaim.matching.actions import standing
from essaim.needs.models import Need


def note_cards(sender: Any, initiatives: Iterable[int], **kwargs: Any) -> None:
    standing.note_changed(list(initiatives))


def weigh_need(sender: Any, instance: Need, raw: bool = False, **kwargs: Any) -> None:
    """By a job that exists only if the transaction ends well."""
    if not raw:
        tasks.weigh.defer(needs=[instance.pk])
