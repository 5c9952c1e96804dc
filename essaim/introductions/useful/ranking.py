"""Where would an initiative be useful? Territories of one kind, ranked by three parts.

Each part goes from 0 to 1 (``docs/introductions.md``):

    needs       s / (1 + s), s the sum of the closeness of the needs stated there, those of the
                place just above counting half
    indicators  mean of the standardised values in the direction asked, from -2 to 2, brought
                between 0 and 1; an unknown value is left out, none known gives 0
    sites       1 / (1 + d), d the distance to the nearest site that succeeds, in standard
                deviations (``territories.similar``), divided by the root of the weight compared

The score is their weighted mean (``INTRODUCTIONS["weights"]``) over the parts that say
something; territories that already have a site are left out unless asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection

from essaim.initiatives.models import Initiative
from essaim.introductions.models import OrganisationChoice
from essaim.territories.columns import Table, table_of
from essaim.territories.models import Indicator, Territory
from essaim.territories.similar import HALF, distances

from .needs import Answered, answered_by
from .sites import Sites, sites_of

HIGH, LOW = "high", "low"
PARTS = ("needs", "indicators", "sites")
# A need stated for the place just above is the territory's too, by half.
ABOVE = {"commune": ("epci",), "epci": ("department",), "department": ("region",)}
ABOVE_COUNTS = 0.5
CLIP = 2.0


@dataclass(frozen=True)
class Asked:
    kind: str
    #: Indicator and direction, high or low.
    indicators: Sequence[tuple[Indicator, str]] = ()
    within: Territory | None = None
    with_sites: bool = False
    #: Only where some organisation accepts proposals.
    reachable: bool = False


@dataclass
class Ranking:
    """All the territories ranked, best first, as places in ``table``; figures by place."""

    asked: Asked
    table: Table
    sites: Sites
    order: Any
    score: Any
    parts: dict[str, Any]
    weights: dict[str, float]
    #: By place: the needs stated there, then those of the place just above.
    here: dict[int, list[Answered]] = field(default_factory=dict)
    above: dict[int, list[Answered]] = field(default_factory=dict)
    #: By place: its nearest site (a place too) and the distance to it.
    nearest: Any = None
    distance: Any = None
    has_site: Any = None
    columns: Sequence[Any] = ()
    needs: list[Answered] = field(default_factory=list)
    #: Parts that say nothing, and why (codes of ``wording``).
    silent: dict[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return len(self.order)

    def key(self, place: int) -> int:
        return int(self.table.keys[place])


def rank(card: Initiative, reader: Any, asked: Asked) -> Ranking:
    """A dozen queries and arrays of the kind's size; 35,000 communes are ranked at once."""
    import numpy as np

    table = table_of(asked.kind)
    size = len(table.keys)
    sites = sites_of(card, asked.kind)
    needs = answered_by(card, reader)
    here, above = _where(table, asked.kind, needs)
    columns = table.columns([indicator for indicator, _direction in asked.indicators])
    nearest, distance = _similarity(table, sites)
    parts = {
        "needs": _needs_part(size, here, above),
        "indicators": _indicators_part(size, columns, [d for _i, d in asked.indicators]),
        "sites": np.where(np.isfinite(distance), 1.0 / (1.0 + distance), 0.0),
    }
    silent = _silent(parts, asked, sites, needs)
    weights = {
        part: float(settings.INTRODUCTIONS["weights"][part]) for part in PARTS if part not in silent
    }
    whole = sum(weights.values())
    score = np.zeros(size)
    for part, weight in weights.items():
        score += parts[part] * (weight / whole)
    has_site = _touching(table, asked.kind, sites.all)
    kept = score > 0
    if not asked.with_sites:
        kept &= ~has_site
    if asked.within is not None:
        kept &= _inside(table, asked.within)
    if asked.reachable:
        open_to = OrganisationChoice.objects.reachable().exclude(organisation=card.holder_id)
        there = list(open_to.values_list("organisation__territory", flat=True))
        kept &= np.isin(table.keys, [key for key in there if key is not None])
    order = np.argsort(-score, kind="stable")
    return Ranking(
        asked, table, sites, order[kept[order]], score, parts, weights, here, above, nearest,
        distance, has_site, columns, needs, silent,
    )  # fmt: skip


def _silent(
    parts: dict[str, Any], asked: Asked, sites: Sites, needs: list[Answered]
) -> dict[str, str]:
    silent = {}
    if not needs:
        silent["needs"] = "no_need"
    elif not parts["needs"].any():
        silent["needs"] = "no_need_of_kind"
    if not asked.indicators:
        silent["indicators"] = "no_indicator"
    elif not parts["indicators"].any():
        silent["indicators"] = "no_figure"
    if not sites.alive:
        silent["sites"] = "no_site"
    elif not parts["sites"].any():
        silent["sites"] = "not_comparable"
    return silent


