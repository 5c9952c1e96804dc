"""For a trial: which of the cards known here the whole source no longer holds. Ten records are read
as a passage reads them; of the others only what tells them apart, and nothing of their pages."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import QuerySet

from essaim.harvest.actions.vanishing import SHOWN, is_doubted
from essaim.harvest.failures import Broken
from essaim.harvest.models import Item, Kind, Run, Source
from essaim.harvest.reading.mapping import mapping_of, to_line
from essaim.harvest.reading.records import Found


@dataclass
class Absent:
    """``reason``: a key of ``failures.REASONS``, where what is absent cannot be known."""

    items: list[Item] = field(default_factory=list)
    reason: str = ""
    params: dict[str, str] = field(default_factory=dict)


def known(source: Source) -> QuerySet[Item]:
    return Item.objects.filter(source=source, state__in=[Item.State.PRESENT, Item.State.MISSING])


def absent(source: Source, read: list[Found], rest: Iterator[Found]) -> Absent:
    """``rest``: the records that follow those ``read``, of which the source is asked no longer than
    ``HARVEST["trial_seconds"]``."""
    if not source.is_complete or not known(source).exists():
        return Absent()
    pages = source.kind == Kind.SITEMAP
    if pages and mapping_of(source)["source_url"] != "page":
        return Absent(reason="pages_unread")  # what a page is kept by is written in it
    identifiers, links = set[str](), set[str]()
    try:
        for each in _within(settings.HARVEST["trial_seconds"], read, rest):
            if each.left_out:
                continue
            identifiers.add(to_line(source, each)[0])
            links |= {each.page, each.link}
    except Broken as broken:
        return Absent(reason=broken.code, params=broken.params)
    items = known(source).only("identifier", "title", "link", "state")
    return Absent(
        [
            i
            for i in items
            if i.identifier not in identifiers and (not i.link or i.link not in links)
        ]
    )


def _within(seconds: float, read: Iterable[Found], rest: Iterable[Found]) -> Iterator[Found]:
    yield from read
    end = time.monotonic() + seconds
    for each in rest:
        if time.monotonic() > end:
            raise Broken("trial_long", read=each.number)
        if each.number > settings.HARVEST["records"]:
            raise Broken("too_many", most=settings.HARVEST["records"])
        yield each


def foresee(run: Run, source: Source, found: Absent) -> None:
    """Say it on the trial, as a passage would count it; the caller saves."""
    run.reason, run.reason_params = found.reason, found.params
    if found.reason:
        return
    present = [item for item in found.items if item.state == Item.State.PRESENT]
    run.doubted = is_doubted(source, len(present))
    if run.doubted:
        run.missing, run.withdrawn = len(present), 0
        run.gone = sorted(item.title for item in present)[:SHOWN]
        return
    due = set(Item.objects.due(source).values_list("pk", flat=True))
    run.withdrawn = sum(item.pk in due for item in found.items)
    run.missing = len(found.items) - run.withdrawn
    run.gone = sorted(item.title for item in found.items)[:SHOWN]
