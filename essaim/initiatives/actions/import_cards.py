"""Writing cards from the lines of a file, batch by batch.

A batch is one transaction: a process killed in the middle leaves whole cards only, and running
again completes the work. Two imports take turns at each batch, so that neither collides with
the other over a card, an organisation or an address.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import pghistory
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from essaim.initiatives import derived, following
from essaim.initiatives.actions.cards import write_rows
from essaim.initiatives.actions.facts import facts_from_evidence
from essaim.initiatives.actions.import_holders import write_organisations
from essaim.initiatives.interchange.csv_rows import NOTHING
from essaim.initiatives.interchange.entry import Entry, read_entry
from essaim.initiatives.interchange.issues import Issue
from essaim.initiatives.interchange.matching import Known
from essaim.initiatives.interchange.mend.text import storable
from essaim.initiatives.interchange.readers import Line, read_lines
from essaim.initiatives.interchange.record import Plan, is_exactly, plan
from essaim.initiatives.models import Initiative, Publication
from essaim.initiatives.sections import PART_LISTS
from essaim.initiatives.signals import card_published, card_saved
from essaim.initiatives.slugs import free_slugs
from essaim.themes.actions import record_unmapped

BATCH_LINES = 500
SAMPLE = 10
BATCH_BYTES = 8 * 1024 * 1024
_TRIES = 3
# Classes of SQLSTATE: wrong data, broken constraint, beyond a limit of PostgreSQL.
_LINES_FAULT = ("22", "23", "54")
_CROSSED = "40"  # deadlock, serialisation


@dataclass(slots=True)
class Outcome:
    """What a batch did, or would do."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    errors: list[Issue] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)
    # [{line, title, fields}]: ``fields`` that change, empty for a new card.
    sample: list[dict[str, Any]] = field(default_factory=list)
    last_line: int = 0


@dataclass(slots=True)
class Reading:
    line: Line
    entry: Entry | None

    @property
    def external_id(self) -> str:
        """Of the line as it came, even where something stops it."""
        if self.entry is not None:
            return self.entry.external_id
        given = self.line.value.get("external_id") if isinstance(self.line.value, dict) else None
        return given if isinstance(given, str) and storable(given) == given else ""


class Seen:
    """The identifiers met in a file, and at which line; eight bytes of each are kept."""

    def __init__(self) -> None:
        self._lines: dict[int, int] = {}

    def claim(self, external_id: str, line: int) -> int:
        """The line that has this identifier: this one, or an earlier one."""
        digest = hashlib.blake2b(external_id.encode(), digest_size=8).digest()
        return self._lines.setdefault(int.from_bytes(digest, "big"), line)


def outcomes(
    file: BinaryIO, *, publish: bool, by: Any, write: bool, after: int = 0
) -> Iterator[Outcome]:
    """Read the file and import it (``write``) or say what that would do, a batch at a time.

    Lines up to ``after`` are known to be done. Raises NotReadable before the first batch when
    the file is of another kind.
    """
    seen = Seen()
    for batch in batches(read_lines(file), seen, after):
        yield import_batch(batch, publish=publish, by=by, write=write)


def batches(lines: Iterable[Line], seen: Seen, after: int) -> Iterator[list[Reading]]:
    batch: list[Reading] = []
    size = 0
    for line in lines:
        reading = read(line, seen)
        if line.number <= after:
            continue
        batch.append(reading)
        size += line.size
        if len(batch) >= BATCH_LINES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def read(line: Line, seen: Seen) -> Reading:
    """Of two lines with one identifier, the second is refused."""
    notes = line.notes
    entry = None if line.value is NOTHING or notes.errors else read_entry(line.value, notes)
    if entry is not None:
        first = seen.claim(entry.external_id, line.number)
        if first != line.number:
            notes.error("external_id", "duplicate", value=first)
            entry = None
    return Reading(line, entry)


