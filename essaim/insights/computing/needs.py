"""People aimed at, served, still waiting: card by card, then added up (§ 2: the stop rule).

The same arithmetic as a card's page (``replications.coverage``), for all cards in a few queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from essaim.initiatives.models import Initiative
from essaim.insights.computing.cards import published
from essaim.insights.computing.measured import Measured, of_scope
from essaim.insights.computing.sites import of_public_cards, with_served
from essaim.insights.invented import ESTIMATES, says_so
from essaim.replications.coverage import FULL, People, need_of
from essaim.replications.models import NeedEstimate
from essaim.territories.models import Containment


def estimates_of(scope: str) -> list[NeedEstimate]:
    """Of published cards; invented ones, whatever card they are of."""
    found = NeedEstimate.objects.filter(initiative__in=Initiative.objects.published())
    return list(of_scope(found, says_so(*ESTIMATES), scope))


@dataclass(frozen=True)
class OfCard:
    """People of one card: aimed at, still waiting (place by place, added up), served where the need
    is estimated, whether a site told any."""

    aimed: People
    left: People
    served: int
    tells: bool


def by_card(scope: str) -> dict[int, OfCard]:
    estimates = estimates_of(scope)
    of_cards: dict[int, list[NeedEstimate]] = defaultdict(list)
    for each in estimates:
        of_cards[each.initiative_id].append(each)
    served: dict[int, list[tuple[int, int]]] = defaultdict(list)
    told = with_served(of_public_cards(scope).running().filter(initiative__in=of_cards))
    for card, place, people in told.filter(served__isnull=False).values_list(
        "initiative", "territory", "served"
    ):
        served[card].append((place, people))
    targets = dict(Initiative.objects.filter(pk__in=of_cards).values_list("pk", "target_coverage"))
    places = {e.territory_id for e in estimates}
    inner = places | {place for rows in served.values() for place, _n in rows}
    above: dict[int, set[int]] = defaultdict(set)
    pairs = Containment.objects.filter(descendant__in=inner, ancestor__in=places)
    for low, high in pairs.values_list("descendant_id", "ancestor_id"):
        above[low].add(high)
    return {
        card: OfCard(*_of_card(rows, served[card], targets[card] or FULL, above))
        for card, rows in of_cards.items()
    }


def compute(scope: str) -> Iterator[Measured]:
    aimed = left = People(0, 0, 0)
    covered = telling = 0
    found_of = by_card(scope)
    for each in found_of.values():
        aimed, left = aimed + each.aimed, left + each.left
        covered += each.served
        telling += each.tells
    count = len(found_of)
    cards = published(scope).count() if scope == "public" else count
    for key, found in (("need_aimed", aimed), ("need_remaining", left)):
        value = found.central if count else None
        yield Measured(
            key, value, low=found.low if count else None, high=found.high if count else None,
            counted=count, total=max(cards, count),
        )  # fmt: skip
    yield Measured(
        "need_covered", covered if count else None, counted=telling, total=count
    )  # fmt: skip


def _of_card(
    rows: list[NeedEstimate],
    served: list[tuple[int, int]],
    target: Decimal,
    above: dict[int, set[int]],
) -> tuple[People, People, int, bool]:
    """People aimed at on the places that no other estimated place of the card contains, what remains
    of each once those served there are taken off, people served, and whether a site told any."""
    mine = {each.territory_id for each in rows}
    aimed = left = People(0, 0, 0)
    for each in rows:
        if (above[each.territory_id] & mine) <= {each.territory_id}:
            here = need_of(each).share(target)
            there = sum(people for place, people in served if each.territory_id in above[place])
            aimed, left = aimed + here, left + here.less(there)
    inside = [people for place, people in served if above[place] & mine]
    return aimed, left, sum(inside), bool(inside)
