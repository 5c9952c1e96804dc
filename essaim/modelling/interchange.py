"""The economic page's assumptions and shared costs in the files of cards."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from essaim.initiatives.interchange import attached
from essaim.initiatives.interchange.record import json_number
from essaim.initiatives.models import Initiative
from essaim.modelling.actions.economics import keep_imported
from essaim.modelling.models import YEARS

FIELD = "economic_assumptions"
NAMES = (
    *("beneficiaries_low", "beneficiaries", "beneficiaries_high"),
    *("day_cost", "fte_cost", "years", "source"),
)


@dataclass(frozen=True)
class Kept:
    """``values``: as ``NAMES``, nothing where nobody said any; ``shared``: which of the card's
    economic lines, by position, are paid once for all sites."""

    values: tuple[Any, ...] = ()
    shared: frozenset[int] = frozenset()


def current(card: Initiative | None) -> Kept:
    if card is None:
        return Kept()
    lines = enumerate(card.economics.all())
    shared = frozenset(n for n, line in lines if _has(line, "shared_line"))
    if not _has(card, "economic_assumptions"):
        return Kept(shared=shared)
    known = card.economic_assumptions
    return Kept(tuple(getattr(known, name) for name in NAMES), shared)


def _has(row: Any, name: str) -> bool:
    try:
        getattr(row, name)
    except ObjectDoesNotExist:
        return False
    return True


def wanted(values: dict[str, Any], kept: Kept) -> Kept:
    """Lines that do not say whether they are shared keep, at their place, what was said."""
    said, shared = kept.values, kept.shared
    if FIELD in values:
        given = values[FIELD]
        given = given | {"years": given.get("years") or YEARS} if _speaks(given) else {}
        said = tuple(given[name] for name in NAMES) if given else ()
    if "economics" in values:
        rows = enumerate(values["economics"])
        shared = frozenset(
            n for n, row in rows if (n in shared if row["shared"] is None else row["shared"])
        )
    return Kept(said, shared)


def _speaks(given: dict[str, Any]) -> bool:
    return any(given.get(name) not in (None, "") for name in NAMES)


def write(card: Initiative, kept: Kept, by: Any) -> None:
    values = dict(zip(NAMES, kept.values, strict=True)) if kept.values else None
    keep_imported(card, values, shared=kept.shared, by=by)


def give(record: dict[str, Any], kept: Kept) -> None:
    if kept.values:
        values = zip(NAMES, kept.values, strict=True)
        said = {
            name: json_number(value) if isinstance(value, Decimal) else value
            for name, value in values
            if value not in (None, "")
        }
        record[FIELD] = said | record.get(FIELD, {})
    if kept.shared:
        # Said of each line: in a file where one was taken out, those that follow move up, and
        # would be given what was said of the line that stood there.
        for n, row in enumerate(record.get("economics", [])):
            row["shared"] = n in kept.shared


def register() -> None:
    attached.register(
        attached.Keeper(
            name=FIELD,
            parts=frozenset({"economics"}),
            prefetch=("economic_assumptions", "economics__shared_line"),
            current=current,
            wanted=wanted,
            write=write,
            give=give,
        )
    )
