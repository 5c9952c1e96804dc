"""What nobody reads any more in the histories of cards: asked by whatever shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from essaim.people import audit

from .models import Initiative, InitiativeEvent, Withdrawal  # type: ignore[attr-defined]
from .sections import PART_LISTS, SECTIONS


def of(card: Initiative) -> list[Withdrawal]:
    return list(Withdrawal.objects.of(card))


def sections_of(withdrawals: Iterable[Withdrawal], event: Any) -> set[str]:
    """The sections that this version no longer says."""
    return {row.section for row in withdrawals if row.covers(event)}


def in_the_journal(rows: Iterable[Any]) -> dict[int, set[str]]:
    """For the managers' journal: columns of these rows of one history that are withheld, by row."""
    rows = list(rows)
    if not rows:
        return {}
    model = type(rows[0])
    by_card: dict[int, list[Withdrawal]] = defaultdict(list)
    cards = {_card_of(row) for row in rows}
    for withdrawal in Withdrawal.objects.filter(initiative__in=cards):
        by_card[withdrawal.initiative_id].append(withdrawal)
    found: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        for withdrawal in by_card[_card_of(row)]:
            section = SECTIONS[withdrawal.section]
            if model is InitiativeEvent:
                if withdrawal.covers(row):
                    found[row.pgh_id] |= set(section.columns)
                continue
            for name in section.lists:
                part = PART_LISTS[name]
                if model.pgh_tracked_model is part.model and _of_that_time(row, withdrawal):
                    found[row.pgh_id] |= set(part.fields)
    return found


def _card_of(row: Any) -> int:
    return int(row.pgh_obj_id if isinstance(row, InitiativeEvent) else row.initiative_id)


def _of_that_time(row: Any, withdrawal: Withdrawal) -> bool:
    """A row that went later went with the words it had."""
    if row.pgh_created_at < withdrawal.first_at:
        return False
    return bool(row.pgh_created_at <= withdrawal.last_at or row.pgh_label == "delete")


def register() -> None:
    tracked: list[Any] = [Initiative, *(part.model for part in PART_LISTS.values())]
    for model in tracked:
        audit.withhold(model, in_the_journal)
