"""What others may ask to be told of: each kind says which object it is about and what is told.

A room above registers its own kinds at start-up and calls ``happened``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from essaim.open_data.models import Event, Kind, Subscription
from essaim.open_data.records.common import NOBODY


@dataclass(frozen=True)
class Happening:
    kind: str
    label: Any
    # Given keys of objects, what all may read of each now; one that nobody may read is left out.
    tell: Callable[[Iterable[int]], dict[int, dict[str, Any]]]


_known: dict[str, Happening] = {}


def register(happening: Happening) -> None:
    """Add (or, by the same kind, replace) a kind."""
    _known[happening.kind] = happening


def known() -> list[Happening]:
    return [each for _kind, each in sorted(_known.items())]


def get(kind: str) -> Happening | None:
    return _known.get(kind)


def happened(kind: str, keys: Iterable[int]) -> None:
    """Something of this kind happened to these objects. Called inside the action's transaction:
    what is rolled back was never told. Nothing is written where nobody listens."""
    from essaim.open_data.tasks import tell

    listened = Subscription.objects.alive().filter(kinds__contains=[kind]).exists()
    if not listened:
        return
    with transaction.atomic():
        rows = Event.objects.bulk_create(Event(kind=kind, object_id=key) for key in keys)
        pks = [row.pk for row in rows]
        for first in range(0, len(pks), 500):
            tell.defer(events=pks[first : first + 500])


def still_told(event: Event) -> bool:
    """Whether all may read what the event is about: a delivery that waited, or is replayed, says
    nothing of what was withdrawn meanwhile."""
    happening = get(event.kind)
    return happening is not None and event.object_id in happening.tell([event.object_id])


# --- the kinds of the rooms below ------------------------------------------------------------
def _cards(keys: Iterable[int]) -> dict[int, dict[str, Any]]:
    from essaim.initiatives.models import Initiative
    from essaim.open_data.records import cards

    published = Initiative.objects.published()
    found = dict(published.filter(pk__in=list(keys)).values_list("slug", "pk"))
    records = cards.records(found.values(), published)
    return {
        found[record["_meta"]["slug"]]: {
            "external_id": record["external_id"],
            "title": record["title"],
            "summary": record["summary"],
            "url": record["_meta"]["url"],
            "api_url": record["_meta"]["api_url"],
        }
        for record in records
    }


def _findings(keys: Iterable[int]) -> dict[int, dict[str, Any]]:
    from essaim.funding.models import Finding, Pool
    from essaim.open_data.records import others

    public = Finding.objects.filter(pk__in=list(keys), pool__in=Pool.objects.visible_to(NOBODY))
    return {row.pk: others.finding(row) for row in public.select_related("pool__initiative")}


def _replications(keys: Iterable[int]) -> dict[int, dict[str, Any]]:
    from essaim.open_data.records import others
    from essaim.replications.models import Replication

    public = Replication.objects.visible_to(NOBODY).filter(pk__in=list(keys)).for_list()
    return {row.pk: others.replication(row) for row in public}


def _calls(keys: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Announced since: a call taken back to its preparation is told of no more."""
    from essaim.calls.models import Call
    from essaim.open_data.records import others

    public = Call.objects.visible_to(NOBODY).filter(pk__in=list(keys)).for_list()
    return {row.pk: others.call(row) for row in public}


def _results(keys: Iterable[int]) -> dict[int, dict[str, Any]]:
    from django.db.models import Count, Q

    from essaim.calls.models import RESULTS, Call
    from essaim.open_data.records import others

    public = Call.objects.visible_to(NOBODY).filter(pk__in=list(keys), state__in=RESULTS)
    won = Count("applications", filter=Q(applications__state="laureate"))
    return {row.pk: others.results(row, row.won) for row in public.for_list().annotate(won=won)}


def register_known() -> None:
    for kind, tell in (
        (Kind.CARD_PUBLISHED, _cards),
        (Kind.CALL_OPENED, _calls),
        (Kind.CALL_RESULTS, _results),
        (Kind.FINDING_PUBLISHED, _findings),
        (Kind.REPLICATION_BEGUN, _replications),
        (Kind.REPLICATION_STOPPED, _replications),
    ):
        register(Happening(kind.value, kind.label, tell))
