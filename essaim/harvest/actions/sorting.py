"""Of a batch, what may change a card; the rest is counted: the same as yesterday, refused, or taken
already by a job that died."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from essaim.harvest.actions.record import Record
from essaim.harvest.models import Item, Run, RunIssue
from essaim.harvest.reading.records import Remark
from essaim.initiatives.actions.publication import restore_card
from essaim.initiatives.interchange.issues import Notes
from essaim.initiatives.models import Publication

PRESENCE = ("seen_in", "state", "missing_since", "withdrawn_at", "archived_here")
PAGE = ("etag", "last_modified", "dated")


class Sorter:
    """``position``: how far a job before this one went in the passage."""

    def __init__(self, run: Run, records: list[Record], *, position: int, manager: Any) -> None:
        self.run, self.position, self.manager = run, position, manager
        self._met: set[str] = set()
        self._same: list[Item] = []
        items = Item.objects.filter(source=run.source_id)
        wanted = {record.identifier for record in records} - {""}
        self._known = {i.identifier: i for i in items.filter(identifier__in=wanted)}
        pages = [r.found.page for r in records if r.found.page]
        self._by_page = {i.link: i for i in items.filter(link__in=pages)}
        new = {r.link for r in records if r.identifier and r.identifier not in self._known} - {""}
        self._elsewhere = self._from_elsewhere(records)
        self._by_link: dict[str, list[Item]] = {}
        for item in items.filter(link__in=new).exclude(seen_in=run.pk):
            self._by_link.setdefault(item.link, []).append(item)

    def _from_elsewhere(self, records: list[Record]) -> set[str]:
        """Of these origins, those that another source gives here already. An address that several
        records bear is that of a bank, not of a card."""
        origins = {r.found.origin for r in records} - {""}
        origins = {each for each in origins if urlsplit(each).path.strip("/")}
        if not origins:
            return set()
        others = (
            Item.objects.filter(link__in=origins, card__isnull=False)
            .exclude(source=self.run.source_id)
            .exclude(card__publication__in=[Publication.ARCHIVED, Publication.REFUSED])
        )
        times = Counter(others.values_list("link", flat=True))
        return {link for link, number in times.items() if number == 1}

    def sort(self, records: list[Record], *, write: bool) -> list[Record]:
        kept = [record for record in records if self._is_for_a_card(record)]
        if write and self._same:
            still_there(self.run, self._same, self.manager)
        return kept

    def _is_for_a_card(self, record: Record) -> bool:
        run, found = self.run, record.found
        record.notes = Notes(found.number)
        if found.unchanged:
            self._count_unread(record)
            return False
        if found.left_out:
            if found.number > self.position:
                run.read += 1
                run.unchanged += 1
            return False
        if found.number <= self.position and self._was_taken(record):
            return False
        run.read += 1
        record.item = self._item_of(record)
        if record.is_refused:
            run.refused += 1
            if record.item is not None:
                self._same.append(record.item)  # it is still at the source
            return False
        item = record.item
        if item is None:
            if found.origin not in self._elsewhere:
                return True
            found.remarks.append(Remark("already_here", is_error=False))
            run.unchanged += 1
            return False
        if item.card_id is None:
            found.remarks.append(Remark("erased_here", is_error=False))
        elif item.record != record.line:
            return True
        run.unchanged += 1
        _keep_page(item, record)
        self._same.append(item)
        return False

    def _count_unread(self, record: Record) -> None:
        item = self._by_page.get(record.found.page)
        if item is None or item.seen_in_id == self.run.pk:
            return
        _keep_page(item, record)
        self._same.append(item)
        self.run.read += 1
        self.run.unchanged += 1

    def _was_taken(self, record: Record) -> bool:
        item = self._known.get(record.identifier)
        if item is not None and item.seen_in_id == self.run.pk:
            return True
        refused = RunIssue.objects.filter(run=self.run, number=record.found.number, is_error=True)
        return refused.exists()

    def _item_of(self, record: Record) -> Item | None:
        """What is known of it, remarks being added to the record."""
        identifier, remarks = record.identifier, record.found.remarks
        if not identifier:
            if not remarks:
                remarks.append(Remark("no_identifier"))
            # A page that could not be read today is still a page of the plan.
            return self._by_page.get(record.found.page)
        item = self._known.get(identifier)
        if identifier in self._met or (item is not None and item.seen_in_id == self.run.pk):
            remarks.append(Remark("identifier_repeated"))
        self._met.add(identifier)
        return item or self._renamed(record)

    def _renamed(self, record: Record) -> Item | None:
        """The same page under another identifier is the same card."""
        same = self._by_link.get(record.link, [])
        if len(same) != 1 or same[0].identifier in self._known:
            return None
        item = same[0]
        remark = Remark("identifier_changed", {"before": item.identifier[:100]}, is_error=False)
        record.found.remarks.append(remark)
        item.identifier = record.identifier
        self._known[record.identifier] = item
        return item


def _keep_page(item: Item, record: Record) -> None:
    for name in PAGE:
        setattr(item, name, getattr(record.found, name))


def still_there(run: Run, items: list[Item], manager: Any) -> None:
    """Of most, nothing changed but that they were met: one statement for all of these."""
    before = dict(Item.objects.filter(pk__in=[i.pk for i in items]).values_list("pk", "identifier"))
    changed = []
    for item in items:
        was_here = item.state == Item.State.PRESENT
        met(run, item, manager)
        if (
            not was_here
            or any(getattr(item, name) for name in PAGE)
            or (before.get(item.pk) != item.identifier)
        ):
            changed.append(item)
    Item.objects.filter(pk__in=[item.pk for item in items]).update(seen_in=run)
    if changed:
        Item.objects.bulk_update(changed, ["identifier", *PAGE, *PRESENCE])


def met(run: Run, item: Item, manager: Any) -> None:
    """It is at the source; what had been withdrawn comes back, its card too where its withdrawal
    had taken it out of the bank."""
    if item.state == Item.State.WITHDRAWN:
        run.returned += 1
        card = item.card
        archived = card is not None and card.publication == Publication.ARCHIVED
        if card is not None and item.archived_here and archived:
            restore_card(card, by=manager)
    item.state, item.missing_since = Item.State.PRESENT, None
    item.withdrawn_at, item.archived_here = None, False
    item.seen_in = run
