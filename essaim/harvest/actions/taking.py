"""Records become cards, batch by batch: new ones, changes, and proposals where people changed the
card here."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from essaim.harvest import proposing
from essaim.harvest.actions import foreseen
from essaim.harvest.actions.record import Record
from essaim.harvest.actions.reporting import SAMPLE, report
from essaim.harvest.actions.sorting import PAGE, PRESENCE, Sorter, met, still_there
from essaim.harvest.failures import Broken
from essaim.harvest.models import Item, Kind, Run, Source
from essaim.harvest.reading import essaim, feeds, pages, tables
from essaim.harvest.reading.fetching import Body, Fetcher
from essaim.harvest.reading.mapping import fields_read, to_line
from essaim.harvest.reading.records import Found, Remark
from essaim.initiatives.actions.import_cards import (
    Outcome,
    Reading,
    import_batch,
    take_turns,
)
from essaim.initiatives.interchange.entry import read_entry
from essaim.initiatives.interchange.readers import Line

BATCH = 500
_ENOUGH = 5  # records, to say of a field that none holds it
_ACCEPT = {
    Kind.FEED: "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5",
    Kind.JSON_FEED: "application/feed+json, application/json;q=0.9, */*;q=0.5",
    Kind.SITEMAP: "application/xml, text/xml;q=0.9, */*;q=0.5",
    Kind.TABLE: "text/csv, application/x-ndjson, */*;q=0.5",
    Kind.ESSAIM: "application/json",
}


class Superseded(Exception):
    """Another job goes on with this passage, or it is over."""


class Taker:
    """One passage. ``body``: what the address of the source answered."""

    def __init__(self, run: Run) -> None:
        self.run, self.source = run, run.source
        self.manager = run.source.manager
        self.body: Body | None = None
        self.fields: dict[str, None] = {}  # those met, in order
        self.fields_kept: list[str] = []  # those that the next passage must meet too
        self._checked_fields = False
        self._position = run.read  # of a job before this one
        self._checked = time.monotonic()
        self.fetcher = Fetcher(
            self.source.hosts, delay=float(self.source.delay_seconds), waiting=self._still_wanted
        )

    def _still_wanted(self) -> None:
        """Long pauses must not outlive the wish, nor look like a dead job."""
        if time.monotonic() - self._checked < 10:
            return
        self._checked = time.monotonic()
        if not Run.objects.filter(pk=self.run.pk, state="running").update(
            touched_at=timezone.now()
        ):
            raise Superseded
        if self._is_stopped():
            raise Broken("stopped")

    def _is_stopped(self) -> bool:
        """Paused since it began: one asked by hand of a source already paused goes on."""
        state = Source.objects.values_list("state", flat=True).get(pk=self.source.pk)
        asked_paused = self.run.by_id is not None and self.source.state == Source.State.PAUSED
        return state == Source.State.PAUSED and not asked_paused

    # --- reading --------------------------------------------------------------------------
    def take_all(self) -> None:
        """Raises Broken where the source cannot be believed: nothing is withdrawn then."""
        url = self.source.url
        if self.source.kind == Kind.ESSAIM:
            url = essaim.first_page(url)
        whole = self.run.is_trial or self.run.accepts_vanishing
        # Pages of a plan, and those of an API, change without their list.
        asks_again = whole or self.source.kind in {Kind.SITEMAP, Kind.ESSAIM}
        self.body = self.fetcher.body(
            url,
            etag="" if asks_again else self.source.etag,
            last_modified="" if asks_again else self.source.last_modified,
            accept=_ACCEPT[Kind(self.source.kind)],
        )
        if self.body.file is None:
            self._nothing_changed()
            return
        with self.body.file as file:
            self._take(self._records(file))

    def _records(self, file: Any) -> Iterator[Found]:
        assert self.body is not None
        match self.source.kind:
            case Kind.FEED:
                return feeds.read_feed(file)
            case Kind.JSON_FEED:
                return feeds.read_json_feed(file)
            case Kind.TABLE:
                return tables.read_table(file)
            case Kind.SITEMAP:
                most = SAMPLE if self.run.is_trial else None
                return pages.read_site(self.fetcher, file, self.body.url, self._known_page, most)
            case _:
                return essaim.read_pages(self.fetcher, file, self.body.url)

    def _known_page(self, address: str) -> tuple[str, str, str] | None:
        if self.run.is_trial:
            return None
        items = Item.objects.filter(source=self.source, link=address, state=Item.State.PRESENT)
        known = items.values_list("etag", "last_modified", "dated").first()
        return known if known and any(known) else None

    def _nothing_changed(self) -> None:
        known = Item.objects.filter(source=self.source, state=Item.State.PRESENT)
        with transaction.atomic():
            run = self._lock()
            run.not_modified = True
            run.read = run.unchanged = known.update(seen_in=run.pk)
            run.touched_at = timezone.now()
            run.save()
        self.run = run

    def _take(self, found: Iterator[Found]) -> None:
        batch: list[Found] = []
        with closing(found):  # type: ignore[type-var]
            for each in found:
                if each.number > settings.HARVEST["records"]:
                    raise Broken("too_many", most=settings.HARVEST["records"])
                if len(self.fields) < 200:
                    self.fields |= dict.fromkeys(tables.names_of(each))
                batch.append(each)
                if self.run.is_trial and len(batch) >= SAMPLE:
                    break
                if len(batch) >= BATCH or (self.source.kind == Kind.SITEMAP and len(batch) >= 20):
                    self._check_fields(batch)
                    self._batch(batch)
                    batch = []
            self._check_fields(batch)
            if batch:
                self._batch(batch)
            if self.run.is_trial:
                self._foresee(batch, found)
        self._check_whole()

    def _check_fields(self, batch: list[Found]) -> None:
        """The fields that the last passage read are there, or this one stops before it writes
        anything: a field that vanished would empty every card of it."""
        if self._checked_fields or not self.fields:
            return
        self._checked_fields = True
        often = Counter(name for found in batch for name in found.fields)
        read = fields_read(self.source)
        least = max(1, len(batch) // 2)
        self.fields_kept = sorted(n for n, times in often.items() if n in read and times >= least)
        if self.source.kind == Kind.TABLE or len(batch) >= _ENOUGH:
            vanished = [name for name in self.source.fields_seen if name not in often]
            if vanished:
                raise Broken("columns", names=", ".join(vanished))
        if self.source.kind == Kind.TABLE:
            # A header names all columns; an alternative (« a|b ») needs one of its names.
            for paths in self.source.mapping.values():
                names = [path.strip() for path in paths.split("|") if path.strip()]
                if names and not any(name in self.fields for name in names):
                    raise Broken("columns_unknown", names=" | ".join(names))
            if not self.source.mapping and not {"external_id", "title"} & set(self.fields):
                raise Broken("columns_unknown", names="external_id, title")

    def _check_whole(self) -> None:
        run = self.run
        if run.read == 0:
            known = Item.objects.filter(source=self.source, state=Item.State.PRESENT).count()
            raise Broken("empty", known=known) if known else Broken("nothing")
        if run.refused == run.read:
            raise Broken("all_refused", read=run.read)

    def _foresee(self, read: list[Found], rest: Iterator[Found]) -> None:
        """For a trial: what would be marked absent, or withdrawn."""
        found = foreseen.absent(self.source, read, rest)
        with transaction.atomic():
            run = self._lock()
            foreseen.foresee(run, self.source, found)
            run.save()
        self.run = run

    # --- writing --------------------------------------------------------------------------
    def _lock(self) -> Run:
        run = Run.objects.select_for_update().select_related(None).get(pk=self.run.pk)
        if not run.is_running or run.read != self.run.read:
            raise Superseded
        run.source = self.source
        return run

    def _batch(self, batch: list[Found]) -> None:
        if self._is_stopped():
            raise Broken("stopped")
        write = not self.run.is_trial
        records = [Record(found, *to_line(self.source, found)) for found in batch]
        with transaction.atomic():
            if write:
                # Whoever makes one card of two waits for the batch, or the batch for them: what is
                # known of a record is not written over by what was known before.
                take_turns()
            run = self._lock()
            sorter = Sorter(run, records, position=self._position, manager=self.manager)
            kept = sorter.sort(records, write=write)
            outcome = self._import(kept, write=write)
            if write:
                self._keep(run, kept, outcome)
            else:
                run.proposed += sum(bool(record.proposals) for record in kept)
            report(run, records, kept, outcome, list(self.fields))
            run.save()
        self.run = run

    def _import(self, records: list[Record], *, write: bool) -> Outcome:
        """The cards themselves. A record whose every change meets one made here writes nothing."""
        cards = proposing.cards_of([r.item for r in records if r.item is not None])
        for record in records:
            self._read(record, cards)
        proposing.prepare(
            [r for r in records if r.reading is not None and r.item is not None], cards
        )
        readings = [r.reading for r in records if r.reading is not None]
        if not readings:
            return Outcome()
        return import_batch(
            readings,
            publish=self.source.publish,
            by=self.manager,
            write=write,
            origin={"action": "harvest", "source": self.source.pk},
        )

    def _read(self, record: Record, cards: dict[int, Any]) -> None:
        item, line = record.item, dict(record.line)
        card = cards.get(item.card_id) if item is not None and item.card_id else None
        if card is not None:
            external_id = card.external_id
        else:
            external_id = external_id_of(self.source, record.identifier)
        value: dict[str, Any] = _exact(line) | {"external_id": external_id}
        entry = read_entry(value, record.notes)
        if entry is None:
            return
        _without_future(entry.values, record)
        record.reading = Reading(Line(record.notes, value), entry)

    def _keep(self, run: Run, records: list[Record], outcome: Outcome) -> None:
        """What each record became, so that tomorrow only differences are read."""
        taken = [r for r in records if r.reading is not None]
        cards = proposing.cards_by_identifier([r.external_id for r in taken])
        for record in taken:
            card = cards.get(record.external_id)
            if card is None:
                continue  # the database refused it; ``outcome`` says why
            item = record.item or Item(source=self.source, identifier=record.identifier)
            refused = proposing.send(record, item, card, self.source)
            run.proposed += bool(record.proposals) and not refused
            for detail in refused:
                record.found.remarks.append(Remark("proposal", {"detail": detail}, False))
            item.card, item.title = card, record.title
            item.link = record.address
            item.written = {
                slug: item.written.get(slug, "") if slug in record.local else mark
                for slug, mark in proposing.marks(card).items()
            }
            item.record = _kept_back(record) if refused else record.line
            item.etag, item.last_modified = record.found.etag, record.found.last_modified
            item.dated = record.found.dated
            met(run, item, self.manager)
            record.item = item
        rows = [r.item for r in taken if r.item is not None and r.external_id in cards]
        new = [item for item in rows if item.pk is None]
        old = [item for item in rows if item.pk is not None]
        Item.objects.bulk_create(new)
        own = ("identifier", "card", "title", "link", "record", "written", "proposed")
        Item.objects.bulk_update(old, [*own, *PAGE, *PRESENCE])
        refused_known = [r.item for r in records if r.reading is None and r.item is not None]
        if refused_known:
            still_there(run, refused_known, self.manager)


def external_id_of(source: Source, identifier: str) -> str:
    """Of the card that this record becomes: 200 characters at most, the same tomorrow."""
    text = f"m{source.pk}:{identifier}"
    if len(text) <= 200:
        return text
    return f"{text[:160]}~{hashlib.sha256(identifier.encode()).hexdigest()[:32]}"


def _exact(value: Any) -> Any:
    """Numbers as the import reads them: decimals, as they were written."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, list):
        return [_exact(item) for item in value]
    if isinstance(value, dict):
        return {name: _exact(item) for name, item in value.items()}
    return value


def _without_future(values: dict[str, Any], record: Record) -> None:
    """A beginning or a check that has not come yet is a mistake of the source."""
    today = timezone.localdate().isoformat()
    for name in ("started_on", "checked_on"):
        day = values.get(name)
        if isinstance(day, str) and day and day > today[: len(day)]:
            record.found.remarks.append(Remark("date_future", {"value": day}, is_error=False))
            del values[name]


def _kept_back(record: Record) -> dict[str, Any]:
    """What could not be proposed is not taken for read: the next passage tries again."""
    before = record.item.record if record.item is not None else {}
    names = {name for wanted in record.proposals for name in wanted.fields}
    kept = {name: value for name, value in record.line.items() if name not in names}
    return kept | {name: before[name] for name in names if name in before}
