"""The ranking on a map of départements, and the same figures as rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from essaim.territories.models import Territory
from essaim.territories.tiles import Tile, draw

from .ranking import Ranking

LEVELS = 4


@dataclass(frozen=True)
class Picture:
    svg: SafeString
    heading: str  # of the column of figures
    rows: list[tuple[Territory, str]]  # the highest first
    #: Territories counted that no département holds.
    elsewhere: int


def picture(found: Ranking) -> Picture:
    """Of départements, the score; of other kinds, how many of the first of the list each one
    holds (an intercommunality across two counts in both). Three queries."""
    first: int = settings.INTRODUCTIONS["map_first"]
    departments = list(Territory.objects.current().filter(kind="department").for_list())
    by_key = {each.pk: each for each in departments}
    if found.asked.kind == "department":
        figures = {
            found.key(place): round(float(found.score[place]) * 100) for place in found.order
        }
        counted, elsewhere = figures, 0
        title = _("Score de chaque département, sur 100 ; les mêmes chiffres sont dans le tableau.")
        heading = _("Score sur 100")
    else:
        keys = [found.key(place) for place in found.order[:first]]
        counted, elsewhere = _counted(keys, list(by_key))
        title = _(
            "Combien des %(n)s premiers territoires de la liste chaque département contient ;"
            " les mêmes chiffres sont dans le tableau."
        ) % {"n": len(keys)}
        heading = _("Parmi les %(n)s premiers") % {"n": len(keys)}
    most = max(counted.values(), default=0)
    tiles = {
        each.code: _tile(each, counted.get(each.pk, 0), most, found.asked.kind)
        for each in departments
    }
    rows = sorted(
        ((by_key[key], figure) for key, figure in counted.items() if key in by_key),
        key=lambda pair: (-pair[1], pair[0].sort_name),
    )
    return Picture(
        draw(tiles, title), heading, [(place, str(figure)) for place, figure in rows], elsewhere
    )


def _counted(keys: list[int], departments: list[int]) -> tuple[dict[int, int], int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT descendant_id, ancestor_id FROM territories_containment"
            " WHERE descendant_id = ANY(%(keys)s) AND ancestor_id = ANY(%(departments)s)"
            " UNION SELECT ancestor_id, descendant_id FROM territories_containment"
            " WHERE ancestor_id = ANY(%(keys)s) AND descendant_id = ANY(%(departments)s)"
            " UNION SELECT one_id, other_id FROM territories_overlap"
            " WHERE one_id = ANY(%(keys)s) AND other_id = ANY(%(departments)s)",
            {"keys": keys, "departments": departments},
        )
        pairs: list[Any] = cursor.fetchall()
    counts = Counter(department for _key, department in pairs)
    return dict(counts), len(set(keys) - {key for key, _department in pairs})


def _tile(department: Territory, figure: int, most: int, kind: str) -> Tile:
    level = 0 if not figure else max(1, -(-figure * LEVELS // max(most, 1)))
    if kind == "department":
        said = _("%(name)s : %(n)s sur 100") % {"name": department.label, "n": figure}
    else:
        said = ngettext("%(name)s : %(n)s territoire", "%(name)s : %(n)s territoires", figure) % {
            "name": department.label,
            "n": figure,
        }
    return Tile(level, str(figure) if figure else "", said)
