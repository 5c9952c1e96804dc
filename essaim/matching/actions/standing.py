"""Standing needs: weighed when they change, compared with every card that changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from essaim.initiatives.models import Initiative
from essaim.matching import candidates, filters, notifications
from essaim.matching.models import Announced, Dismissal, Match, Pending, ShownAnswers, Standing
from essaim.matching.question import read
from essaim.needs.models import Need
from essaim.search import encoder, engine
from essaim.search.models import Passage
from essaim.search.question import to_encode

# Bounds of memory, not of correctness.
CARDS_AT_ONCE = 200
NEEDS_AT_ONCE = 1000
MATCHES_KEPT = 20  # of one need, when it is weighed; beyond, an old card is no news
OLD = dt.timedelta(days=30)


# --- a need -----------------------------------------------------------------------------------
def weigh(needs: Sequence[int]) -> int:
    """Read these needs and find their good answers anew; returns how many still exist.

    Nobody is told: what is found now is on the need's own page.
    """
    return sum(_weigh(pk) for pk in needs)


def _weigh(pk: int) -> bool:
    need = Need.objects.open().for_detail().filter(pk=pk).first()
    if need is None:
        Standing.objects.filter(need=pk).delete()
        Match.objects.filter(need=pk).delete()
        return False
    question = read(need)
    vector = encoder.encode_query(to_encode(question.text))
    found = {
        each.object_id: each
        for each in engine.consider(question.text, limit=settings.MATCHING["candidates"])
    }
    answering = list(filters.cards(list(found)).values_list("pk", flat=True))
    good = set(
        filters.good(Initiative.objects.filter(pk__in=answering)).values_list("pk", flat=True)
    )
    best = sorted(
        (each for pk, each in found.items() if pk in good and candidates.is_good(each)),
        key=lambda each: (-(each.cosine or 0.0), each.object_id),
    )[:MATCHES_KEPT]
    with transaction.atomic():
        # Withdrawn meanwhile, or changed: another job reads the new version.
        held = Need.objects.open().select_for_update(no_key=True).filter(pk=pk).first()
        if held is None or held.version != need.version:
            return held is not None
        Standing.objects.update_or_create(
            need_id=pk,
            defaults={
                "version": need.version,
                "embedding": vector,
                "closest": max((found[key].cosine or 0.0 for key in answering), default=None),
                "weighed_at": timezone.now(),
            },
        )
        Match.objects.filter(need=pk).exclude(
            initiative__in=[each.object_id for each in best]
        ).delete()
        Match.objects.bulk_create(
            [
                Match(need_id=pk, initiative_id=each.object_id, closeness=each.cosine or 0.0)
                for each in best
            ],
            ignore_conflicts=True,
        )
    return True


def unread(limit: int = 500) -> list[int]:
    """Needs never weighed or changed since, then those weighed longest ago."""
    waiting = Need.objects.open().filter(Q(standing=None) | ~Q(standing__version=F("version")))
    found = list(waiting.order_by("pk").values_list("pk", flat=True)[:limit])
    old = Standing.objects.filter(weighed_at__lt=timezone.now() - OLD).order_by("weighed_at")
    return found + list(old.values_list("pk", flat=True)[: limit - len(found)])


@transaction.atomic
def forget_withdrawn(needs: Sequence[int]) -> None:
    """Whatever was kept for needs that were withdrawn goes, as their words do."""
    gone = Need.objects.filter(pk__in=needs, state=Need.State.WITHDRAWN).values("pk")
    for model in (Standing, Match, Dismissal, ShownAnswers, Announced):
        model._default_manager.filter(need__in=gone).delete()


# --- cards that changed -----------------------------------------------------------------------
def note_changed(cards: Sequence[int]) -> None:
    """To be compared at the next run; a card changed ten times is compared once."""
    Pending.objects.bulk_create(
        [Pending(initiative=pk) for pk in cards], ignore_conflicts=True, batch_size=1000
    )


def compare() -> dict[str, int]:
    """Compare the cards that changed since the last run with every standing need, and tell the
    authors of needs that have a new good answer: a card published since the need was last said,
    or any other where fewer than ``MATCHES_KEPT`` were known, which were then all of them.

    By batches, each in its own transaction: stopped anywhere, the rest is done next time, and
    nobody is told twice (a match is told when its row is made).
    """
    done = {"cards": 0, "matches": 0, "told": 0}
    after = 0
    while True:
        with transaction.atomic():
            batch = _take(after)
            if not batch:
                return done
            after = batch[-1]
            ready = with_meaning(batch)
            matched = _compare(ready)
            told = notifications.new_answers(sorted({need for need, is_news in matched if is_news}))
            Pending.objects.filter(initiative__in=ready).delete()
        done["cards"] += len(ready)
        done["matches"] += len(matched)
        done["told"] += told


def _take(after: int) -> list[int]:
    rows = (
        Pending.objects.select_for_update(skip_locked=True)
        .filter(initiative__gt=after)
        .order_by("initiative")
    )
    return list(rows.values_list("initiative", flat=True)[:CARDS_AT_ONCE])


def with_meaning(cards: list[int], *, kind: str = "initiative") -> list[int]:
    """Without those whose passages wait for their meaning: they are taken at a later run."""
    waiting = set(
        Passage.objects.filter(kind=kind, object_id__in=cards, embedding__isnull=True)
        .values_list("object_id", flat=True)
        .distinct()
    )
    if waiting and encoder.get_encoder() is None:
        waiting = set()
    return [pk for pk in cards if pk not in waiting]


def _compare(cards: list[int]) -> list[tuple[int, bool]]:
    """Bring the matches of these cards up to date; returns the need of each that was not known,
    and whether it is news."""
    good = set(filters.good(Initiative.objects.filter(pk__in=cards)).values_list("pk", flat=True))
    keys, starts, vectors = passages_of(sorted(good))
    # What no longer answers anything: archived, stopped, refused by its holder.
    Match.objects.filter(initiative__in=set(cards) - set(keys)).delete()
    new: list[tuple[int, bool]] = []
    for needs, meanings in each_standing():
        found = close(meanings, vectors, starts) if keys else np.zeros((len(needs), 0))
        rows, columns = np.nonzero(found >= settings.MATCHING["good"])
        pairs = [
            (needs[row], keys[column], float(found[row, column]))
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        ]
        new += _write(needs, keys, pairs)
    return new


def passages_of(cards: list[int], *, kind: str = "initiative") -> tuple[list[int], list[int], Any]:
    """Cards that have some, where each begins, and the vectors, in the same order."""
    rows = list(
        Passage.objects.filter(kind=kind, object_id__in=cards, embedding__isnull=False)
        .order_by("object_id", "position")
        .values_list("object_id", "embedding")
    )
    keys: list[int] = []
    starts: list[int] = []
    for place, (pk, _vector) in enumerate(rows):
        if not keys or keys[-1] != pk:
            keys.append(pk)
            starts.append(place)
    vectors = np.array([vector for _pk, vector in rows], dtype=np.float32)
    return keys, starts, vectors


def each_standing() -> Iterator[tuple[list[int], Any]]:
    """Every standing need that has a meaning, a thousand at a time."""
    after = 0
    rows = Standing.objects.filter(embedding__isnull=False).order_by("pk")
    while part := list(rows.filter(pk__gt=after).values_list("pk", "embedding")[:NEEDS_AT_ONCE]):
        yield (
            [pk for pk, _vector in part],
            np.array([vector for _pk, vector in part], dtype=np.float32),
        )
        after = part[-1][0]


def close(needs: Any, passages: Any, starts: list[int]) -> Any:
    """For each need and card, the cosine of the card's closest passage."""
    return np.maximum.reduceat(needs @ passages.T, starts, axis=1)


