"""How much of the core a site delivers, and how it differs from the origin (§ 5 of the domain).

Fidelity is the weighted share of the core components of the sheet that are delivered. Ours: a
component in part counts for half; of a component nobody spoke of nothing is presumed, and
fidelity is then a range, from nothing to all of what is unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from essaim.initiatives.models import Component, Initiative

from .models import Adaptation, ComponentWeight, Delivery, Replication


@dataclass(frozen=True)
class Fidelity:
    """Percents, and how many core components are known of how many."""

    low: int
    high: int
    known: int
    total: int

    @property
    def is_range(self) -> bool:
        return self.low != self.high


def fidelity_of(core: Iterable[tuple[int, int | None]]) -> Fidelity | None:
    """From (weight, share delivered 0–100 or None) of each core component; None without any."""
    lines = list(core)
    total = sum(weight for weight, _share in lines)
    if not total:
        return None
    low = sum(weight * share for weight, share in lines if share is not None)
    unknown = sum(weight * 100 for weight, share in lines if share is None)
    return Fidelity(
        _percent(low, total),
        _percent(low + unknown, total),
        sum(share is not None for _weight, share in lines),
        len(lines),
    )


def _percent(weighted: int, total: int) -> int:
    return int((Decimal(weighted) / total).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass
class Line:
    """One component: what the sheet says, what the site does."""

    name: str
    is_core: bool
    component: Component | None  # None: no longer on the sheet, or never was
    weight: int = 1
    share: int | None = None
    share_label: Any = ""
    adaptations: list[Adaptation] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        return bool(self.adaptations) or self.share not in (None, 100)

    @property
    def red_lines(self) -> list[str]:
        return lines_of(self.component.red_lines) if self.component else []

    @property
    def variants(self) -> list[str]:
        return lines_of(self.component.variants) if self.component else []


@dataclass(frozen=True)
class Compared:
    """The sheet and the site, side by side."""

    lines: list[Line]  # core, then margin
    others: list[Line]  # what is adapted on no component of today's sheet
    fidelity: Fidelity | None
    crossed: list[Adaptation]  # red lines crossed and not left


def compare(replication: Replication) -> Compared:
    """Four queries. Reads the components and weights of today's sheet."""
    card = replication.initiative
    components = list(Component.objects.filter(initiative=card))
    weights = weights_of(card)
    delivered = {row.component_id: row for row in replication.deliveries.all()}
    current = [each for each in replication.adaptations.for_list() if each.ended_on is None]
    by_component: dict[int | None, list[Adaptation]] = defaultdict(list)
    for each in current:
        by_component[each.component_id].append(each)
    lines = [
        _line(each, weights, delivered.get(each.pk), by_component[each.pk]) for each in components
    ]
    lines.sort(key=lambda line: not line.is_core)
    named: dict[str, Line] = {}
    for each in by_component[None]:
        line = named.setdefault(
            each.component_name,
            Line(each.component_name, each.component_kind == Component.Kind.CORE, None),
        )
        line.adaptations.append(each)
    core = [(line.weight, line.share) for line in lines if line.is_core]
    return Compared(
        lines, list(named.values()), fidelity_of(core), [each for each in current if each.red_line]
    )


def _line(
    component: Component,
    weights: Mapping[int, int],
    delivery: Delivery | None,
    adaptations: list[Adaptation],
) -> Line:
    return Line(
        component.name,
        component.kind == Component.Kind.CORE,
        component,
        weights.get(component.pk, 1),
        delivery.share if delivery else None,
        delivery.get_share_display() if delivery else "",
        adaptations,
    )


def weights_of(card: Initiative) -> dict[int, int]:
    rows = ComponentWeight.objects.filter(component__initiative=card)
    return dict(rows.values_list("component", "weight"))


def fidelities(card: Initiative, replications: Iterable[Replication]) -> dict[int, Fidelity]:
    """Of each of these sites; three queries whatever their number, one where the card tells no
    core, none where there is no site."""
    replications = list(replications)
    if not replications:
        return {}
    core = list(
        Component.objects.filter(initiative=card, kind=Component.Kind.CORE).values_list(
            "pk", flat=True
        )
    )
    if not core:
        return {}
    weights = weights_of(card)
    shares: dict[int, dict[int, int]] = defaultdict(dict)
    rows = Delivery.objects.filter(
        replication__in=[each.pk for each in replications], component__in=core
    )
    for replication, component, share in rows.values_list("replication", "component", "share"):
        shares[replication][component] = share
    found = {}
    for each in replications:
        known = shares[each.pk]
        fidelity = fidelity_of((weights.get(pk, 1), known.get(pk)) for pk in core)
        if fidelity is not None:
            found[each.pk] = fidelity
    return found


def lines_of(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]
