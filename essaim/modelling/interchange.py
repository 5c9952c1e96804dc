"""The economic page's assumptions and shared costs in the files of cards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from essaim.initiatives.interchange import attached
from essaim.initiatives.interchange.record import json_number
from essaim.initiatives.models import Initiative
from essaim.modelling.actions.economics import keep_imported
from essaim.modelling.models import YEARS, EconomicAssumptions, SharedLine

FIELD = "economic_assumptions"
NAMES = (
    *("beneficiaries_low", "beneficiaries", "beneficiaries_high"),
    *("day_cost", "fte_cost", "years", "source"),
)


@dataclass(frozen=True)
class Kept:
    """``values``: as ``NAMES``, nothing where nobody said any; ``shared``: which of the card's
    economic lines, by position, are paid once for all sites; ``lines``: kind and label of each,
    by which a file's lines are known again."""

    values: tuple[Any, ...] = ()
    shared: frozenset[int] = frozenset()
    lines: tuple[tuple[str, str], ...] = field(default=(), compare=False)


def current(card: Initiative | None) -> Kept:
    if card is None:
        return Kept()
    rows = list(card.economics.all())
    shared = frozenset(n for n, line in enumerate(rows) if hasattr(line, "shared_line"))
    lines = tuple((line.line, line.label) for line in rows)
    if not hasattr(card, "economic_assumptions"):
        return Kept((), shared, lines)
    known = card.economic_assumptions
    return Kept(tuple(getattr(known, name) for name in NAMES), shared, lines)


def light(cards: dict[int, Any]) -> None:
    """What ``current`` reads of cards that are plain rows, in two queries."""
    names = ("initiative_id", *NAMES)
    for row in EconomicAssumptions.objects.filter(initiative__in=cards).values_list(*names):
        cards[row[0]].economic_assumptions = SimpleNamespace(**dict(zip(names, row, strict=True)))
    lines = {line.pk: line for card in cards.values() for line in card.economics}
    if lines:
        shared = SharedLine.objects.filter(line__in=lines)
        for key in shared.values_list("line_id", flat=True):
            lines[key].shared_line = True


def wanted(values: dict[str, Any], kept: Kept) -> Kept:
    """Lines that do not say whether they are shared keep what was said of them."""
    said, shared = kept.values, kept.shared
    if FIELD in values:
        given = values[FIELD]
        given = given | {"years": given.get("years") or YEARS} if _speaks(given) else {}
        said = tuple(given[name] for name in NAMES) if given else ()
    if "economics" in values:
        rows = values["economics"]
        known = _known_again(rows, kept)
        shared = frozenset(
            n
            for n, row in enumerate(rows)
            if (known[n] if row["shared"] is None else row["shared"])
        )
    return Kept(said, shared)


def _known_again(rows: Sequence[dict[str, Any]], kept: Kept) -> list[bool]:
    """Of each line of a file, whether the card's own is shared: the one of the same kind and
    label; in a file of as many lines, one whose label was written anew is that at its place. A
    line taken out gives its place to no other."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, name in enumerate(kept.lines):
        places[name].append(place)
    found: list[int | None] = []
    for row in rows:
        same = places[row["line"], row["label"]]
        found.append(same.pop(0) if same else None)
    if len(rows) == len(kept.lines):
        for n, row in enumerate(rows):
            kind = kept.lines[n][0]
            if found[n] is None and n not in found and kind == row["line"]:
                found[n] = n
    return [place in kept.shared for place in found]


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
            light=light,
            wanted=wanted,
            write=write,
            give=give,
        )
    )
