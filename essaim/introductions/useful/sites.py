"""Where a card already runs, and which of its sites succeed."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from essaim.initiatives.models import Fact, Initiative, Status
from essaim.territories.models import Containment, Territory

ALIVE = ("live", "sustained")
# Ranked from the highest: a site is compared at the kind asked, or at the place of that kind
# that contains it.


@dataclass(frozen=True)
class Sites:
    """``all``: territories where it runs or ran; ``alive``: those where it does, as territories
    of the kind asked, the latest first."""

    all: list[int]
    alive: list[int]
    left_out: int  # alive, but beyond those compared


def sites_of(card: Initiative, kind: str) -> Sites:
    """Four queries. The card's own places count as alive unless it is stopped; a replication is
    where its room says it is live or sustained."""
    own = list(card.territories.values_list("pk", flat=True))
    running, stopped = _replications(card)
    alive = running + [pk for pk in own if card.status != Status.STOPPED and pk not in stopped]
    everywhere = list(dict.fromkeys([*own, *running]))
    of_kind = _at_kind(alive, kind)
    most: int = settings.INTRODUCTIONS["sites_compared"]
    return Sites(everywhere, of_kind[:most], max(0, len(of_kind) - most))


def _replications(card: Initiative) -> tuple[list[int], set[int]]:
    facts = Fact.objects.filter(initiative=card, kind=Fact.Kind.REPLICATION).order_by("-on", "-pk")
    told = [
        (str(fact.value.get("territory", "")), fact.value.get("status") in ALIVE) for fact in facts
    ]
    keys = _keys([address for address, _alive in told])
    running = [keys[address] for address, alive in told if alive and address in keys]
    stopped = {keys[address] for address, alive in told if not alive and address in keys}
    return running, stopped - set(running)


def _keys(addresses: list[str]) -> dict[str, int]:
    codes = [address.partition(":")[2] for address in addresses]
    rows = Territory.objects.filter(code__in=[code for code in codes if code])
    return {each.address: each.pk for each in rows.only("kind", "code")} if codes else {}


def _at_kind(pks: list[int], kind: str) -> list[int]:
    """Each at the kind asked: itself, or what contains it; larger places have none."""
    above = dict(
        Containment.objects.filter(descendant__in=pks, ancestor__kind=kind)
        .order_by()
        .values_list("descendant_id", "ancestor_id")
    )
    return list(dict.fromkeys(above[pk] for pk in pks if pk in above))
