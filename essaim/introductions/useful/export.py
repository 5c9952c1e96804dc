"""The whole list as a table, in the order of the page."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from essaim.common.spreadsheets import Cell
from essaim.needs.models import Need
from essaim.territories.models import Territory

from .ranking import PARTS, Ranking
from .wording import LABELS, said

CHUNK = 2000


def table(found: Ranking, reader: Any) -> Iterator[list[Cell]]:
    """Every territory ranked; names are read a few thousand at a time. Needs are counted as this
    reader may see them at this moment, as on the page."""
    indicators = [indicator for indicator, _direction in found.asked.indicators]
    yield [
        _("Rang"), _("Nature"), _("Code"), _("Territoire"), _("Population"), _("Score sur 100"),
        *(_("Part : %(part)s, sur 100") % {"part": LABELS[part]} for part in PARTS),
        _("Besoins exprimés ici"), _("Besoins exprimés juste au-dessus"),
        _("Site le plus ressemblant"), _("Écart-type moyen avec ce site"), _("Déjà un site"),
        *(f"{each.name} ({each.unit})" if each.unit else each.name for each in indicators),
    ]  # fmt: skip
    visible = _visible(found, reader)
    sites = Territory.objects.for_list().in_bulk(found.sites.alive)
    for start in range(0, found.count, CHUNK):
        places = [int(place) for place in found.order[start : start + CHUNK]]
        named = Territory.objects.for_list().in_bulk([found.key(place) for place in places])
        for number, place in enumerate(places, start + 1):
            site = int(found.nearest[place])
            known = "sites" in found.weights and site >= 0
            territory = named[found.key(place)]
            yield [
                number, territory.kind, territory.code, territory.label, territory.population,
                round(float(found.score[place]) * 100),
                *(_part(found, part, place) for part in PARTS),
                sum(each.need in visible for each in found.here.get(place, [])),
                sum(each.need in visible for each in found.above.get(place, [])),
                sites[found.key(site)].label if known else "",
                said(float(found.distance[place])) if known else "",
                _("oui") if found.has_site[place] else _("non"),
                *(_value(column, place) for column in found.columns),
            ]  # fmt: skip


def _visible(found: Ranking, reader: Any) -> set[int]:
    pks = [each.need for each in found.needs]
    return set(Need.objects.visible_to(reader).filter(pk__in=pks).values_list("pk", flat=True))


def _part(found: Ranking, part: str, place: int) -> Cell:
    return round(float(found.parts[part][place]) * 100) if part in found.weights else ""


def _value(column: Any, place: int) -> Cell:
    value = float(column.values[place])
    return "" if math.isnan(value) else said(value)
