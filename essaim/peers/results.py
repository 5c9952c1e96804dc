"""What the readings of a round say: scores, spread, agreement, and readers' severity.

Pure computing over rows already fetched; nothing is stored, so that nothing stored can disagree
with the readings. Scores go from 0 (lowest levels everywhere) to 100.

Severity: score = general mean + item + reader + remainder, fitted by least squares where the
readers' part is drawn towards zero (ridge penalty SHRINKAGE: each reader counts as having also
given SHRINKAGE readings exactly as severe as the others). The adjusted score of an item is the
mean plus its part. With one item, or readers who each read one, severity cannot be told from
opinion: nothing is adjusted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median, stdev
from typing import Any

from django.utils.translation import gettext_lazy as _

from .rubric import overall

SHRINKAGE = 1.0
ROUNDS, ENOUGH = 500, 1e-9


@dataclass(frozen=True)
class Score:
    """One submitted reading, as a number."""

    item: int
    reader: int  # its seat
    college: str
    value: float


@dataclass(frozen=True)
class Spread:
    """How scores lie. ``deviation``: standard deviation of the sample, None below two."""

    number: int
    mean: float
    median: float
    lowest: float
    highest: float
    deviation: float | None

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread | None:
        if not values:
            return None
        return cls(
            len(values), fmean(values), median(values), min(values), max(values),
            stdev(values) if len(values) > 1 else None,
        )  # fmt: skip


@dataclass
class CriterionResult:
    title: str
    weight: int
    # Each level with its words and how many chose it.
    levels: list[tuple[int, str, int]]
    spread: Spread | None  # of levels

    @property
    def number(self) -> int:
        return sum(count for _level, _words, count in self.levels)


@dataclass
class CollegeResult:
    kind: str
    label: Any
    asked: int
    spread: Spread | None  # of overall scores
    criteria: list[CriterionResult]
    adjusted: float | None = None
    values: list[float] = field(default_factory=list)


def scores_of(readings: Iterable[Any]) -> list[Score]:
    """Of submitted readings, fetched with ``seat__college__criteria``."""
    found = []
    for reading in readings:
        value = overall(reading.seat.college.criteria.all(), reading.answers)
        if value is not None:
            found.append(Score(reading.item_id, reading.seat_id, reading.seat.college.kind, value))
    return found


# --- severity ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Adjusted:
    """``items``: adjusted score of each; ``readers``: how much above (+) or below (−) the others
    each one marks. Empty where severity cannot be told."""

    items: dict[int, float]
    readers: dict[int, float]


def adjust(scores: Sequence[Score], shrinkage: float = SHRINKAGE) -> Adjusted:
    """Least squares of item and shrunken reader parts, by turns until nothing moves.

    Of one college: what a college judges is not what the other does.
    """
    by_item: dict[int, list[Score]] = defaultdict(list)
    by_reader: dict[int, list[Score]] = defaultdict(list)
    for score in scores:
        by_item[score.item].append(score)
        by_reader[score.reader].append(score)
    if len(by_item) < 2 or all(len(own) < 2 for own in by_reader.values()):
        return Adjusted({}, {})
    items = {item: fmean(s.value for s in own) for item, own in by_item.items()}
    readers = dict.fromkeys(by_reader, 0.0)
    for _turn in range(ROUNDS):
        moved = 0.0
        for reader, own in by_reader.items():
            new = sum(s.value - items[s.item] for s in own) / (len(own) + shrinkage)
            moved, readers[reader] = max(moved, abs(new - readers[reader])), new
        for item, own in by_item.items():
            items[item] = fmean(s.value - readers[s.reader] for s in own)
        if moved < ENOUGH:
            break
    return Adjusted(items, readers)


# --- agreement --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Accord:
    alpha: float | None
    meaning: Any


def accord(readings: Sequence[Any]) -> Accord:
    """Krippendorff's alpha (ordinal) of a college: a unit is a criterion of an item, a value the
    level given. With few units it says little, and the words say so."""
    from essaim.statistics.agreement import krippendorff

    units: dict[tuple[int, int], list[float]] = defaultdict(list)
    for reading in readings:
        for criterion in reading.seat.college.criteria.all():
            level = (reading.answers.get(str(criterion.pk)) or {}).get("level")
            if level:
                place = (level - 1) / (len(criterion.levels) - 1)
                units[reading.item_id, criterion.pk].append(place)
    several = [values for values in units.values() if len(values) > 1]
    alpha = krippendorff(several, "ordinal") if several else None
    return Accord(alpha, meaning(alpha, len(several)))


def meaning(alpha: float | None, units: int) -> Any:
    """Krippendorff's own thresholds (0.8 and 0.667); the words are ours."""
    if not units:
        return _("Il faut au moins deux lectures d’un même objet.")
    if alpha is None:
        return _("Tous ont donné le même niveau partout : rien ne permet de mesurer l’accord.")
    if units < 5:
        return _("Trop peu de points communs pour conclure : lisez plutôt la répartition.")
    if alpha >= 0.8:
        return _("Accord solide : les lecteurs voient la même chose.")
    if alpha >= 0.667:
        return _("Accord suffisant pour une conclusion prudente.")
    if alpha > 0:
        return _("Accord faible : lisez les raisons de chacun, la moyenne cacherait l’écart.")
    return _("Pas d’accord au-delà du hasard : les lecteurs ne voient pas la même chose.")


# --- an item ----------------------------------------------------------------------------------
def results_of(
    item: int, colleges: Iterable[Any], readings: Sequence[Any], adjusted: dict[str, Adjusted]
) -> list[CollegeResult]:
    """The colleges apart. ``readings``: submitted ones of the round."""
    found = []
    for college in colleges:
        own = [r for r in readings if r.item_id == item and r.seat.college_id == college.pk]
        criteria = list(college.criteria.all())
        values = [
            value for reading in own if (value := overall(criteria, reading.answers)) is not None
        ]
        found.append(
            CollegeResult(
                college.kind,
                college.get_kind_display(),
                college.per_item,
                Spread.of(values),
                [_criterion(criterion, own) for criterion in criteria],
                adjusted.get(college.kind, Adjusted({}, {})).items.get(item),
                sorted(values),
            )
        )
    return found


def _criterion(criterion: Any, readings: Sequence[Any]) -> CriterionResult:
    counts: dict[int, int] = defaultdict(int)
    for reading in readings:
        level = (reading.answers.get(str(criterion.pk)) or {}).get("level")
        if level:
            counts[level] += 1
    given = [float(level) for level, count in counts.items() for _one in range(count)]
    return CriterionResult(
        criterion.title,
        criterion.weight,
        [(level, words, counts[level]) for level, words in criterion.numbered_levels],
        Spread.of(given),
    )
