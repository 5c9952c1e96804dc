"""Whom else to ask: territories like the pilot's that state the need of the card, and, on a
territory, who may take the initiative up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from essaim.initiatives.models import Initiative
from essaim.introductions.useful.needs import answered_by
from essaim.introductions.useful.ranking import Asked, Ranking, rank
from essaim.needs.models import Need
from essaim.needs.reading import Shown, show
from essaim.people.models import Function, Membership, Organisation
from essaim.replications.models import Replication
from essaim.replications.models import State as SiteState
from essaim.territories.models import Containment, Territory
from essaim.territories.similar import HALF, compared_by_default, distances

from .models import LIVING, Option, Pool

MOST = 10  # « ten départements of a hundred » (§ 8 of the domain)
NEEDS_SHOWN = 3


@dataclass(frozen=True)
class Proposed:
    territory: Territory
    needs: int  # stated there, or inside, that the card answers
    #: From the nearest to the pilot's territory, 1; None where nothing compares them.
    rank: int | None
    funders: int  # organisations of the place in whose name somebody may take an option


@dataclass(frozen=True)
class Proposals:
    kind: str
    rows: list[Proposed]
    compared: list[str]  # names of what the likeness was measured on
    #: How many territories of the kind state the need, shown or not.
    stating: int


def like_the_pilot(pool: Pool, reader: Any, *, most: int = MOST) -> Proposals:
    """Territories of the pilot's kind, those that state the need first, each time the most like
    the pilot's first; those already asked or with an option are left out. Needs are those that
    this reader may see."""
    place = pool.pilot_territory
    found = rank(pool.initiative, reader, Asked(place.kind))
    nearest = _nearest(found, place)
    aside = _already_asked(pool) | {place.pk}
    stating = {found.key(at): len(needs) for at, needs in found.here.items()}
    kept = [key for key in {*stating, *nearest} if key not in aside]
    last = len(nearest) + 1
    kept.sort(key=lambda key: (key not in stating, nearest.get(key, last), key))
    keys = kept[:most]
    places = Territory.objects.for_list().in_bulk(keys)
    funders = _funders(keys)
    rows = [
        Proposed(places[key], stating.get(key, 0), nearest.get(key), funders.get(key, 0))
        for key in keys
    ]
    names = [str(each.name) for each, _weight, _column in compared_by_default(found.table)]
    return Proposals(place.kind, rows, names if nearest else [], len(set(stating) - aside))


def _nearest(found: Ranking, place: Territory) -> dict[int, int]:
    """By territory: its rank among those that compare with this one, the most alike 1."""
    at = found.table.place(place.pk)
    if at is None:
        return {}
    away = distances(found.table, [at], in_common=HALF)[0]
    order = [int(other) for other in away.argsort(kind="stable") if math.isfinite(away[other])]
    return {found.key(other): n for n, other in enumerate(order, 1) if other != at}


def _already_asked(pool: Pool) -> set[int]:
    options = Option.objects.filter(pool=pool, state__in=LIVING)
    asked = pool.invitations.filter(withdrawn_on=None, territory__isnull=False)
    return {*options.values_list("territory", flat=True)} | {
        key for key in asked.values_list("territory", flat=True) if key is not None
    }


def _funders(territories: list[int]) -> dict[int, int]:
    held = Membership.objects.filter(
        functions__contains=[Function.FUNDER], user__is_active=True,
        organisation__territory__in=territories,
    )  # fmt: skip
    pairs = set(held.values_list("organisation__territory", "organisation"))
    counts: dict[int, int] = {}
    for territory, _organisation in pairs:
        if territory is not None:
            counts[territory] = counts.get(territory, 0) + 1
    return counts


@dataclass(frozen=True)
class Candidates:
    """Who may take the initiative up on a territory."""

    intending: list[Replication]  # said so of this card, not yet committed
    needs: list[Shown]  # stated there, that the card answers
    elsewhere: list[Organisation]  # run it already on another site


def adopters_for(card: Initiative, place: Territory, reader: Any) -> Candidates:
    inside = Containment.objects.filter(ancestor=place).values("descendant")
    sites = Replication.objects.visible_to(reader).filter(initiative=card)
    here = sites.filter(state=SiteState.INTERESTED, territory__in=inside).for_list()
    answered = answered_by(card, reader)
    stated = {need.territory for need in answered}
    there = set(
        Containment.objects.filter(ancestor=place, descendant__in=stated).values_list(
            "descendant", flat=True
        )
    )
    keys = [need.need for need in answered if need.territory in there][:NEEDS_SHOWN]
    rows = Need.objects.visible_to(reader).for_list().in_bulk(keys)
    running = Organisation.objects.filter(
        pk__in=sites.committed().exclude(state=SiteState.STOPPED).values("adopter")
    )
    return Candidates(
        list(here.order_by("-pk")[:MOST]),
        [show(rows[key], reader) for key in keys if key in rows],
        list(running.order_by("name", "pk")[:MOST]),
    )
