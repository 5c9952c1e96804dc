"""The ranking on a map of départements, and the same figures as rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from essaim.territories.department_map import DepartmentMap, departments_of, draw
from essaim.territories.models import Containment, Territory

from .ranking import Ranking


@dataclass(frozen=True)
class Picture:
    drawn: DepartmentMap
    label: str
    heading: str  # of the column of figures
    rows: list[tuple[Territory, int]]  # the highest first
    #: Territories counted that no département holds.
    elsewhere: int


def picture(found: Ranking) -> Picture:
    """Of départements, the score; of other kinds, how many of the first of the list each one
    holds (an intercommunality across two counts in both). Three queries."""
    departments = Territory.objects.current().filter(kind="department").for_list()
    by_code = {each.code: each for each in departments}
    if found.asked.kind == "department":
        codes = {each.pk: each.code for each in by_code.values()}
        figures = {
            codes[found.key(place)]: round(float(found.score[place]) * 100)
            for place in found.order
            if found.key(place) in codes
        }
        elsewhere = 0
        label = _("Score de chaque département, sur 100 ; les mêmes chiffres sont dans le tableau.")
        heading = _("Score sur 100")
    else:
        first: int = settings.INTRODUCTIONS["map_first"]
        keys = [found.key(place) for place in found.order[:first]]
        places = _of_regions(keys) if found.asked.kind == "region" else departments_of(keys)
        figures = dict(Counter(code for held in places.values() for code in held))
        elsewhere = len(set(keys) - set(places))
        label = _(
            "Combien des %(n)s premiers territoires de la liste chaque département contient ;"
            " les mêmes chiffres sont dans le tableau."
        ) % {"n": len(keys)}
        heading = _("Parmi les %(n)s premiers") % {"n": len(keys)}
    rows = sorted(
        ((by_code[code], figure) for code, figure in figures.items() if code in by_code),
        key=lambda pair: (-pair[1], pair[0].sort_name),
    )
    return Picture(draw(figures), label, heading, rows, elsewhere)


def _of_regions(keys: list[int]) -> dict[int, list[str]]:
    """A region is drawn as its départements."""
    found: dict[int, list[str]] = {}
    inside = Containment.objects.filter(ancestor__in=keys, descendant__kind="department")
    for pk, code in inside.values_list("ancestor_id", "descendant__code"):
        found.setdefault(pk, []).append(code)
    return found
