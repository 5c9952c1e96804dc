"""Needs without a good answer, by theme and by département: what the next call may be about."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from essaim.needs.models import Need
from essaim.territories.models import Containment

from .models import Call, State

MOST = 30


@dataclass(frozen=True)
class Line:
    label: str
    count: int
    query: str  # filters the list of needs, and begins a call
    calls: int = 0  # announced or open on this theme


@dataclass(frozen=True)
class Unmet:
    total: int
    themes: list[Line]
    territories: list[Line]
    without_theme: int


def unmet_needs() -> Unmet:
    """What the board of unmet needs counts, by the same rule: needs that every member may read,
    without a good answer today. A constant number of queries."""
    found = Need.objects.shared().unmet()  # type: ignore[attr-defined]
    themes = list(
        found.exclude(theme=None)
        .order_by()
        .values("theme__slug", "theme__name")
        .annotate(n=Count("pk"))
        .order_by("-n", "theme__name")[:MOST]
    )
    places = Counter(found.exclude(territory=None).values_list("territory", flat=True))
    above = Containment.objects.of(places).filter(ancestor__kind="department")
    counts: Counter[tuple[str, str]] = Counter()
    for place, label, code in above.values_list(
        "descendant_id", "ancestor__label", "ancestor__code"
    ):
        counts[label, f"department:{code}"] += places[place]
    calls = _calls_by_theme([row["theme__slug"] for row in themes])
    return Unmet(
        total=found.count(),
        themes=[
            Line(
                row["theme__name"], row["n"], f"theme={row['theme__slug']}",
                calls.get(row["theme__slug"], 0),
            )
            for row in themes
        ],
        territories=[
            Line(label, n, f"territory={address}")
            for (label, address), n in sorted(counts.items(), key=lambda row: (-row[1], row[0]))[
                :MOST
            ]
        ],
        without_theme=found.filter(theme=None).count(),
    )  # fmt: skip


def _calls_by_theme(slugs: list[str]) -> dict[str, int]:
    rows = (
        Call.objects.filter(
            state__in=[State.ANNOUNCED, State.OPEN], is_template=False, themes__slug__in=slugs
        )
        .order_by()
        .values_list("themes__slug")
        .annotate(n=Count("pk", distinct=True))
    )
    return dict(rows)
