"""Series about territories, what resembles what, and the figures of the whole."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse

from essaim.insights.definitions import DEFINITIONS
from essaim.insights.models import AnnualReport, Figure, Snapshot
from essaim.insights.reading import Names, unit_of
from essaim.needs.reading import mask
from essaim.territories.models import Indicator, IndicatorValue
from essaim.territories.similar import Likeness, Neighbour

from .common import api, day, number, site


def indicator(each: Indicator) -> dict[str, Any]:
    """Expects ``for_list()``, which counts its values."""
    return {
        "code": each.code,
        "name": each.name,
        "unit": each.unit,
        "source": each.source,
        "description": mask(each.description),
        "profile": each.profile,
        "weight": each.weight,
        "values": each.values_count,  # type: ignore[attr-defined]
    }


def value(each: IndicatorValue) -> dict[str, Any]:
    """Expects its indicator and its territory."""
    return {
        "indicator": each.indicator.code,
        "territory": each.territory.address,
        "year": each.year,
        "value": each.value,
        "source": each.source,
    }


def neighbour(each: Neighbour) -> dict[str, Any]:
    return {
        "territory": each.territory.address,
        "label": each.territory.label,
        "distance": each.distance,
        "common": each.common,
        "shares": [
            {"code": s.code, "share": s.share, "value": s.value, "year": s.year}
            for s in each.shares
        ],
        "missing": list(each.missing),
        "url": site(each.territory.get_absolute_url()),
        "api_url": api(f"territories/{each.territory.address}"),
    }


def compared(found: Likeness) -> dict[str, Any]:
    """What the distances rest on, and what was set aside."""
    return {
        "compared": [
            {
                "code": c.code, "name": c.name, "unit": c.unit, "weight": c.weight,
                "territories": c.count, "value": c.value, "year": c.year,
            }
            for c in found.compared
        ],
        "lacking": found.lacking,
        "constant": found.constant,
        "absent": found.absent,
        "candidates": found.candidates,
        "set_aside": found.set_aside,
    }  # fmt: skip


def figures(found: Sequence[Figure]) -> list[dict[str, Any]]:
    """Of one computation. Three queries whatever their number; words in the active language."""
    names = Names(found)
    times = dict(
        Snapshot.objects.filter(pk__in={each.snapshot_id for each in found}).values_list(
            "pk", "computed_at"
        )
    )
    return [
        {
            "key": each.key,
            "title": str(DEFINITIONS[each.key].title),
            "definition": str(DEFINITIONS[each.key].what),
            "scope": each.scope,
            "dimension": each.dimension,
            "code": each.code,
            "label": names.of(each) if each.dimension else "",
            "value": number(each.value),
            "low": number(each.low),
            "high": number(each.high),
            "counted": each.counted,
            "total": each.total,
            "unit": unit_of(each),
            "computed_at": day(times[each.snapshot_id]),
            "url": site(reverse("insights:dashboard")),
        }
        for each in found
        if each.snapshot_id in times  # forgotten meanwhile
    ]


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    """A figure of a report as it was kept: numbers as numbers."""
    amounts = ("value", "low", "high", "before")
    return {
        name: number(Decimal(value)) if name in amounts and value is not None else value
        for name, value in row.items()
    }


def report(each: AnnualReport) -> dict[str, Any]:
    return {
        "year": each.year,
        "title": mask(each.title),
        "introduction": mask(each.introduction),
        "highlights": mask(each.highlights),
        "limits": mask(each.limits),
        "figures": [_frozen(row) for row in each.figures],
        "figures_at": day(each.figures_at),
        "published_at": day(each.published_at),
        "url": site(each.get_absolute_url()),
        "api_url": api(f"reports/{each.year}"),
    }
