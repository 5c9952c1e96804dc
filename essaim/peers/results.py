"""What the readings of a round say: scores, spread, agreement, and readers' severity.

Computing over the levels of readings; nothing is stored, so that nothing stored can disagree
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

from django.conf import settings
from django.db.models import IntegerField
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from .rubric import weighted

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
    hidden: bool = False  # too few readings: those would be one reader's words


@dataclass(frozen=True)
class Given:
    """One submitted reading, without its words: the levels by criterion."""

    item: int
    seat: int
    college: int
    levels: dict[int, int]


def given_of(readings: Any, colleges: Iterable[Any]) -> list[Given]:
    """Of these submitted readings (a query), the levels alone: one query, whatever their number,
    and none of their words: a round of 6,000 holds tens of megabytes of them."""
    criteria = [each.pk for college in colleges for each in college.criteria.all()]
    level = {
        f"level_{pk}": Cast(
            KeyTextTransform("level", KeyTransform(str(pk), "answers")), IntegerField()
        )
        for pk in criteria
    }
    rows = (
        readings.order_by().annotate(**level).values_list("item", "seat", "seat__college", *level)
    )
    return [
        Given(item, seat, college, {pk: n for pk, n in zip(criteria, found, strict=True) if n})
        for item, seat, college, *found in rows
    ]


def scores_of(given: Iterable[Given], colleges: Iterable[Any]) -> list[Score]:
    """Of whole readings."""
    rubrics = {each.pk: (each.kind, list(each.criteria.all())) for each in colleges}
    found = []
    for one in given:
        kind, criteria = rubrics[one.college]
        value = weighted(criteria, one.levels)
        if value is not None:
            found.append(Score(one.item, one.seat, kind, value))
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
    import numpy as np

    # Sums in the order of the keys: the same readings give the same figures, however they come.
    ordered = sorted(scores, key=lambda each: (each.item, each.reader, each.value))
    item_keys, item_at = np.unique([s.item for s in ordered], return_inverse=True)
    reader_keys, reader_at = np.unique([s.reader for s in ordered], return_inverse=True)
    values = np.array([s.value for s in ordered])
    of_item, of_reader = np.bincount(item_at), np.bincount(reader_at)
    items = np.bincount(item_at, values) / of_item
    readers = np.zeros(len(reader_keys))
    for _turn in range(ROUNDS):
        new = np.bincount(reader_at, values - items[item_at]) / (of_reader + shrinkage)
        moved = float(np.abs(new - readers).max())
        readers = new
        items = np.bincount(item_at, values - readers[reader_at]) / of_item
        if moved < ENOUGH:
            break
    return Adjusted(
        dict(zip(item_keys.tolist(), items.tolist(), strict=True)),
        dict(zip(reader_keys.tolist(), readers.tolist(), strict=True)),
    )


# --- agreement --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Accord:
    alpha: float | None
    meaning: Any


def accord(given: Iterable[Given], college: Any) -> Accord:
    """Krippendorff's alpha (ordinal) of a college: a unit is a criterion of an item, a value the
    level given. With few units it says little, and the words say so."""
    from essaim.statistics.agreement import krippendorff

    most = {each.pk: len(each.levels) - 1 for each in college.criteria.all()}
    units: dict[tuple[int, int], list[float]] = defaultdict(list)
    for one in given:
        if one.college == college.pk:
            for criterion, level in one.levels.items():
                units[one.item, criterion].append((level - 1) / most[criterion])
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
def public_results_of(
    item: int, colleges: Iterable[Any], given: Iterable[Given]
) -> list[CollegeResult]:
    """For everyone but managers: a college of one reading would say what that reader said."""
    return [
        result
        if result.spread is None or result.spread.number >= settings.PEERS["smallest_college"]
        else CollegeResult(result.kind, result.label, result.asked, None, [], hidden=True)
        for result in results_of(item, colleges, given, {})
    ]


def results_of(
    item: int, colleges: Iterable[Any], given: Iterable[Given], adjusted: dict[str, Adjusted]
) -> list[CollegeResult]:
    """The colleges apart. ``given``: submitted readings, of this item at least."""
    own: dict[int, list[Given]] = defaultdict(list)
    for one in given:
        if one.item == item:
            own[one.college].append(one)
    found = []
    for college in colleges:
        criteria = list(college.criteria.all())
        values = [
            value
            for one in own[college.pk]
            if (value := weighted(criteria, one.levels)) is not None
        ]
        found.append(
            CollegeResult(
                college.kind,
                college.get_kind_display(),
                college.per_item,
                Spread.of(values),
                [_criterion(criterion, own[college.pk]) for criterion in criteria],
                adjusted.get(college.kind, Adjusted({}, {})).items.get(item),
                sorted(values),
            )
        )
    return found


def _criterion(criterion: Any, given: Iterable[Given]) -> CriterionResult:
    counts: dict[int, int] = defaultdict(int)
    for one in given:
        level = one.levels.get(criterion.pk)
        if level:
            counts[level] += 1
    levels = [float(level) for level, count in counts.items() for _one in range(count)]
    return CriterionResult(
        criterion.title,
        criterion.weight,
        [(level, words, counts[level]) for level, words in criterion.numbered_levels],
        Spread.of(levels),
    )
