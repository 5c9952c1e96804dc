"""The profile of an initiative from several people's answers: never added up into a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from essaim.scaling.models import ProfileSheet
from essaim.scaling.profile_items import AREAS, Area, Item, Rating

# Answers this far apart are a disagreement worth talking about.
APART = 2
BAR = 300  # width of a bar of the picture


@dataclass(frozen=True)
class Line:
    area: Area
    item: Item
    answers: list[tuple[str, int]]  # who, rating

    @property
    def worst(self) -> int:
        return max(rating for _who, rating in self.answers)

    @property
    def mean(self) -> float:
        return sum(rating for _who, rating in self.answers) / len(self.answers)

    @property
    def spread(self) -> int:
        return self.worst - min(rating for _who, rating in self.answers)

    @property
    def words(self) -> list[tuple[str, str]]:
        return [(who, str(Rating(rating).label)) for who, rating in self.answers]


@dataclass(frozen=True)
class AreaShares:
    """How the answers in one area divide; ``x`` and ``width`` place the parts of its bar."""

    area: Area
    eases: int
    neither: int
    hinders: int
    questions: int  # of the area
    y: int = 0

    @property
    def total(self) -> int:
        return self.eases + self.neither + self.hinders

    def _width(self, number: int) -> int:
        return round(BAR * number / self.total) if self.total else 0

    @property
    def hinders_width(self) -> int:
        return self._width(self.hinders)

    @property
    def neither_width(self) -> int:
        return self._width(self.neither)

    @property
    def eases_width(self) -> int:
        return BAR - self.hinders_width - self.neither_width if self.total else 0

    @property
    def eases_x(self) -> int:
        return self.hinders_width + self.neither_width


@dataclass(frozen=True)
class Profile:
    areas: list[AreaShares]  # the most hindered first
    weakest: list[Line]
    apart: list[Line]
    people: int

    @property
    def height(self) -> int:
        return 44 * len(self.areas)


def profile(sheets: Sequence[ProfileSheet], names: dict[int | None, str]) -> Profile:
    """``names``: how each author is called on the page, by key."""
    lines, shares = [], []
    for area in AREAS:
        ratings: list[int] = []
        for item in area.items:
            answers: list[tuple[str, Any]] = [
                (names.get(sheet.author_id, "–"), sheet.ratings[item.key])
                for sheet in sheets
                if item.key in sheet.ratings
            ]
            if answers:
                lines.append(Line(area, item, answers))
                ratings += [rating for _who, rating in answers]
        shares.append(
            (
                area,
                sum(rating < Rating.NEITHER for rating in ratings),
                sum(rating == Rating.NEITHER for rating in ratings),
                sum(rating > Rating.NEITHER for rating in ratings),
            )
        )
    shares.sort(key=lambda row: -(row[3] / (sum(row[1:]) or 1)))
    weakest = [line for line in lines if line.worst > Rating.NEITHER]
    return Profile(
        areas=[
            AreaShares(area, eases, neither, hinders, len(area.items), y=44 * place)
            for place, (area, eases, neither, hinders) in enumerate(shares)
        ],
        weakest=sorted(weakest, key=lambda line: (-line.mean, -line.worst)),
        apart=sorted((ln for ln in lines if ln.spread >= APART), key=lambda ln: -ln.spread),
        people=len(sheets),
    )
