"""Replications alive, where they are, and whom they serve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, OuterRef, Subquery

from essaim.initiatives.models import Publication
from essaim.insights.computing.measured import Measured, of_scope
from essaim.insights.invented import SITES, says_so
from essaim.replications.models import STANDING, Replication, Report
from essaim.territories.department_map import departments_of


def of_public_cards(scope: str) -> Any:
    """Those that went beyond an intention, with their card: what anybody may see."""
    found = Replication.objects.committed().filter(initiative__publication=Publication.PUBLISHED)
    return of_scope(found, says_so(*SITES), scope)


def with_served(sites: Any) -> Any:
    """The last number of people that each site told, None where it never did."""
    last = (
        Report.objects.filter(replication=OuterRef("pk"), beneficiaries__isnull=False)
        .order_by("-quarter")
        .values("beneficiaries")[:1]
    )
    return sites.annotate(served=Subquery(last))


def compute(scope: str) -> Iterator[Measured]:
    sites = of_public_cards(scope)
    states = dict(sites.order_by().values_list("state").annotate(n=Count("pk")))
    alive = sum(states.get(state, 0) for state in STANDING)
    places = dict(sites.standing().order_by().values_list("territory").annotate(n=Count("pk")))
    departments, located = _by_department(places)
    yield Measured("sites", alive, counted=located, total=alive)
    for state in STANDING:
        yield Measured("sites", states.get(state, 0), dimension="state", code=state)
    for code, count in sorted(departments.items()):
        yield Measured("sites", count, dimension="department", code=code)
    stopped = states.get("stopped", 0)
    yield Measured("stopped", stopped, counted=stopped, total=sum(states.values()))
    told = list(with_served(sites.running()).values_list("served", flat=True))
    known = [each for each in told if each is not None]
    yield Measured("served", sum(known), counted=len(known), total=len(told))


def _by_department(places: dict[int, int]) -> tuple[Counter[str], int]:
    """Sites by department, and how many lie in at least one."""
    counts: Counter[str] = Counter()
    located = 0
    known = departments_of(places) if places else {}
    for place, sites in places.items():
        for code in known.get(place, []):
            counts[code] += sites
        located += sites if known.get(place) else 0
    return counts, located