def import_batch(
    readings: Sequence[Reading],
    *,
    publish: bool,
    by: Any = None,
    write: bool = True,
    origin: dict[str, Any] | None = None,
) -> Outcome:
    """Create or update the cards of these lines, in one transaction.

    Cards that exist keep their publication; new ones are published or drafts. ``origin``: where
    the lines come from when ``by`` did not bring them ({action, …}, identifiers only): new cards
    then have no author here. Side effects
    (``write``): history, organisations, facts from evidence, derived columns, ``card_saved``,
    unknown words for managers to map.
    """
    marks = [(len(r.line.notes.errors), len(r.line.notes.warnings)) for r in readings]
    for attempt in range(_TRIES):
        for reading, (errors, warnings) in zip(readings, marks, strict=True):
            del reading.line.notes.errors[errors:], reading.line.notes.warnings[warnings:]
        try:
            with transaction.atomic():
                return _import(readings, publish=publish, by=by, write=write, origin=origin)
        except DatabaseError as error:
            # Someone took an address or an organisation's name on the site meanwhile, or two
            # transactions crossed: it passes. What stays is the fault of a line.
            state = getattr(error.__cause__, "sqlstate", None) or ""
            if state[:2] not in {*_LINES_FAULT, _CROSSED}:
                raise
            if attempt == _TRIES - 1:
                if state[:2] == _CROSSED:
                    raise
                break
    return _without_the_culprit(readings, publish=publish, by=by, write=write, origin=origin)


def _without_the_culprit(readings: Sequence[Reading], **options: Any) -> Outcome:
    """The database refused the batch: halve it until one line alone is left out."""
    if len(readings) == 1:
        line = readings[0].line
        line.notes.error("", "line_database")
        return Outcome(refused=1, errors=list(line.notes.errors), last_line=line.number)
    middle = len(readings) // 2
    first = import_batch(readings[:middle], **options)
    second = import_batch(readings[middle:], **options)
    return Outcome(
        created=first.created + second.created,
        updated=first.updated + second.updated,
        unchanged=first.unchanged + second.unchanged,
        refused=first.refused + second.refused,
        errors=first.errors + second.errors,
        warnings=first.warnings + second.warnings,
        sample=(first.sample + second.sample)[:SAMPLE],
        last_line=second.last_line,
    )


def _import(
    readings: Sequence[Reading],
    *,
    publish: bool,
    by: Any,
    write: bool,
    origin: dict[str, Any] | None,
) -> Outcome:
    outcome = Outcome(last_line=readings[-1].line.number)
    if write:
        take_turns()
    ids = {reading.external_id for reading in readings} - {""}
    known = Known(ids, [r.entry for r in readings if r.entry is not None], lock=write)
    plans: list[Plan] = []
    for reading in readings:
        notes = reading.line.notes
        card = known.cards.get(reading.external_id)
        repeated = any(issue.code == "duplicate" for issue in notes.errors)
        if card is not None and not repeated and is_exactly(reading.line.value, card, known):
            outcome.unchanged += 1
            continue
        if reading.entry is not None:
            made = plan(reading.entry, known)
            if card is None:
                outcome.created += 1
                plans.append(made)
            elif made.changes:
                outcome.updated += 1
                plans.append(made)
            else:
                outcome.unchanged += 1
        elif notes.errors:
            outcome.refused += 1
        outcome.errors += notes.errors
        outcome.warnings += [] if notes.errors else notes.warnings
    outcome.sample = [_sample(made) for made in plans[:SAMPLE]]
    if write and plans:
        said = {"action": "import"} | (origin or {})
        with pghistory.context(user=by.pk if by else None, **said):
            _write(plans, known, publish=publish, by=by, origin=origin)
    return outcome


def _sample(made: Plan) -> dict[str, Any]:
    new = made.card is None
    attached = [keeper.name for keeper, _wanted in made.attached]
    names = [] if new else [*made.columns, *made.relations, *made.parts, *attached]
    title = made.entry.values["title"]
    return {"line": made.entry.notes.line, "title": title, "fields": sorted(set(names))}


def take_turns() -> None:
    """Before its cards: merging two organisations, or two cards, takes them in that order, and
    waits here as the site's own forms do."""
    _one_at_a_time("initiatives.import")
    _one_at_a_time("people.organisation")


