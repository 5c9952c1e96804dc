"""The sites of an initiative as people look at them: tree, map, uptake."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from essaim.territories.department_map import DepartmentMap, count_by_department, draw

from .models import Replication, quarter_name
from .models.replication import ReplicationQuerySet


# --- who learnt from whom -------------------------------------------------------------------
def light(sites: ReplicationQuerySet) -> list[Any]:
    """What pictures read of a site, without the rest: there may be thousands. In the order in
    which they were committed; one query."""
    return list(
        sites.order_by("committed_on", "pk").values_list(
            *("pk", "learnt_from_id", "committed_on", "stopped_on"), named=True
        )
    )


@dataclass
class Node:
    site: Any  # a replication, or what ``light`` reads of it
    children: list[Node] = field(default_factory=list)
    more: int = 0  # sites below that are not shown

    @property
    def size(self) -> int:
        return 1 + self.more + sum(child.size for child in self.children)


def tree(sites: Sequence[Any]) -> list[Node]:
    """Those who learnt from the initiative itself, each with those who learnt from them. A site
    whose teacher is not among these stands at the root."""
    nodes = {each.pk: Node(each) for each in sites}
    roots: list[Node] = []
    for each in sorted(sites, key=lambda s: (s.committed_on or s.interested_on, s.pk)):
        above = nodes.get(each.learnt_from_id) if each.learnt_from_id else None
        (above.children if above else roots).append(nodes[each.pk])
    return roots


def pruned(roots: list[Node], at_most: int) -> Node:
    """So many sites of the tree, level by level, those that taught others first; the rest is
    counted where it stood. The node that holds the roots is of no site."""
    top = Node(None, roots)
    level, room = [top], at_most
    while level:
        below: list[Node] = []
        for node in level:
            ranked = sorted(node.children, key=lambda child: not child.children)
            kept = {id(child) for child in ranked[: max(0, room)]}
            room -= len(kept)
            node.more += sum(child.size for child in node.children if id(child) not in kept)
            node.children = [child for child in node.children if id(child) in kept]
            below += node.children
        level = below
    return top


def shown(
    sites: Sequence[Any], listed: Iterable[Any], at_most: int
) -> tuple[Node, list[Replication]]:
    """The tree of ``light`` sites, ``at_most`` of them, and those ``listed`` of them beneath it,
    as the sites themselves; one query for both."""
    top, listed = pruned(tree(sites), at_most), [each.pk for each in listed]
    nodes: list[Node] = []
    level = list(top.children)
    while level:
        nodes += level
        level = [child for node in level for child in node.children]
    rows = Replication.objects.for_line().in_bulk({*listed, *(node.site.pk for node in nodes)})
    for node in nodes:
        node.site = rows[node.site.pk]
    return top, [rows[pk] for pk in listed]


# --- where ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Place:
    code: str
    name: str
    sites: int


@dataclass(frozen=True)
class Where:
    picture: DepartmentMap
    rows: list[Place]
    larger: int  # sites on a place larger than a department: on no tile


def where(sites: ReplicationQuerySet) -> Where:
    """Sites that stand, by department; one query."""
    found = count_by_department(sites.standing().order_by().values("territory_id"))
    rows = [Place(*each) for each in found.departments]
    return Where(draw({each.code: each.sites for each in rows}), rows, found.elsewhere)


# --- when -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Period:
    label: str
    committed: int  # since the beginning
    stopped: int

    @property
    def standing(self) -> int:
        return self.committed - self.stopped


WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 640, 240, 40, 16, 32


@dataclass(frozen=True)
class Tick:
    x: str
    label: str


@dataclass(frozen=True)
class Uptake:
    periods: list[Period]
    committed: str  # points of the line
    standing: str
    ticks: list[Tick]
    most: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP
    base: int = HEIGHT - BOTTOM
    right: int = WIDTH - 12


def uptake(sites: Iterable[Any], today: dt.date) -> Uptake | None:
    """By quarter, or by year beyond four years; None before the first commitment."""
    begun = sorted(each.committed_on for each in sites if each.committed_on)
    if not begun:
        return None
    ended = sorted(each.stopped_on for each in sites if each.committed_on and each.stopped_on)
    first = begun[0]
    yearly = today.year - first.year > 4
    periods = []
    year, quarter = first.year, (first.month - 1) // 3
    while (year, 0 if yearly else quarter) <= (today.year, 0 if yearly else (today.month - 1) // 3):
        last = (
            dt.date(year + 1, 1, 1) if yearly or quarter == 3 else dt.date(year, quarter * 3 + 4, 1)
        )
        periods.append(
            Period(
                str(year) if yearly else quarter_name(year, quarter + 1),
                bisect_left(begun, last),
                bisect_left(ended, last),
            )
        )
        year, quarter = (year + 1, 0) if yearly or quarter == 3 else (year, quarter + 1)
    return _drawn(periods)


def _drawn(periods: list[Period]) -> Uptake:
    most = max(each.committed for each in periods)
    room = (WIDTH - 12 - LEFT) / max(1, len(periods) - 1)
    height = HEIGHT - BOTTOM - TOP

    def points(values: list[int]) -> str:
        if len(values) == 1:
            values = values * 2
        step = room if len(periods) > 1 else WIDTH - 12 - LEFT
        return " ".join(
            f"{LEFT + n * step:.1f},{TOP + height * (1 - value / most):.1f}"
            for n, value in enumerate(values)
        )

    every = max(1, -(-len(periods) // 6))
    ticks = [
        Tick(f"{LEFT + n * room:.1f}", each.label)
        for n, each in enumerate(periods)
        if n % every == 0
    ]
    return Uptake(
        periods,
        points([each.committed for each in periods]),
        points([each.standing for each in periods]),
        ticks,
        most,
    )


# --- advice ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Given:
    name: str
    minutes: int

    @property
    def hours(self) -> str:
        return (
            f"{self.minutes // 60} h {self.minutes % 60:02}"
            if self.minutes % 60
            else (f"{self.minutes // 60} h")
        )


def advice_given(rows: Iterable[tuple[str, int]]) -> list[Given]:
    """(name, minutes) → the sum of each, the most generous first."""
    sums: dict[str, int] = defaultdict(int)
    for name, minutes in rows:
        sums[name] += minutes
    return [
        Given(n, m) for n, m in sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])) if m > 0
    ]
