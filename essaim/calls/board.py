"""The decision board: every application with what its readings say, ranked; computed for one
person, who never sees what they have a link with.

Total: weighted mean of the colleges' means, weights of the call (by default, the sum of a
college's criteria). Its interval is Student's t at 95 %: the variance of the total is the sum over
colleges of (weight/total weight)² · s²/n, its degrees of freedom by Welch and Satterthwaite. Below
two readings in a college that weighs, no interval is told. Equal totals (to a tenth) share a rank.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from essaim.initiatives.models import Initiative
from essaim.territories.models import Containment, Territory

from .models import (
    Application,
    Call,
    CollegeKind,
    Criterion,
    Deliberation,
    Outcome,
    Partner,
    Score,
)
from .reading_notes import LEFT_SINCE

IN_PLAY = ["eligible", "in_reading", "laureate", "waiting", "not_selected"]
CONFIDENCE = 0.95


@dataclass(slots=True)
class Given:
    """What one college says of one application."""

    readings: int
    mean: float
    deviation: float | None
    adjusted: float | None
    rank: int = 0


@dataclass(slots=True)
class Row:
    pk: int
    number: int
    title: str
    applicant: str
    state: str
    holder_kind: str
    region: str
    requested: int  # cents
    card: int
    outcome: str
    waiting_rank: int | None
    amount: int | None  # cents granted
    has_reasons: bool
    version: int
    checked: bool
    themes: tuple[str, ...] = ()
    colleges: dict[str, Given] = field(default_factory=dict)
    raw: float | None = None
    adjusted: float | None = None
    low: float | None = None
    high: float | None = None
    partial: bool = False  # a college that weighs has not read it
    rank: int | None = None
    tied: bool = False
    above: bool = False  # of the cut line
    near_line: bool = False  # its interval holds the line
    left: int = 0  # partners that signed what was submitted, and left since


def weights_of(call: Call, deliberation: Deliberation | None) -> dict[str, float]:
    if deliberation is not None and deliberation.weights:
        return {kind: float(weight) for kind, weight in deliberation.weights.items() if weight}
    found: dict[str, float] = defaultdict(float)
    for college, weight in Criterion.objects.filter(call=call).values_list("college", "weight"):
        found[college] += weight
    return {kind.value: found[kind] for kind in CollegeKind if found.get(kind)}


def rows_of(
    call: Call, user: Any, deliberation: Deliberation | None, *, seen: Any = None
) -> list[Row]:
    """Everything this person may see of it, ranked; eight queries, whatever their number.
    ``seen``: what they may see otherwise than as those who run the call."""
    if seen is None:
        seen = Application.objects.instructed_by(user)
    seen = seen.filter(call=call, state__in=IN_PLAY)
    names = (
        "pk", "number", "title", "organisation__name", "person__name", "state",
        "organisation__kind", "territory", "requested_cents", "adopts", "initiative",
        "decision__outcome", "decision__rank", "decision__amount_cents", "reasoned",
        "decision__version", "decision__checked_at",
    )  # fmt: skip
    rows, places = [], {}
    reasoned = ExpressionWrapper(Q(decision__reasons__gt=""), output_field=BooleanField())
    for (
        pk, number, title, organisation, person, state, kind, territory, requested, adopts, card,
        outcome, waiting, amount, reasons, version, checked,
    ) in seen.annotate(reasoned=reasoned).order_by("number", "pk").values_list(*names):  # fmt: skip
        places[pk] = territory
        rows.append(
            Row(
                pk, number, title, organisation or person or "", state, kind or "", "",
                requested or 0, adopts or card or 0, outcome or "", waiting, amount,
                bool(reasons), version or 0, checked is not None,
            )
        )  # fmt: skip
    gone = Partner.objects.filter(LEFT_SINCE, application__call=call)
    left = Counter(gone.values_list("application", flat=True))
    for row in rows:
        row.left = left[row.pk]
    _place(rows, places)
    _theme(rows)
    _score(call, rows)
    rank(rows, weights_of(call, deliberation), bool(deliberation and deliberation.uses_adjusted))
    return rows


def _place(rows: Sequence[Row], places: dict[int, int | None]) -> None:
    wanted = {place for place in places.values() if place}
    above = Containment.objects.of(wanted).filter(ancestor__kind="region")
    regions = dict(above.values_list("descendant", "ancestor__name"))
    alone = dict(Territory.objects.filter(pk__in=wanted - set(regions)).values_list("pk", "name"))
    for row in rows:
        place = places[row.pk] or 0
        row.region = regions.get(place) or alone.get(place, "")


def _theme(rows: Sequence[Row]) -> None:
    cards = {row.card for row in rows if row.card}
    found: dict[int, list[str]] = defaultdict(list)
    through = Initiative.themes.through.objects.filter(initiative__in=cards)
    for card, name in through.order_by("theme__name").values_list("initiative", "theme__name"):
        found[card].append(name)
    for row in rows:
        row.themes = tuple(found.get(row.card, ()))


def _score(call: Call, rows: Sequence[Row]) -> None:
    by_pk = {row.pk: row for row in rows}
    fields = ("application", "college", "readings", "mean", "deviation", "adjusted")
    for pk, college, *told in Score.objects.filter(application__call=call).values_list(*fields):
        if pk in by_pk:
            by_pk[pk].colleges[college] = Given(*told)


# --- totals and ranks ---------------------------------------------------------------------------
def rank(rows: Sequence[Row], weights: dict[str, float], by_adjusted: bool) -> None:
    """Totals, intervals, ranks by college and overall; rows come out in order of rank."""
    degrees = [_total(row, weights) for row in rows]
    _intervals(rows, degrees)
    for kind in weights:
        having = [row for row in rows if kind in row.colleges]
        values = [_value(row.colleges[kind], by_adjusted) for row in having]
        for row, place in zip(having, _ranks(values), strict=True):
            row.colleges[kind].rank = place
    scored = [row for row in rows if row.raw is not None]
    totals = [value_of(row, by_adjusted) for row in scored]
    shared = Counter(round(each, 1) for each in totals)
    for row, value, place in zip(scored, totals, _ranks(totals), strict=True):
        row.rank, row.tied = place, shared[round(value, 1)] > 1


def value_of(row: Row, by_adjusted: bool) -> float:
    if by_adjusted and row.adjusted is not None:
        return row.adjusted
    return row.raw or 0.0


def _value(one: Given, by_adjusted: bool) -> float:
    return one.adjusted if by_adjusted and one.adjusted is not None else one.mean


def _ranks(values: Sequence[float]) -> list[int]:
    """1 for the greatest; equal to a tenth, equal in rank (1, 1, 3)."""
    rounded = [round(value, 1) for value in values]
    first: dict[float, int] = {}
    for place, value in enumerate(sorted(rounded, reverse=True), start=1):
        first.setdefault(value, place)
    return [first[value] for value in rounded]


def _total(row: Row, weights: dict[str, float]) -> tuple[float, float] | None:
    """Sets the totals; gives the variance and the degrees of freedom, where they can be told."""
    having = {kind: weight for kind, weight in weights.items() if kind in row.colleges}
    whole = sum(having.values())
    if not whole:
        return None
    row.partial = len(having) < len(weights)
    row.raw = sum(w * row.colleges[kind].mean for kind, w in having.items()) / whole
    if all(row.colleges[kind].adjusted is not None for kind in having):
        row.adjusted = sum(w * _value(row.colleges[k], True) for k, w in having.items()) / whole
    variance = bottom = 0.0
    for kind, weight in having.items():
        one = row.colleges[kind]
        if one.deviation is None:
            return None
        part = (weight / whole) ** 2 * one.deviation**2 / one.readings
        variance += part
        bottom += part**2 / (one.readings - 1)
    return (variance, variance**2 / bottom) if bottom else (0.0, 1.0)


def _intervals(rows: Sequence[Row], degrees: Sequence[tuple[float, float] | None]) -> None:
    told = [(row, found) for row, found in zip(rows, degrees, strict=True) if found is not None]
    if not told:
        return
    from scipy.special import stdtrit

    quantiles = stdtrit([freedom for _row, (_v, freedom) in told], (1 + CONFIDENCE) / 2)
    for (row, (variance, _freedom)), quantile in zip(told, quantiles, strict=True):
        half = float(quantile) * sqrt(variance)
        if row.raw is not None:
            row.low, row.high = max(0.0, row.raw - half), min(100.0, row.raw + half)


# --- the line -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    number: int = 0  # above it
    cents: int = 0  # asked by those above it
    value: float | None = None  # total of the last one above it
    tie: bool = False  # equal totals on both sides: the line alone cannot tell them apart


def ordered(rows: Iterable[Row], by_adjusted: bool) -> list[Row]:
    """The best first; without a score, by number at the end."""
    return sorted(
        rows, key=lambda row: (row.raw is None, -round(value_of(row, by_adjusted), 1), row.number)
    )


def by_college(
    rows: Iterable[Row], kinds: Iterable[str]
) -> list[tuple[Row, list[tuple[Any, Given | None]]]]:
    """Each row with what each college gave it, under the college's name."""
    named = [(kind, CollegeKind(kind).label) for kind in kinds]
    return [(row, [(label, row.colleges.get(kind)) for kind, label in named]) for row in rows]


