"""Cards that may be the same: looked for after a passage, again when a card that waited as a draft
comes to the public; decided by a manager."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.common.text import fold
from essaim.harvest.models import Duplicate, Item, Run
from essaim.initiatives.actions.merging import merge_cards
from essaim.initiatives.models import Initiative, Publication
from essaim.search import engine

_BATCH = 100
_CLOSE = 5  # cards closest in meaning that are compared
_GONE = [Publication.ARCHIVED, Publication.REFUSED]


def find_for(pk: int) -> int:
    """Compare the cards that this passage made with the bank; returns how many pairs it proposes."""
    run = Run.objects.get(pk=pk)
    made = Item.objects.filter(
        source=run.source_id, first_seen_at__gte=run.started_at, card__isnull=False
    ).order_by("pk")
    return propose_all([key for key in made.values_list("card_id", flat=True) if key is not None])


def harvested_among(keys: list[int]) -> list[int]:
    """Of these cards, those that a source gives."""
    given = Item.objects.filter(card__in=keys).order_by("card")
    return list(given.values_list("card_id", flat=True).distinct())  # type: ignore[arg-type]


def propose_all(keys: list[int]) -> int:
    """As ``propose``, for any number of cards."""
    found = 0
    for start in range(0, len(keys), _BATCH):
        found += propose(keys[start : start + _BATCH])
    return found


def propose(keys: list[int]) -> int:
    """Pairs of these cards with others, kept once; a pair that a person told apart stays so."""
    pairs = _pairs(keys)
    wanted = {key for pair in pairs for key in pair}
    cards = {
        card.pk: card
        for card in Initiative.objects.filter(pk__in=wanted)
        .exclude(publication__in=_GONE)
        .prefetch_related("territories")
        .only("title", "holder", "publication", "external_id", "url")
    }
    rows = []
    for (first, second), meaning in pairs.items():
        if first not in cards or second not in cards:
            continue
        reasons = compare(cards[first], cards[second], meaning)
        score = score_of(reasons)
        if score >= settings.HARVEST["likeness"]:
            rows.append(Duplicate(first_id=first, second_id=second, score=score, reasons=reasons))
    with transaction.atomic():
        known = set(
            Duplicate.objects.filter(first__in=[r.first_id for r in rows]).values_list(
                "first_id", "second_id"
            )
        )
        new = [row for row in rows if (row.first_id, row.second_id) not in known]
        Duplicate.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _pairs(keys: list[int]) -> dict[tuple[int, int], float]:
    """(older, newer) → closeness of meaning; 0 where it is not known: a draft has none. From titles
    that read the same, from titles of the bank that resemble theirs, and from the index."""
    pairs: dict[tuple[int, int], float] = {}
    titles = dict(Initiative.objects.filter(pk__in=keys).values_list("pk", "title"))
    for key, other in [*_same_titles(keys), *engine.titled_like("initiative", titles)]:
        pairs[min(key, other), max(key, other)] = 0.0
    for key in keys:
        for other, cosine in engine.closest("initiative", key, limit=_CLOSE):
            pair = (min(key, other), max(key, other))
            pairs[pair] = max(pairs.get(pair, 0.0), min(1.0, cosine))
    return pairs


def _same_titles(keys: list[int]) -> Iterable[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT mine.id, other.id FROM initiatives_initiative mine"
            " JOIN initiatives_initiative other"
            " ON lower(unaccent(other.title)) = lower(unaccent(mine.title))"
            " WHERE mine.id = ANY(%s) AND other.id <> mine.id"
            " AND other.publication <> ALL(%s)",
            [keys, _GONE],
        )
        return list(cursor.fetchall())


def compare(first: Initiative, second: Initiative, meaning: float) -> dict[str, Any]:
    """What they have in common. ``holder``, ``territory``: None where one of them says nothing."""
    titles = difflib.SequenceMatcher(None, fold(first.title), fold(second.title)).ratio()
    places = [{place.pk for place in card.territories.all()} for card in (first, second)]
    holders = {first.holder_id, second.holder_id}
    return {
        "title": round(titles, 2),
        "meaning": round(meaning, 2),
        "holder": None if None in holders else len(holders) == 1,
        "territory": bool(places[0] & places[1]) if all(places) else None,
        "address": bool(first.url) and first.url == second.url,
    }


def score_of(reasons: dict[str, Any]) -> float:
    """Between 0 and 1: the weights of what is known, the same address counting for all of it."""
    weights = settings.HARVEST["weights"]
    if reasons["address"] and reasons["title"] >= 0.6:
        return 1.0
    total = known = 0.0
    for name, weight in weights.items():
        value = reasons[name]
        if value is None or (name == "meaning" and not value):
            continue  # nothing known, or not indexed yet
        known += weight
        total += weight * float(value)
    return round(total / known, 3) if known else 0.0


# --- deciding -----------------------------------------------------------------------------
@transaction.atomic
def merge(pair: Duplicate, *, keep: int, by: Any) -> Initiative:
    """Make one card of the two, ``keep`` being the key of the one that stays."""
    pair = _lock(pair)
    if keep not in {pair.first_id, pair.second_id}:
        raise DomainError(_("Dites laquelle des deux fiches reste."))
    if pair.state == Duplicate.State.DISTINCT:
        raise DomainError(_("Quelqu’un a dit que ces fiches sont différentes : relisez la paire."))
    other = pair.second_id if keep == pair.first_id else pair.first_id
    cards = {card.pk: card for card in Initiative.objects.filter(pk__in=[keep, other])}
    kept = merge_cards(cards[keep], cards[other], by=by)
    _decide(pair, Duplicate.State.MERGED, by)
    return kept


@transaction.atomic
def tell_apart(pair: Duplicate, *, by: Any) -> Duplicate:
    """They are two: the pair is not proposed again."""
    pair = _lock(pair)
    if pair.state == Duplicate.State.MERGED:
        raise DomainError(_("Ces fiches sont déjà réunies."))
    return _decide(pair, Duplicate.State.DISTINCT, by)


def _lock(pair: Duplicate) -> Duplicate:
    return Duplicate.objects.select_for_update().get(pk=pair.pk)


def _decide(pair: Duplicate, state: str, by: Any) -> Duplicate:
    pair.state, pair.decided_by, pair.decided_at = state, by, timezone.now()
    pair.save(update_fields=["state", "decided_by", "decided_at"])
    return pair