def _one_at_a_time(name: str) -> None:
    """Until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


# --- writing ------------------------------------------------------------------------------
def _write(
    plans: list[Plan],
    known: Known,
    *,
    publish: bool,
    by: Any,
    origin: dict[str, Any] | None,
) -> None:
    author = None if origin else by
    write_organisations(known.holders, trusted=origin is None)
    _update([p for p in plans if p.card is not None])
    new = [p for p in plans if p.card is None]
    for made, card in zip(new, _create(new, publish=publish, by=author), strict=True):
        made.card = card
    for made in plans:
        for keeper, wanted in made.attached:
            keeper.write(made.card, wanted, by)  # type: ignore[arg-type]
    everything = [p.card.pk for p in plans if p.card]
    with_evidence = [p.card.pk for p in plans if p.card and "evidence" in p.parts]
    if with_evidence:
        facts_from_evidence(with_evidence)
    derived.refresh(everything, by=by)
    for vocabulary in ("theme", "audience"):
        record_unmapped([w for p in plans for w in p.unknown.get(vocabulary, [])], vocabulary)
    card_saved.send(sender=Initiative, initiatives=everything)
    _tell_followers(plans, {p.card.pk for p in new if p.card}, publish=publish, by=by)


def _tell_followers(plans: list[Plan], new: set[int], *, publish: bool, by: Any) -> None:
    """New cards that anyone may read, and published ones that changed."""
    old = [p.card for p in plans if p.card and p.card.pk not in new]
    published = [card.pk for card in old if card.publication == Publication.PUBLISHED]
    if published:
        following.changed(published, by=by)
    if new and publish:
        following.published(sorted(new), by=by)
        card_published.send(sender=Initiative, initiatives=sorted(new))


def _create(plans: list[Plan], *, publish: bool, by: Any) -> list[Initiative]:
    now = timezone.now()
    slugs = free_slugs([p.columns["title"] for p in plans]) if plans else []
    cards = [
        Initiative(
            **p.columns | ({"holder_id": p.holder.pk} if p.holder else {}),
            slug=slug,
            author=by,
            publication=Publication.PUBLISHED if publish else Publication.DRAFT,
            published_at=now if publish else None,
        )
        for p, slug in zip(plans, slugs, strict=True)
    ]
    cards = Initiative.objects.bulk_create(cards)
    for name in ("themes", "audiences", "territories"):
        _relate(
            name,
            [
                (c.pk, key)
                for p, c in zip(plans, cards, strict=True)
                for key in sorted(p.relations.get(name, ()))
            ],
        )
    for name, part in PART_LISTS.items():
        part.model._default_manager.bulk_create(
            [
                part.model(initiative=card, position=position, **row)  # type: ignore[misc]
                for p, card in zip(plans, cards, strict=True)
                for position, row in enumerate(p.parts.get(name, ()))
            ],
            batch_size=1000,
        )
    return cards


def _relate(name: str, pairs: list[tuple[int, int]]) -> None:
    """Rows of a many-to-many table, without an object for each: an import has thousands."""
    if not pairs:
        return
    relation = Initiative._meta.get_field(name)
    quote = connection.ops.quote_name
    table = quote(relation.m2m_db_table())  # type: ignore[union-attr]
    columns = f"{quote(relation.m2m_column_name())}, {quote(relation.m2m_reverse_name())}"  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns})"
            " SELECT * FROM unnest(%s::bigint[], %s::bigint[]) ON CONFLICT DO NOTHING",
            [[card for card, _key in pairs], [key for _card, key in pairs]],
        )


def _update(plans: list[Plan]) -> None:
    now = timezone.now()
    for made in plans:
        card = made.card
        if card is None:
            continue
        columns = made.columns | (
            {"holder_id": made.holder.pk} if "holder_id" in made.columns and made.holder else {}
        )
        for name, value in columns.items():
            setattr(card, name, value)
        card.version += 1
        card.updated_at = now
        written = ["holder" if name == "holder_id" else name for name in columns]
        card.save(update_fields=[*written, "version", "updated_at"])
        for name, keys in made.relations.items():
            getattr(card, name).set(keys)
        for name, rows in made.parts.items():
            part = PART_LISTS[name]
            current = [
                {"id": row.pk} | {key: getattr(row, key) for key in part.fields}
                for row in getattr(card, name).all()
            ]
            write_rows(card, part, rows, current)