# --- needs -------------------------------------------------------------------------------
def _where(
    table: Table, kind: str, needs: list[Answered]
) -> tuple[dict[int, list[Answered]], dict[int, list[Answered]]]:
    """Places of the kind where each need is stated (there or inside), and those just below it."""
    of_territory: dict[int, list[Answered]] = defaultdict(list)
    for need in needs:
        of_territory[need.territory].append(need)
    if not of_territory:
        return {}, {}
    keys = list(of_territory)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT up.descendant_id, up.ancestor_id FROM territories_containment AS up"
            " JOIN territories_territory AS place ON place.id = up.ancestor_id"
            " WHERE up.descendant_id = ANY(%s) AND place.kind = %s",
            [keys, kind],
        )
        upward = cursor.fetchall()
        cursor.execute(
            "SELECT down.ancestor_id, down.descendant_id FROM territories_containment AS down"
            " JOIN territories_territory AS stated ON stated.id = down.ancestor_id"
            " JOIN territories_territory AS place ON place.id = down.descendant_id"
            " WHERE down.ancestor_id = ANY(%s) AND stated.kind = ANY(%s) AND place.kind = %s",
            [keys, list(ABOVE.get(kind, ())), kind],
        )
        downward = cursor.fetchall()
    return _placed(table, upward, of_territory), _placed(table, downward, of_territory)


def _placed(
    table: Table, pairs: list[tuple[int, int]], of_territory: dict[int, list[Answered]]
) -> dict[int, list[Answered]]:
    found: dict[int, list[Answered]] = defaultdict(list)
    for stated, key in pairs:
        place = table.place(key)
        if place is not None:
            found[place] += of_territory[stated]
    for rows in found.values():
        rows.sort(key=lambda need: (-need.closeness, need.need))
    return dict(found)


def _needs_part(
    size: int, here: dict[int, list[Answered]], above: dict[int, list[Answered]]
) -> Any:
    import numpy as np

    sums = np.zeros(size)
    for rows, counts in ((here, 1.0), (above, ABOVE_COUNTS)):
        for place, needs in rows.items():
            sums[place] += counts * sum(need.closeness for need in needs)
    return sums / (1.0 + sums)


# --- indicators --------------------------------------------------------------------------
def _indicators_part(size: int, columns: Sequence[Any], directions: Sequence[str]) -> Any:
    import numpy as np

    total, known = np.zeros(size), np.zeros(size)
    for column, direction in zip(columns, directions, strict=True):
        if column.is_constant:
            continue
        z = np.clip(column.z if direction == HIGH else -column.z, -CLIP, CLIP)
        has = ~np.isnan(z)
        total += np.where(has, z, 0.0)
        known += has
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(known > 0, (total / known + CLIP) / (2 * CLIP), 0.0)


# --- sites -------------------------------------------------------------------------------
def _similarity(table: Table, sites: Sites) -> tuple[Any, Any]:
    """By place: the nearest site, and how far it is (infinite where nothing compares)."""
    import numpy as np

    size = len(table.keys)
    nearest, best = np.full(size, -1), np.full(size, np.inf)
    places = [place for place in map(table.place, sites.alive) if place is not None]
    for place, away in zip(places, distances(table, places, in_common=HALF), strict=True):
        closer = away < best
        nearest[closer], best[closer] = place, away[closer]
    return nearest, best


def _touching(table: Table, kind: str, sites: list[int]) -> Any:
    """Where it runs already: the site itself, what contains it, what it contains."""
    import numpy as np

    mask = np.zeros(len(table.keys), dtype=bool)
    if sites:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT ancestor_id FROM territories_containment WHERE descendant_id = ANY(%s)"
                " UNION SELECT descendant_id FROM territories_containment"
                " WHERE ancestor_id = ANY(%s)",
                [sites, sites],
            )
            keys = [key for (key,) in cursor.fetchall()]
        mask = np.isin(table.keys, keys)
    return mask


def _inside(table: Table, within: Territory) -> Any:
    import numpy as np

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT descendant_id FROM territories_containment WHERE ancestor_id = %s"
            " UNION SELECT one_id FROM territories_overlap WHERE other_id = %s",
            [within.pk, within.pk],
        )
        return np.isin(table.keys, [key for (key,) in cursor.fetchall()])
