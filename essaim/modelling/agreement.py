"""What each person sorted, side by side: where they agree, where they do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from essaim.initiatives.models import Component, Initiative
from essaim.modelling.models import Sorting, Workshop

KIND = Sorting.Kind


@dataclass(frozen=True)
class Opinion:
    """Of one component: each person's sorting, and what comes out of them."""

    component: Component
    sortings: list[Sorting]

    @property
    def kinds(self) -> set[str]:
        return {s.kind for s in self.sortings if s.kind != KIND.UNSURE}

    @property
    def is_unanimous(self) -> bool:
        return (
            bool(self.sortings) and len({s.kind for s in self.sortings}) == 1 and bool(self.kinds)
        )

    @property
    def is_disputed(self) -> bool:
        return len(self.kinds) > 1

    @property
    def result(self) -> str:
        """What all who decided say; empty where they disagree or nobody decided."""
        return next(iter(self.kinds)) if len(self.kinds) == 1 else ""

    @property
    def reasons(self) -> list[str]:
        return list(dict.fromkeys(s.why for s in self.sortings if s.why))

    @property
    def red_lines(self) -> list[str]:
        """Those of the card, then those proposed here."""
        known = [line.strip() for line in self.component.red_lines.splitlines() if line.strip()]
        return list(dict.fromkeys([*known, *(s.red_line for s in self.sortings if s.red_line)]))


def opinions_of(card: Initiative, workshop: Workshop | None) -> list[Opinion]:
    """Every component of the card, in its order. Two queries."""
    by_component: dict[int, list[Sorting]] = {}
    if workshop is not None:
        for sorting in workshop.sortings.select_related("user").order_by("user", "pk"):
            by_component.setdefault(sorting.component_id, []).append(sorting)
    return [Opinion(each, by_component.get(each.pk, [])) for each in card.components.all()]


def people_of(opinions: list[Opinion]) -> list[Any]:
    """Who sorted something."""
    return list({s.user_id: s.user for o in opinions for s in o.sortings}.values())