# Of needs that still exist; held until the end, since foreign keys are only checked then.
_INSERT = """
WITH given AS (
    SELECT * FROM unnest(%(needs)s::bigint[], %(cards)s::bigint[], %(close)s::float8[])
        AS pair (need, card, closeness)
), held AS (
    SELECT id, updated_at FROM needs_need
     WHERE id IN (SELECT need FROM given) AND state = 'open' FOR KEY SHARE
), known AS (
    SELECT need_id, count(*) AS matches FROM matching_match
     WHERE need_id IN (SELECT need FROM given) GROUP BY need_id
)
INSERT INTO matching_match (need_id, initiative_id, closeness, found_at, is_news)
SELECT given.need, given.card, closeness, now(),
       card.published_at > held.updated_at OR coalesce(known.matches, 0) < %(kept)s
  FROM given JOIN held ON held.id = given.need
  JOIN initiatives_initiative AS card ON card.id = given.card
  LEFT JOIN known ON known.need_id = given.need
ON CONFLICT (need_id, initiative_id) DO UPDATE SET closeness = excluded.closeness
RETURNING need_id, is_news, (xmax = 0)
"""


def _write(
    needs: list[int], cards: list[int], pairs: list[tuple[int, int, float]]
) -> list[tuple[int, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM matching_match WHERE initiative_id = ANY(%s) AND need_id = ANY(%s)"
            " AND NOT EXISTS (SELECT FROM unnest(%s::bigint[], %s::bigint[]) AS kept (need, card)"
            " WHERE kept.need = need_id AND kept.card = initiative_id)",
            [cards, needs, [need for need, _c, _f in pairs], [card for _n, card, _f in pairs]],
        )
        if not pairs:
            return []
        cursor.execute(
            _INSERT,
            {
                "needs": [need for need, _card, _close in pairs],
                "cards": [card for _need, card, _close in pairs],
                "close": [close for _need, _card, close in pairs],
                "kept": MATCHES_KEPT,
            },
        )
        return [(need, is_news) for need, is_news, is_new in cursor.fetchall() if is_new]
