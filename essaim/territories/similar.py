"""Which territories are like this one: weighted distance on standardised indicators.

For a territory i and another j of its kind, over the indicators k that both have,

    d²_ij = (W / W_common) · Σ_k w_k (z_ik - z_jk)²,   z = (value - mean) / standard deviation

mean and standard deviation (of the population, divisor n) are over the territories of the kind
that exist today and have the indicator; of several years, a territory's latest counts. W is the
weight of the indicators compared, W_common of those that both have. The share of an indicator is
its part of the sum. Nothing is imputed; an indicator that is the same everywhere tells nothing
and is left out. (``docs/similar-territories.md``.)
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from essaim.common.errors import DomainError

from .columns import Table, table_of
from .models import Indicator, Profile, Territory

POPULATION = "population"
ALWAYS = {POPULATION, "density"}  # in every profile
NEAREST = 10
#: How many of the indicators compared both must have, as part of their weight.
ANY, HALF, ALL = 0.0, 0.5, 1.0


def is_of_profile(indicator: Indicator, profile: str) -> bool:
    """Whether this profile compares it; the general one compares all."""
    return profile in (Profile.GENERAL, indicator.profile) or indicator.code.lower() in ALWAYS


@dataclass(frozen=True)
class Compared:
    """An indicator that was compared, and how."""

    code: str
    name: str
    unit: str
    weight: float
    count: int  # territories of the kind that have it
    value: float | None  # of the territory itself
    year: int | None


@dataclass(frozen=True)
class Share:
    code: str
    share: float  # of d²; all together make 1, unless nothing differs
    value: float
    year: int | None


@dataclass(frozen=True)
class Neighbour:
    territory: Territory
    distance: float
    common: int
    shares: list[Share]  # the largest first
    missing: list[str]  # codes that the neighbour lacks


@dataclass(frozen=True)
class Likeness:
    """The nearest of a territory, and everything that was set aside on the way."""

    territory: Territory
    compared: list[Compared]
    #: Codes of indicators the territory itself lacks, that are the same everywhere, that no
    #: territory of the kind has.
    lacking: list[str]
    constant: list[str]
    absent: list[str]
    candidates: int  # territories compared with
    set_aside: int  # those with too few indicators in common
    neighbours: list[Neighbour]


def choices(kind: str) -> list[Indicator]:
    """What territories of a kind can be compared on: population first (not saved), then series."""
    return _choices(table_of(kind))


def _choices(table: Table) -> list[Indicator]:
    found = table.available()
    if not any(each.code.lower() == POPULATION for each in found):
        found.insert(0, Indicator(code=POPULATION, name=_("Population"), unit=_("habitants")))
    return found


def neighbours(
    territory: Territory,
    codes: Sequence[str] | None = None,
    weights: Mapping[str, float] | None = None,
    *,
    k: int = NEAREST,
    in_common: float | None = None,
) -> Likeness:
    """The ``k`` nearest territories of the same kind, on these indicators (all unless said).

    ``weights`` by code; those not named weigh what their indicator says. ``in_common``: least
    part of the weight that both must have; unless told, any where indicators are named, and half
    where all are compared (those who have but one in common would come out first by chance).
    Raises DomainError:
    an unknown indicator, a weight that cannot be used, a territory that ended, or that has none
    of the indicators.
    """
    if territory.gone_on is not None:
        raise DomainError(_("Ce territoire n’existe plus : il ne se compare à aucun autre."))
    if in_common is None:
        in_common = HALF if codes is None else ANY
    table = table_of(territory.kind)
    asked = _asked(table, codes)
    given = {code.lower(): weight for code, weight in (weights or {}).items()}
    weighed = [(each, _weight(each, given)) for each in asked]
    columns = table.columns([each for each, weight in weighed if weight > 0])
    place = table.place(territory.pk)
    usable, lacking, constant, absent = [], [], [], []
    for (each, weight), column in zip(
        [pair for pair in weighed if pair[1] > 0], columns, strict=True
    ):
        if column.count == 0:
            absent.append(each.code)
        elif column.is_constant:
            constant.append(each.code)
        else:
            usable.append((each, weight, column))
            if place is None or math.isnan(column.values[place]):
                lacking.append(each.code)
    if place is None or len(lacking) == len(usable):
        raise DomainError(_nothing_to_compare(territory, lacking, constant, absent))
    compared = [
        Compared(
            each.code, each.name, each.unit, weight, column.count,
            *_value_and_year(column, place),
        )
        for each, weight, column in usable
    ]  # fmt: skip
    found, candidates, aside = _nearest(table, usable, place, k, in_common)
    return Likeness(
        territory, compared, lacking, constant, absent, candidates, aside,
        _told(table, usable, found),
    )  # fmt: skip


def _asked(table: Table, codes: Sequence[str] | None) -> list[Indicator]:
    known = {each.code.lower(): each for each in _choices(table)}
    if codes is None:
        return list(known.values())
    wanted = list(dict.fromkeys(code.strip().lower() for code in codes if code.strip()))
    # Loaded, but for other kinds: absent here, which is not the same as unknown.
    others = [code for code in wanted if code not in known]
    elsewhere = (
        {each.code.lower(): each for each in Indicator.objects.by_code(others)} if others else {}
    )
    unknown = [code for code in others if code not in elsewhere]
    if unknown:
        raise DomainError(
            _("Indicateurs inconnus : %(codes)s.") % {"codes": ", ".join(unknown)},
            field="indicators",
        )
    if not wanted:
        raise DomainError(_("Choisissez au moins un indicateur."), field="indicators")
    return [known.get(code) or elsewhere[code] for code in wanted]


def _weight(indicator: Indicator, given: Mapping[str, float]) -> float:
    weight = given.get(indicator.code.lower(), indicator.weight)
    if not math.isfinite(weight) or weight < 0 or weight > 1e6:
        raise DomainError(
            _("Le poids de « %(name)s » doit être un nombre positif ou nul.")
            % {"name": indicator.name},
            field="weights",
        )
    return weight


def _nothing_to_compare(
    territory: Territory, lacking: list[str], constant: list[str], absent: list[str]
) -> str:
    if not (lacking or constant or absent):
        return _("Tous les poids sont nuls : rien ne peut être comparé.")
    parts = [
        _("%(name)s n’a aucun des indicateurs choisis : rien ne peut être comparé.")
        % {"name": territory.label}
    ]
    if constant:
        parts.append(_("Identiques partout : %(codes)s.") % {"codes": ", ".join(constant)})
    if absent:
        parts.append(
            _("Sans valeur pour cette nature de territoire : %(codes)s.")
            % {"codes": ", ".join(absent)}
        )
    return " ".join(parts)


def _nearest(
    table: Table, usable: list[Any], place: int, k: int, in_common: float
) -> tuple[list[tuple[int, float]], int, int]:
    """Places of the nearest and their distance; equals in the order of their codes."""
    import numpy as np

    size = len(table.keys)
    squared, comparable = _squared(size, usable, place, in_common)
    if k < size:
        # All those as near as the k-th, so that equals are told apart by their order alone.
        near = np.flatnonzero(squared <= np.partition(squared, k)[k])
        order = near[np.argsort(squared[near], kind="stable")][:k]
    else:
        order = np.argsort(squared, kind="stable")
    found = [(int(at), math.sqrt(squared[at])) for at in order if np.isfinite(squared[at])]
    candidates = int(np.count_nonzero(comparable))
    return [(place, 0.0), *found], candidates, size - 1 - candidates


def distances(table: Table, places: Sequence[int], *, in_common: float = ANY) -> list[Any]:
    """From the territories at these places of their kind to each, on all that both have; infinite
    where too little is in common. Divided by the root of the weight compared: what sets the two
    apart on average, in standard deviations."""
    import numpy as np

    weighed = compared_by_default(table)
    whole = sum(weight for _each, weight, _column in weighed)
    found = []
    for place in places:
        squared, _comparable = _squared(len(table.keys), weighed, place, in_common)
        found.append(np.sqrt(squared / whole) if weighed else squared)
    return found


def compared_by_default(table: Table) -> list[tuple[Indicator, float, Any]]:
    """The indicators of a kind that tell territories apart, their weight and their columns."""
    found = _choices(table)
    return [
        (each, each.weight, column)
        for each, column in zip(found, table.columns(found), strict=True)
        if each.weight > 0 and not column.is_constant
    ]


def _squared(size: int, usable: list[Any], place: int, in_common: float) -> tuple[Any, Any]:
    """Squared distances to each place, infinite where not comparable; which are."""
    import numpy as np

    sums, weights = np.zeros(size), np.zeros(size)
    whole = sum(weight for _each, weight, _column in usable)
    for _each, weight, column in usable:
        own = column.z[place]
        if math.isnan(own):
            continue
        part = column.z - own
        part *= part
        part *= weight
        if column.count < size:
            weights += np.where(np.isnan(part), 0.0, weight)
            np.nan_to_num(part, copy=False)
        else:
            weights += weight
        sums += part
    weights[place] = 0.0
    # A whisker below, since the sum of weights is made in another order.
    comparable = weights > 0 if in_common <= 0 else weights >= in_common * whole * (1 - 1e-12)
    with np.errstate(divide="ignore", invalid="ignore"):
        squared = np.where(comparable, sums * (whole / weights), np.inf)
    return squared, comparable


def _told(table: Table, usable: list[Any], found: list[tuple[int, float]]) -> list[Neighbour]:
    (place, _zero), *rest = found
    rows = Territory.objects.for_list().in_bulk([int(table.keys[at]) for at, _d in rest])
    told = []
    for at, distance in rest:
        parts, missing = [], []
        for each, weight, column in usable:
            own, other = column.z[place], column.z[at]
            if math.isnan(other):
                missing.append(each.code)
            if not (math.isnan(own) or math.isnan(other)):
                parts.append((each, column, weight * (own - other) ** 2))
        total = sum(part for _each, _column, part in parts)
        shares = [
            Share(each.code, float(part / total) if total else 0.0, *_value_and_year(column, at))
            for each, column, part in parts
        ]
        shares.sort(key=lambda share: -share.share)
        territory = rows[int(table.keys[at])]
        told.append(Neighbour(territory, distance, len(parts), shares, missing))
    return told


def _value_and_year(column: Any, at: int) -> Any:
    value = column.values[at]
    if math.isnan(value):
        return None, None
    return float(value), int(column.years[at]) or None
