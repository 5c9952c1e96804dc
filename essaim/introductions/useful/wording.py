"""Why a territory is where it is in the list, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.needs.models import Need
from essaim.needs.reading import Shown, show
from essaim.territories.models import Territory
from essaim.territories.similar import compared_by_default

from .ranking import HIGH, Ranking

NEEDS_SHOWN = 3
ALIKE_SHOWN = 3

LABELS = {
    "needs": gettext_lazy("besoins exprimés"),
    "indicators": gettext_lazy("indicateurs choisis"),
    "sites": gettext_lazy("ressemblance avec un site qui vit"),
}
SILENT = {
    "no_need": gettext_lazy(
        "Besoins : aucun besoin que vous pouvez lire ne ressemble à ce que la fiche résout."
    ),
    "no_need_of_kind": gettext_lazy(
        "Besoins : ceux qui lui ressemblent ne sont exprimés dans aucun territoire de cette nature."
    ),
    "no_indicator": gettext_lazy("Indicateurs : vous n’en avez choisi aucun."),
    "no_figure": gettext_lazy("Indicateurs : aucune valeur connue pour ces territoires."),
    "no_site": gettext_lazy(
        "Ressemblance : la fiche n’a pas de site qui vit, dans un territoire de cette nature."
    ),
    "not_comparable": gettext_lazy(
        "Ressemblance : ses sites ont trop peu d’indicateurs pour être comparés."
    ),
}


@dataclass
class Row:
    rank: int
    territory: Territory
    percent: int
    parts: list[tuple[str, int]]
    needs: list[Shown] = field(default_factory=list)
    more_needs: int = 0
    needs_above: int = 0
    reasons: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    has_site: bool = False
    reachable: bool = False


def rows(found: Ranking, places: Sequence[int], first: int, reader: Any) -> list[Row]:
    """These places, told; three queries whatever their number."""
    sites = {int(found.nearest[place]) for place in places} - {-1}
    keys = {place: found.key(place) for place in {*places, *sites}}
    territories = Territory.objects.for_list().in_bulk(list(keys.values()))
    needs = _needs(found, places, reader)
    alike = compared_by_default(found.table) if "sites" in found.weights else []
    told = []
    for number, place in enumerate(places, first):
        row = Row(
            rank=number,
            territory=territories[keys[place]],
            percent=round(float(found.score[place]) * 100),
            parts=[
                (str(LABELS[part]), round(float(found.parts[part][place]) * 100))
                for part in found.weights
            ],
            has_site=bool(found.has_site[place]),
        )
        here = [needs[each.need] for each in found.here.get(place, []) if each.need in needs]
        row.needs, row.more_needs = here[:NEEDS_SHOWN], max(0, len(here) - NEEDS_SHOWN)
        row.needs_above = len(found.above.get(place, []))
        _indicators(found, place, row)
        site = int(found.nearest[place])
        if "sites" in found.weights and site >= 0:
            row.reasons.append(_alike(found, place, site, territories[keys[site]], alike))
        told.append(row)
    return told


def _needs(found: Ranking, places: Sequence[int], reader: Any) -> dict[int, Shown]:
    pks = [each.need for place in places for each in found.here.get(place, [])]
    rows = Need.objects.visible_to(reader).filter(pk__in=pks).for_list() if pks else []
    return {need.pk: show(need, reader) for need in rows}


def _indicators(found: Ranking, place: int, row: Row) -> None:
    for (indicator, direction), column in zip(found.asked.indicators, found.columns, strict=True):
        value = float(column.values[place])
        if math.isnan(value):
            row.unknown.append(indicator.name)
            continue
        row.reasons.append(
            _("%(name)s : %(value)s, %(gap)s (%(wanted)s)")
            % {
                "name": indicator.name,
                "value": " ".join(filter(None, [said(value), indicator.unit])),
                "gap": gap(float(column.z[place])),
                "wanted": _("élevé recherché") if direction == HIGH else _("bas recherché"),
            }
        )


def _alike(found: Ranking, place: int, site: int, name: Territory, alike: list[Any]) -> str:
    """The site it is most like, and on what first."""
    gaps = [
        (abs(float(column.z[place] - column.z[site])), each.name)
        for each, _weight, column in alike
        if not math.isnan(column.z[place] - column.z[site])
    ]
    closest = [name for _gap, name in sorted(gaps)[:ALIKE_SHOWN]]
    return _("Ressemble à %(site)s, où elle vit : %(gap)s écart-type en moyenne ; d’abord par %(on)s") % {
        "site": name.label,
        "gap": said(float(found.distance[place])),
        "on": ", ".join(closest),
    }  # fmt: skip


def gap(z: float) -> str:
    if abs(z) < 0.05:
        return _("dans la moyenne")
    if z > 0:
        return _("%(z)s écart-type au-dessus de la moyenne") % {"z": said(z)}
    return _("%(z)s écart-type au-dessous de la moyenne") % {"z": said(-z)}


def said(value: float) -> str:
    """At most one decimal below a hundred."""
    if abs(value) >= 100 or value == int(value):
        return str(number_format(round(value), use_l10n=True, force_grouping=True))
    return str(number_format(round(value, 1), 1, use_l10n=True))


def silent(found: Ranking) -> list[str]:
    return [str(SILENT[code]) for code in found.silent.values()]