def draw_line(
    rows: Sequence[Row], by_adjusted: bool, *, number: int | None, cents: int | None
) -> Line:
    """``rows`` in order: above the line, the first ``number``, or as many as ``cents`` pays for."""
    above: list[Row] = []
    spent = 0
    for row in rows:
        if row.raw is None:
            break
        if number is not None and len(above) >= number:
            break
        if cents is not None and spent + row.requested > cents:
            break
        above.append(row)
        spent += row.requested
        row.above = True
    if not above:
        return Line()
    value = round(value_of(above[-1], by_adjusted), 1)
    for row in rows:
        row.near_line = bool(
            row.low is not None and row.high is not None and row.low < value < row.high
        )
    below = [row for row in rows[len(above) :] if row.raw is not None]
    tie = bool(below) and round(value_of(below[0], by_adjusted), 1) == value
    return Line(len(above), spent, value, tie)


# --- balance ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Share:
    name: str
    all: int
    chosen: int
    least: int = 0

    @property
    def lacks(self) -> int:
        return max(0, self.least - self.chosen)


DIMENSIONS = ("region", "theme", "kind")


def keys_of(row: Row, dimension: str) -> Iterable[str]:
    if dimension == "theme":
        return row.themes or ("",)
    return [row.region if dimension == "region" else row.holder_kind]


def balance(rows: Iterable[Row], quotas: Iterable[dict[str, Any]] = ()) -> dict[str, list[Share]]:
    """Of each region, theme and kind of holder: how many applied, how many are chosen (decisions
    prepared, else those above the line)."""
    rows = list(rows)
    prepared = any(row.outcome for row in rows)
    least = {(each["by"], each["key"].casefold()): int(each["least"]) for each in quotas}
    found = {}
    for dimension in DIMENSIONS:
        every: Counter[str] = Counter()
        chosen: Counter[str] = Counter()
        for row in rows:
            taken = row.outcome == Outcome.LAUREATE if prepared else row.above
            for key in keys_of(row, dimension):
                every[key] += 1
                chosen[key] += taken
        names = dict.fromkeys(every)
        for by, key in least:
            if by == dimension and key not in {name.casefold() for name in names}:
                names[next(q["key"] for q in quotas if q["key"].casefold() == key)] = None
        found[dimension] = [
            Share(name, every[name], chosen[name], least.get((dimension, name.casefold()), 0))
            for name in sorted(names, key=lambda name: (-every[name], name))
        ]
    return found
