"""Schemes, open calls, pools and sponsors that arrive, told to the needs that stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from essaim.calls.models import Call
from essaim.funding.models import Pool
from essaim.matching import filters, notifications
from essaim.matching.models import Arrival, Match
from essaim.needs.models import Need
from essaim.schemes.models import Scheme
from essaim.sponsorship.models import Language, Sponsor
from essaim.territories.models import Containment, Territory

from .standing import close, each_standing, passages_of, with_meaning

AT_ONCE = 200  # a bound of memory, not of correctness
Pair = tuple[int, int]  # need, object


def note(kind: str, pks: Iterable[int]) -> None:
    """To be told at the next run; what is written ten times is told once."""
    Arrival.objects.bulk_create(
        [Arrival(kind=kind, object_id=pk) for pk in pks], ignore_conflicts=True, batch_size=1000
    )


def tell() -> dict[str, int]:
    """Tell the authors of needs what has arrived for them since the last run; each arrival once,
    and none to who had set it aside. By batches, as for cards (``standing.compare``)."""
    done = {"arrivals": 0, "told": 0}
    for kind, pairs in (
        (Arrival.Kind.SCHEME, _schemes),
        (Arrival.Kind.CALL, _calls),
        (Arrival.Kind.POOL, _pools),
        (Arrival.Kind.SPONSOR, _sponsors),
    ):
        after = 0
        while True:
            with transaction.atomic():
                rows = Arrival.objects.select_for_update(skip_locked=True).filter(kind=kind)
                waiting = rows.filter(object_id__gt=after).order_by("object_id")
                batch = list(waiting.values_list("object_id", flat=True)[:AT_ONCE])
                if not batch:
                    break
                after = batch[-1]
                ready = _ready(kind, batch)
                new = _announce(kind, pairs(ready)) if ready else []
                done["told"] += notifications.new_answers(sorted({need for need, _pk in new}))
                rows.filter(object_id__in=ready).delete()
            done["arrivals"] += len(ready)
    return done


def _ready(kind: str, batch: list[int]) -> list[int]:
    """Those that can be told today; the others wait for their meaning, or for their first day."""
    if kind == Arrival.Kind.POOL:
        return batch
    if kind == Arrival.Kind.SPONSOR:
        later = set(Sponsor.objects.expected().filter(pk__in=batch).values_list("pk", flat=True))
        return [pk for pk in batch if pk not in later]
    return with_meaning(batch, kind=kind)


def _schemes(keys: Sequence[int]) -> Iterator[Pair]:
    """What was in the directory when the need was stated was among its first answers; what was
    proposed before and accepted after is new."""
    found = filters.schemes(keys).published().in_bulk()
    since = {
        pk: max(scheme.created_at, scheme.decided_at or scheme.created_at)
        for pk, scheme in found.items()
    }
    through = Scheme.territories.through.objects.filter(scheme__in=found)
    yield from _close("scheme", since, through.values_list("scheme", "territory"))


def _calls(keys: Sequence[int]) -> Iterator[Pair]:
    """Those that take applications; what was open when the need was stated is no news."""
    found = dict(filters.calls().filter(pk__in=keys).values_list("pk", "opens_at"))
    through = Call.territories.through.objects.filter(call__in=found)
    yield from _close("call", found, through.values_list("call", "territory"))


def _close(
    kind: str, since: Mapping[int, dt.datetime], places: Iterable[tuple[int, int]]
) -> Iterator[Pair]:
    """As close in meaning as a good answer is, and where the need is; no place is everywhere."""
    pks, starts, vectors = passages_of(sorted(since), kind=kind)
    if not pks:
        return
    reach: dict[int, set[int]] = {pk: set() for pk in pks}
    for pk, territory in places:
        if pk in reach:
            reach[pk].add(territory)
    for needs, meanings in each_standing():
        near = close(meanings, vectors, starts) >= settings.MATCHING["good"]
        rows, columns = np.nonzero(near)
        stated = Need.objects.open().in_bulk({needs[row] for row in rows.tolist()})
        above = _above({need.territory_id for need in stated.values() if need.territory_id})
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            need, pk = stated.get(needs[row]), pks[column]
            if need is None or since[pk] <= need.created_at:
                continue
            if not reach[pk] or reach[pk] & above.get(need.territory_id or 0, set()):
                yield need.pk, pk


def _above(territories: set[int]) -> dict[int, set[int]]:
    """For each of these places, itself and those that contain it."""
    found = {pk: {pk} for pk in territories}
    rows = Containment.objects.filter(descendant__in=territories)
    for inner, outer in rows.values_list("descendant", "ancestor"):
        found[inner].add(outer)
    return found


def _pools(keys: Sequence[int]) -> Iterator[Pair]:
    """Pools that all may read, of the initiatives that answer the need well."""
    pools = Pool.objects.alive().filter(
        pk__in=keys, audience=Pool.Audience.PUBLIC, opened_on__isnull=False
    )
    cards: dict[int, list[int]] = {}
    for pk, card in pools.values_list("pk", "initiative"):
        cards.setdefault(card, []).append(pk)
    matches = Match.objects.kept().filter(initiative__in=cards, need__state=Need.State.OPEN)
    for need, card in matches.values_list("need", "initiative"):
        yield from ((need, pool) for pool in cards[card])


def _sponsors(keys: Sequence[int]) -> Iterator[Pair]:
    """Who knows the place of the need; its theme, where they are of the whole country or the need
    tells no place. Their language is French: who reads in another finds them all the same."""
    came = dict(
        Arrival.objects.filter(kind=Arrival.Kind.SPONSOR, object_id__in=keys).values_list(
            "object_id", "at"
        )
    )
    found = Sponsor.objects.present().with_room().filter(pk__in=keys)
    stand = Need.objects.open().filter(standing__isnull=False)
    for sponsor in found.filter(languages__contains=[Language.FRENCH]).for_list():
        places = Territory.objects.keys_touching(sponsor.territory)
        theirs = Q(theme__in=[theme.pk for theme in sponsor.themes.all()])
        near = Q(territory__in=places) | Q(territory=None, organisation__territory__in=places)
        if sponsor.territory.kind == "country":
            near &= theirs
        nowhere = Q(territory=None, organisation__territory=None) & theirs
        wanted = stand.filter(near | nowhere, created_at__lt=_there_since(sponsor, came))
        for need in wanted.exclude(author=sponsor.user_id).values_list("pk", flat=True):
            yield need, sponsor.pk


def _there_since(sponsor: Sponsor, came: Mapping[int, dt.datetime]) -> dt.datetime:
    """When they could first be proposed: a need stated after it found them among its answers."""
    days = [sponsor.starts_on, sponsor.away_until and sponsor.away_until + dt.timedelta(days=1)]
    known = [
        timezone.make_aware(dt.datetime.combine(day, dt.time.min))
        for day in days
        if day is not None and day <= timezone.localdate()
    ]
    return max(came[sponsor.pk], *known)


_INSERT = """
WITH given AS (
    SELECT * FROM unnest(%(needs)s::bigint[], %(objects)s::bigint[]) AS pair (need, object)
), held AS (
    SELECT id FROM needs_need WHERE id IN (SELECT need FROM given) AND state = 'open' FOR KEY SHARE
)
INSERT INTO matching_announced (need_id, kind, object_id, at)
SELECT need, %(kind)s, object, now() FROM given JOIN held ON held.id = given.need
 WHERE NOT EXISTS (SELECT FROM matching_dismissal AS aside
                    WHERE aside.need_id = given.need AND aside.kind = %(kind)s
                      AND aside.object_id = given.object)
ON CONFLICT (need_id, kind, object_id) DO NOTHING
RETURNING need_id, object_id
"""


def _announce(kind: str, pairs: Iterable[Pair]) -> list[Any]:
    """Those that are new."""
    rows = list(pairs)
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "kind": str(kind),
                "needs": [need for need, _object in rows],
                "objects": [pk for _need, pk in rows],
            },
        )
        return cursor.fetchall()
