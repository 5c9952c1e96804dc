"""What people changed here is theirs: there, what a source changes is proposed, as anyone's
contribution would be, and never written over.

A card is compared section by section with what the last passage wrote of it; where a section says
something else, people have taken it up.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.contributions.actions.proposals import save_proposal, withdraw_proposal
from essaim.contributions.content import freeze
from essaim.contributions.models import Proposal
from essaim.harvest.models import Item, Source
from essaim.initiatives.interchange.entry import Entry
from essaim.initiatives.interchange.issues import Notes
from essaim.initiatives.interchange.matching import Known, with_everything
from essaim.initiatives.interchange.record import Plan, plan
from essaim.initiatives.models import Initiative
from essaim.initiatives.sections import (
    PART_LISTS,
    SECTIONS,
    Content,
    changed_names,
    digest,
    plain,
    read_section,
)

if TYPE_CHECKING:
    from essaim.harvest.actions.record import Record

_SPACE = uuid.UUID("6d0e5a52-6f86-5f0e-9a3c-3d7f6ad0a6b1")
# Fields of the format that are not named as on the card.
_ELSEWHERE = {"source": "materiel", "economic_assumptions": "economie"}
SECTION_OF: dict[str, str] = {
    name: slug
    for slug, section in SECTIONS.items()
    for name in (*section.columns, *section.relations, *section.lists)
} | _ELSEWHERE


@dataclass
class Wanted:
    """A section that people changed here, as the source would have it."""

    section: str
    fields: set[str]  # of the import format
    names: list[str]  # of the card
    current: Content
    content: Content


def cards_of(items: Iterable[Item]) -> dict[int, Initiative]:
    """By key, with all that a section holds."""
    return {card.pk: card for card in _whole([i.card_id for i in items if i.card_id])}


def cards_by_identifier(external_ids: Sequence[str]) -> dict[str, Initiative]:
    cards = Initiative.objects.filter(external_id__in=external_ids)
    return {card.external_id: card for card in with_everything(cards).prefetch_related("audiences")}


def _whole(keys: Sequence[int]) -> Any:
    cards = Initiative.objects.filter(pk__in=keys)
    return with_everything(cards).prefetch_related("audiences")


def marks(card: Initiative) -> dict[str, str]:
    """Fingerprints of its sections."""
    return {slug: digest(read_section(card, section)) for slug, section in SECTIONS.items()}


def changed_here(item: Item, card: Initiative) -> set[str]:
    """Sections that no longer say what the last passage wrote."""
    return {slug for slug, mark in marks(card).items() if item.written.get(slug) != mark}


def prepare(records: list[Record], cards: dict[int, Initiative]) -> None:
    """Leave to the import of each record what the source changed and nobody here did; the rest
    waits in ``record.proposals``."""
    later: list[tuple[Record, Initiative, set[str], Entry]] = []
    for record in records:
        item, reading = record.item, record.reading
        assert item is not None and reading is not None and reading.entry is not None
        card = cards.get(item.card_id or 0)
        if card is None:
            continue
        entry = reading.entry
        names = {*record.line, *item.record}
        changed = {n for n in names if record.line.get(n) != item.record.get(n)}
        local = record.local = changed_here(item, card)
        kept_here = {name for name in changed if SECTION_OF.get(name) in local}
        if kept_here:
            values = {n: _read(entry, n) for n in kept_here if _is_read(entry, n)}
            theirs = Entry(Notes(entry.notes.line), values | _required(entry, card, values))
            later.append((record, card, kept_here, theirs))
        direct = changed - kept_here
        entry.values = {n: v for n, v in entry.values.items() if n in direct}
        entry.values |= _required(entry, card, entry.values)
        _clear(entry, record, direct)
        entry.extra = {n: v for n, v in entry.extra.items() if n in direct}
        # Not word for word what came: what is left of it.
        reading.line.value = {"external_id": card.external_id, "_": ""}
    if not later:
        return
    known = Known(
        {card.external_id for _r, card, _n, _e in later}, [e for *_rest, e in later], lock=False
    )
    for record, card, fields, entry in later:
        record.proposals = list(_wanted(card, fields, plan(entry, known)))


def _read(entry: Entry, name: str) -> Any:
    return entry.values[name]


def _is_read(entry: Entry, name: str) -> bool:
    return name in entry.values


def _required(entry: Entry, card: Initiative, given: dict[str, Any]) -> dict[str, Any]:
    """What a line always says, as the card says it."""
    own = {"title": card.title, "summary": card.summary}
    kept = {name: value for name, value in own.items() if name not in given}
    return kept | {"external_id": card.external_id}


def _clear(entry: Entry, record: Record, direct: set[str]) -> None:
    """A field that the source no longer gives is emptied, as an empty one would be."""
    from essaim.initiatives.interchange.card_format import FIELDS

    for name in direct - set(record.line):
        if name in FIELDS and not FIELDS[name].required:
            entry.values[name] = FIELDS[name].read(None, name, entry.notes)


def _wanted(card: Initiative, fields: set[str], made: Plan) -> Iterable[Wanted]:
    for slug in sorted({SECTION_OF[name] for name in fields}):
        section = SECTIONS[slug]
        current = read_section(card, section)
        content = dict(current)
        for name in section.columns:
            column = "holder_id" if name == "holder" else name
            if column in made.columns and (name != "holder" or made.columns[column]):
                content[name] = made.columns[column]
        for name in section.relations:
            if name in made.relations:
                content[name] = sorted(made.relations[name])
        for name in section.lists:
            if name in made.parts:
                content[name] = _rows(name, made.parts[name], current[name])
        names = changed_names(current, content)
        if names:
            own = {name for name in fields if SECTION_OF[name] == slug}
            yield Wanted(slug, own, names, current, content)


def _rows(
    name: str, rows: list[dict[str, Any]], current: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """A row of the same name is the same row."""
    key = PART_LISTS[name].key
    free = {row[key]: row["id"] for row in current if row[key]}
    return [row | ({"id": free.pop(row[key])} if row[key] in free else {}) for row in rows]


def _reason(source: Source, item: Item) -> str:
    """Without the address of the source itself: it may hold a key."""
    if not item.link:
        return _("Changement lu à la source « %(source)s ».") % {"source": source.name}
    told = {"source": source.name, "link": item.link}
    return _("Changement lu à la source « %(source)s » : %(link)s") % told


def send(record: Record, item: Item, card: Initiative, source: Source) -> list[str]:
    """Propose what waits, in the place of what the source proposed before and nobody decided.
    Returns why some could not be."""
    refused = []
    proposed = dict(item.proposed)
    for wanted in record.proposals:
        mark = digest({"content": plain(freeze(wanted.content))})
        key = uuid.uuid5(_SPACE, f"{item.pk}:{wanted.section}:{mark}")
        try:
            proposal = save_proposal(
                card,
                wanted.section,
                wanted.content,
                by=source.manager,
                key=key,
                seen=digest(read_section(card, SECTIONS[wanted.section])),
                reason=_reason(source, item),
                counted=False,
            )
        except DomainError as error:
            refused.append(str(error.message)[:300])
            continue
        before = proposed.get(wanted.section)
        if before and before != proposal.pk:
            old = Proposal.objects.filter(pk=before, state=Proposal.State.PROPOSED).first()
            if old is not None:
                withdraw_proposal(old)
        proposed[wanted.section] = proposal.pk
    item.proposed = proposed
    return refused
