"""A section's content kept as JSON, and what to do when the card moved on meanwhile.

No database here: dictionaries in, dictionaries out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import DecimalField

from essaim.initiatives.comparison import Difference, differences
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import PART_LISTS, Content, Section, plain


def freeze(content: Content) -> Content:
    """As JSON keeps it; without the places that rows had in a form."""
    text = json.dumps(content, cls=DjangoJSONEncoder)
    found: Content = json.loads(text)
    for value in found.values():
        if isinstance(value, list):
            for row in value:
                if isinstance(row, dict):
                    row.pop("prefix", None)
    return found


def thaw(section: Section, kept: Content) -> Content:
    """The same as the card's forms and actions speak it: amounts are numbers again."""
    content = {
        name: _number(Initiative, name, value) if name in section.columns else value
        for name, value in kept.items()
    }
    for name in section.lists:
        model = PART_LISTS[name].model
        content[name] = [
            {field: _number(model, field, value) for field, value in row.items()}
            for row in kept.get(name, [])
        ]
    return content


def _number(model: Any, name: str, value: Any) -> Any:
    if name == "id" or not isinstance(value, str | int | float):
        return value
    return Decimal(str(value)) if _is_decimal(model, name) else value


def _is_decimal(model: Any, name: str) -> bool:
    return isinstance(model._meta.get_field(name), DecimalField)


def merge(before: Content, proposed: Content, now: Content) -> Content:
    """What the section would be with the proposed changes, and no others.

    What the proposal did not touch stays as it is now; rows and terms are added to and taken
    from those of now; where both changed one text, the proposed one is shown, for a person to
    choose.
    """
    merged = {}
    for name, current in now.items():
        old, new = before.get(name), proposed.get(name)
        if name not in proposed or plain(new) == plain(old):
            merged[name] = current
        elif plain(current) == plain(old):
            merged[name] = new
        elif isinstance(current, list) and isinstance(old, list) and isinstance(new, list):
            rows = any(isinstance(item, dict) for item in [*current, *old, *new])
            merged[name] = (_merge_rows if rows else _merge_items)(old, new, current)
        else:
            merged[name] = new
    return merged


def without_withdrawn(
    before: Content, proposed: Content, taken: Content | None, today: Content, *, was_taken: bool
) -> tuple[Content, Content, Content | None]:
    """The three of a proposal, where each field that no longer says what it said says what the
    card says today: withdrawn words are among those (today's were cleaned first), and words that
    an author wrote elsewhere stay."""
    gone = {name for name, now in today.items() if plain(before.get(name)) != plain(now)}
    if was_taken:
        for kept in (proposed, taken or {}):
            gone |= {name for name, now in today.items() if plain(kept.get(name)) != plain(now)}

    def cleaned(kept: Content) -> Content:
        return {name: today[name] if name in gone else value for name, value in kept.items()}

    return cleaned(before), cleaned(proposed), None if taken is None else cleaned(taken)


def _merge_items(old: list[Any], new: list[Any], now: list[Any]) -> list[Any]:
    gone = [item for item in old if item not in new]
    added = [item for item in new if item not in old and item not in now]
    merged = [item for item in now if item not in gone] + added
    return sorted(merged) if all(isinstance(item, int) for item in merged) else merged


def _merge_rows(
    old: list[dict[str, Any]], new: list[dict[str, Any]], now: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    was = {row["id"]: row for row in old if row.get("id")}
    wanted = {row["id"]: row for row in new if row.get("id") in was}
    merged = []
    for row in now:
        before, after = was.get(row["id"]), wanted.get(row["id"])
        if before is None:
            merged.append(row)  # someone else's, since
        elif after is None:
            if plain(row) != plain(before):
                merged.append(row)  # taken away here, changed there: it stays
        else:
            merged.append(row if plain(after) == plain(before) else after)
    return merged + [row for row in new if row.get("id") not in was]


@dataclass(frozen=True)
class Field:
    """One field of a proposal: before, proposed, and now where it changed since."""

    label: Any
    before: list[tuple[str, str]]
    proposed: list[tuple[str, str]]
    now: list[tuple[str, str]] | None


def fields_changed(before: Content, proposed: Content, now: Content) -> list[Field]:
    """Field by field, for the person who decides."""
    since: dict[str, Difference] = {str(each.label): each for each in differences(before, now)}
    return [
        Field(
            label=each.label,
            before=each.saved,
            proposed=each.typed,
            now=since[str(each.label)].typed if str(each.label) in since else None,
        )
        for each in differences(before, proposed)
    ]
