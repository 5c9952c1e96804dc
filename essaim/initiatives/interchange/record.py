"""One card, one record: what a card becomes by a line, and the line that gives it back.

What the bank cannot use (an unknown territory, a field of another tool) is kept in
``unmatched`` and laid over the record again, so that a round trip loses nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from essaim.common.text import fold
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import PART_LISTS
from essaim.people.models import Organisation
from essaim.themes.matching import Vocabulary

from .attached import Keeper, keepers
from .card_format import FIELDS
from .entry import Entry
from .kinds import Number, Record, Records, Words
from .matching import Known
from .readers import parse_json

SOURCE = {"name": "source_name", "url": "source_url", "licence": "source_licence"}
# Fields that are a column of the same name.
COLUMNS = [
    name
    for name, kind in FIELDS.items()
    if not isinstance(kind, Records | Record) and name not in {"themes", "territories"}
]
# Objects that an app above keeps (``attached``).
ATTACHED = [
    name
    for name, kind in FIELDS.items()
    if isinstance(kind, Record) and name not in {"holder", "source"}
]
# What the others hold, told once: asked of each field of each card, it would take longer than all
# the rest.
LISTS = {name: kind for name, kind in FIELDS.items() if isinstance(kind, Records)}
NUMBERS = {name for name, kind in FIELDS.items() if isinstance(kind, Number)}
WORDS = {name for name, kind in FIELDS.items() if isinstance(kind, Words)}
NUMBERS_OF = {
    name: {key for key, kind in fields.record.fields.items() if isinstance(kind, Number)}
    for name, fields in LISTS.items()
}


@dataclass(slots=True)
class Plan:
    """What a line changes: only what differs from the card is there."""

    entry: Entry
    card: Initiative | None
    columns: dict[str, Any] = field(default_factory=dict)
    relations: dict[str, set[int]] = field(default_factory=dict)
    parts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    # What apps above keep about the card, where the line wants it otherwise.
    attached: list[tuple[Keeper, Any]] = field(default_factory=list)
    holder: Organisation | None = None
    # Free words that no list knows, by vocabulary, for managers to map.
    unknown: dict[str, list[str]] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        return bool(self.columns or self.relations or self.parts or self.attached)


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


# --- from a line to a card ----------------------------------------------------------------
def plan(entry: Entry, known: Known) -> Plan:
    """Compare a line with its card, if the bank has it. Adds the warnings of matching."""
    card = known.cards.get(entry.external_id)
    plan = Plan(entry, card)
    unmatched = dict(card.unmatched) if card else {}
    wanted = {name: entry.values[name] for name in COLUMNS if name in entry.values}
    _plan_terms(plan, wanted, known.vocabulary)
    _plan_places(plan, unmatched, known)
    _plan_holder(plan, wanted, unmatched, known)
    _plan_source(plan, wanted, unmatched)
    _plan_parts(plan, unmatched)
    _plan_attached(plan, unmatched)
    if entry.extra:
        extra = {**unmatched.get("extra", {}), **entry.extra}
        _keep(unmatched, "extra", {k: v for k, v in extra.items() if v is not None})
    wanted["unmatched"] = unmatched
    for name, value in wanted.items():
        if card is None or getattr(card, name) != value:
            plan.columns[name] = value
    if card is not None and card.publication == "archived":
        entry.notes.warn("", "card_archived")
    return plan


def _keep(unmatched: dict[str, Any], key: str, value: Any) -> None:
    if value:
        unmatched[key] = value
    else:
        unmatched.pop(key, None)


def _plan_terms(plan: Plan, wanted: dict[str, Any], vocabulary: Vocabulary) -> None:
    card, values = plan.card, plan.entry.values
    tags = list(wanted.get("tags", card.tags if card else []))
    if "themes" in values:
        themes, strangers = vocabulary.themes(values["themes"])
        present = {fold(tag) for tag in tags}
        for word in strangers:
            at = values["themes"].index(word) if word in values["themes"] else 0
            plan.entry.notes.warn(f"themes[{at}]", "theme_unknown", value=word)
            if fold(word) not in present or not fold(word):
                tags += [word] if word not in tags else []
        wanted["tags"] = tags
        _relate(plan, "themes", {theme.pk for theme in themes})
    elif card is None or (card.tags != tags and not card.themes.all()):
        _relate(plan, "themes", {theme.pk for theme in vocabulary.themes(tags)[0]})
    if card is None or card.tags != tags:
        plan.unknown["theme"] = vocabulary.themes(tags)[1]
    if "beneficiaries" in wanted and (
        card is None or card.beneficiaries != wanted["beneficiaries"]
    ):
        audiences, plan.unknown["audience"] = vocabulary.audiences(wanted["beneficiaries"])
        plan.relations["audiences"] = {audience.pk for audience in audiences}


def _relate(plan: Plan, name: str, keys: set[int]) -> None:
    now = {row.pk for row in getattr(plan.card, name).all()} if plan.card else set()
    if keys != now:
        plan.relations[name] = keys


def _plan_places(plan: Plan, unmatched: dict[str, Any], known: Known) -> None:
    if "territories" not in plan.entry.values:
        return
    found, strangers = set(), []
    for n, given in enumerate(plan.entry.values["territories"]):
        known.note_place(given, f"territories[{n}]", plan.entry.notes)
        territory = known.place(given)
        if territory is None:
            strangers.append(given)
        else:
            found.add(territory.pk)
    _relate(plan, "territories", found)
    _keep(unmatched, "territories", sorted(strangers))


def _plan_holder(
    plan: Plan, wanted: dict[str, Any], unmatched: dict[str, Any], known: Known
) -> None:
    if "holder" not in plan.entry.values:
        return
    given, notes = plan.entry.values["holder"], plan.entry.notes
    unmatched.pop("holder", None)
    if not given:
        wanted["holder_id"] = None
        return
    territory = known.place(given["territory"])
    row, aside = known.holders.find(given, territory, notes)
    if given["territory"]:
        known.note_place(given["territory"], "holder.territory", notes)
        if territory is None:
            aside["territory"] = given["territory"]
    _keep(unmatched, "holder", {"of": row.name, "given": aside} if aside else {})
    now = plan.card.holder if plan.card else None
    plan.holder = row
    if now is None or row.pk is None or now.pk != row.pk:
        wanted["holder_id"] = row.pk  # None until the organisation is created
        plan.columns["holder_id"] = row.pk
    elif row.pk in known.holders.completed:
        # The card itself stays as it is, but what it gives back is fuller.
        plan.columns["holder_id"] = row.pk


def _plan_source(plan: Plan, wanted: dict[str, Any], unmatched: dict[str, Any]) -> None:
    if "source" not in plan.entry.values:
        return
    given = plan.entry.values["source"]
    for key, column in SOURCE.items():
        wanted[column] = given.get(key, "")
    _keep(unmatched, "source", given.get("", {}))


def _plan_parts(plan: Plan, unmatched: dict[str, Any]) -> None:
    for name, part in PART_LISTS.items():
        if name not in plan.entry.values:
            continue
        given = plan.entry.values[name]
        rows = [{key: row[key] for key in part.fields} for row in given]
        now = (
            [
                {key: getattr(row, key) for key in part.fields}
                for row in getattr(plan.card, name).all()
            ]
            if plan.card
            else []
        )
        if rows != now:
            plan.parts[name] = rows
        asides = [[n, row[part.key], row[""]] for n, row in enumerate(given) if row.get("")]
        _keep(unmatched, name, asides)


def _plan_attached(plan: Plan, unmatched: dict[str, Any]) -> None:
    for name in ATTACHED:
        if name in plan.entry.values:
            _keep(unmatched, name, plan.entry.values[name].get("", {}))
    for keeper in keepers():
        current = keeper.current(plan.card)
        wanted = keeper.wanted(plan.entry.values, current)
        rewritten = keeper.parts & plan.parts.keys() and wanted != keeper.current(None)
        if wanted != current or rewritten:
            plan.attached.append((keeper, wanted))


def is_exactly(value: Any, card: Initiative, known: Known) -> bool:
    """Whether the line is word for word what the card gives back.

    It spares a card written on the site the mends of an import. Words that could not be
    matched are read again: the bank may know them now.
    """
    if card.unmatched or not isinstance(value, dict):
        return False
    given = {key: item for key, item in value.items() if not is_blank(item)}
    mine = {
        key: item for key, item in to_record(card, known.vocabulary).items() if not is_blank(item)
    }
    return given.keys() == mine.keys() and given == parse_json(dumps(mine))


def is_blank(value: Any) -> bool:
    return value is None or value in ("", [], {})


# --- from a card to a line ----------------------------------------------------------------
def to_record(card: Initiative, vocabulary: Vocabulary) -> dict[str, Any]:
    """The card as a line of the format, empty fields left out. Reads what
    ``with_everything`` loaded, and nothing else."""
    record: dict[str, Any] = {}
    unmatched = card.unmatched or {}
    for name in FIELDS:
        value = _value_of(card, name, unmatched)
        if value not in (None, "", [], {}):
            record[name] = value
        elif name == "themes" and card.tags and vocabulary.themes(card.tags)[0]:
            record[name] = []  # said, or the tags would give the card its themes again
    for keeper in keepers():
        keeper.give(record, keeper.current(card))
    for key, value in (unmatched.get("extra") or {}).items():
        record.setdefault(key, value)
    return record


def _value_of(card: Initiative, name: str, unmatched: dict[str, Any]) -> Any:
    if name == "themes":
        return sorted(theme.slug for theme in card.themes.all())
    if name == "territories":
        known = [territory.address for territory in card.territories.all()]
        return sorted({*known, *unmatched.get("territories", [])})
    if name == "holder":
        return _holder_of(card, unmatched.get("holder") or {})
    if name == "source":
        texts = {key: getattr(card, column) for key, column in SOURCE.items()}
        return _filled(texts) | unmatched.get("source", {})
    if name in ATTACHED:
        return unmatched.get(name, {})  # the rest is kept by an app above
    if name in LISTS:
        return _rows_of(card, name, unmatched.get(name) or [])
    value = getattr(card, name)
    if name in NUMBERS:
        return json_number(value)
    return list(value) if name in WORDS else value


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "")}


def _holder_of(card: Initiative, aside: dict[str, Any]) -> dict[str, Any]:
    row = card.holder
    if row is None:
        return {}
    known = {
        "name": row.name,
        "kind": row.kind,
        "siren": row.siren,
        "territory": row.territory.address if row.territory else "",
    }
    # Words kept for another organisation say nothing of this one.
    given = aside.get("given", {}) if aside.get("of") == row.name else {}
    return _filled(known | given)


def _rows_of(card: Initiative, name: str, asides: list[Any]) -> list[dict[str, Any]]:
    part, numbers = PART_LISTS[name], NUMBERS_OF[name]
    rows = []
    for row in getattr(card, name).all():
        values = {}
        for key in part.fields:
            value = getattr(row, key)
            values[key] = json_number(value) if key in numbers else value
        rows.append(_filled(values))
    for position, named, aside in asides:
        if position < len(rows) and rows[position].get(part.key, "") == named:
            rows[position] |= aside
    return rows


def json_number(value: Decimal | int | None) -> int | float | None:
    """Exact: an integer where it is one; to the cent, thirteen digits fit a float."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)
