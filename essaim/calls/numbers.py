"""How a call goes: what is submitted, what is being drafted, by place, theme, kind and day; and
one wave beside the others.

Drafts belong to their authors: they are counted, never named, and a cell that few drafts make up
is hidden (``statistics.cells``). The same is done with what is submitted in the tables that are
made to be shared.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, F, Func, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext as _

from essaim.people.models import OrganisationKind
from essaim.statistics.cells import hidden_cells
from essaim.territories.models import Containment

from .models import DECIDED, RESULTS, Application, ApplicationState, Call, FormVersion
from .selection import PERSON, left_out, linked_in

SECRET = None  # a figure that would let someone be found


@dataclass(frozen=True)
class Line:
    label: str
    drafts: int | None
    submitted: int | None
    code: str = ""  # what the list of applications is filtered by
    share: int = 0  # of the largest, in hundredths: for the bar


@dataclass(frozen=True)
class Day:
    on: dt.date
    submitted: int
    total: int
    share: int = 0


@dataclass(frozen=True)
class Wave:
    call: Call
    days: int
    drafts: int | None
    submitted: int
    eligible: int | None
    laureates: int | None
    asked_cents: int | None
    is_this: bool

    @property
    def rate(self) -> int | None:
        """Laureates among those submitted, in hundredths."""
        if self.laureates is None or not self.submitted:
            return None
        return round(100 * self.laureates / self.submitted)


@dataclass(frozen=True)
class Numbers:
    drafts: int
    submitted: int
    left_out: int
    asked_cents: int
    withdrawn: int
    states: list[tuple[str, str, int]]
    kinds: list[Line]
    territories: list[Line]
    themes: list[Line]
    days: list[Day]
    completeness: list[tuple[str, int | None]]
    least: int


def least() -> int:
    return int(settings.EVALUATIONS["smallest_cell"])


def seen(call: Call, user: Any) -> QuerySet[Application]:
    """All of the call but what this person has a link with: neither by a figure nor by the
    difference of two is anything learnt of these."""
    return Application.objects.filter(call=call).exclude(pk__in=list(linked_in(call, user)))


_DRAFT = Q(state=ApplicationState.DRAFT, last_number=0)
_SUBMITTED = Q(last_number__gt=0)


_COUNTED = {"drafts": Count("pk", filter=_DRAFT), "submitted": Count("pk", filter=_SUBMITTED)}


class _Group(NamedTuple):
    """Applications that are alike in all that is counted, but their place."""

    state: str
    kind: str
    day: dt.date | None
    drafts: int
    submitted: int
    asked: int  # cents, by those submitted


def _groups(call: Call, found: QuerySet[Application]) -> list[_Group]:
    rows = (
        found.annotate(
            kind=Case(When(by_person=True, then=Value(PERSON)), default=F("organisation__kind")),
            day=TruncDate("submitted_at", tzinfo=call.clock),
        )
        .values_list("state", "kind", "day")
        .annotate(**_COUNTED, asked=Coalesce(Sum("requested_cents", filter=_SUBMITTED), 0))
        .order_by()
    )
    return [_Group(*row) for row in rows]


def numbers(call: Call, user: Any, *, shared: bool = False) -> Numbers:
    """A constant number of queries. ``shared``: small cells of what is submitted are hidden too,
    for tables that leave the team."""
    found = seen(call, user)
    groups = _groups(call, found)
    drafts = sum(each.drafts for each in groups)
    submitted = sum(each.submitted for each in groups)
    gone = [each for each in groups if each.state == ApplicationState.WITHDRAWN]
    return Numbers(
        drafts=drafts,
        submitted=submitted,
        left_out=left_out(call, user),
        asked_cents=sum(each.asked for each in groups) - sum(each.asked for each in gone),
        withdrawn=sum(each.submitted for each in gone),
        states=_states(groups, shared),
        kinds=_kinds(groups, shared),
        territories=_territories(found, shared),
        themes=_themes(found, (drafts, submitted), shared),
        days=_days(groups),
        completeness=_completeness(call, found),
        least=least(),
    )


def _states(groups: Iterable[_Group], shared: bool) -> list[tuple[str, str, int]]:
    """Of what is submitted. A table to share has no state of few."""
    counts: Counter[str] = Counter()
    for each in groups:
        counts[each.state] += each.submitted
    rows = [
        (state, str(label), counts[state])
        for state, label in ApplicationState.choices
        if counts[state]
    ]
    hidden = hidden_cells([count for *_, count in rows], least()) if shared else set()
    return [row for place, row in enumerate(rows) if place not in hidden]


def _lines(rows: Iterable[tuple[str, str, int, int]], shared: bool) -> list[Line]:
    """(label, code, drafts, submitted) with the cells that must not show taken out."""
    kept = sorted(rows, key=lambda row: (-row[3], -row[2], row[0]))
    hidden = hidden_cells([row[2] for row in kept], least())
    hidden_too = hidden_cells([row[3] for row in kept], least()) if shared else set()
    most = max((row[3] for row in kept), default=0) or 1
    return [
        Line(
            label=label,
            code=code,
            drafts=SECRET if place in hidden else drafts,
            submitted=SECRET if place in hidden_too else given,
            share=0 if place in hidden_too else round(100 * given / most),
        )
        for place, (label, code, drafts, given) in enumerate(kept)
    ]


def _kinds(groups: Iterable[_Group], shared: bool) -> list[Line]:
    labels = dict(OrganisationKind.choices)
    counts: dict[str, list[int]] = {}
    for each in groups:
        sums = counts.setdefault(each.kind, [0, 0])
        sums[0] += each.drafts
        sums[1] += each.submitted
    return _lines(
        (
            (
                str(_("une personne") if kind == PERSON else labels.get(kind, kind)),
                kind,
                drafts,
                submitted,
            )
            for kind, (drafts, submitted) in counts.items()
        ),
        shared,
    )


def _territories(found: QuerySet[Application], shared: bool) -> list[Line]:
    """By département; a place that several share, or that is wider, is counted apart."""
    rows = list(found.values_list("territory").annotate(**_COUNTED).order_by())
    # {place: its département}; None for one that several share.
    names: dict[int, tuple[str, str] | None] = {}
    above = (
        Containment.objects.of([place for place, *_sums in rows if place])
        .filter(ancestor__kind="department")
        .values_list("descendant_id", "ancestor__label", "ancestor__code")
    )
    for place, label, code in above:
        names[place] = None if place in names else (label, f"department:{code}")
    unsaid, wider = (_("territoire non dit"), ""), (_("plus large qu’un département"), "")
    counts: dict[tuple[str, str], list[int]] = {}
    for place, drafts, submitted in rows:
        key = unsaid if place is None else names.get(place) or wider
        sums = counts.setdefault(key, [0, 0])
        sums[0] += drafts
        sums[1] += submitted
    return _lines(
        ((label, code, *sums) for (label, code), sums in counts.items()),  # type: ignore[misc]
        shared,
    )


def _themes(found: QuerySet[Application], totals: tuple[int, int], shared: bool) -> list[Line]:
    """Of the card that each is about; one application may count in several themes, or say none.
    ``totals``: drafts and submitted, of which those that say none are the rest."""
    rows = (
        found.filter(_DRAFT | _SUBMITTED)
        .filter(Q(initiative__themes__isnull=False) | Q(adopts__themes__isnull=False))
        .values_list(
            "initiative__themes__name", "initiative__themes__slug",
            "adopts__themes__name", "adopts__themes__slug", "pk", "last_number",
        )
        .order_by()
    )  # fmt: skip
    named: dict[int, set[tuple[str, str]]] = {}
    given: dict[int, bool] = {}
    for own, own_slug, adopted, adopted_slug, pk, last in rows:
        given[pk] = bool(last)
        both = {(own or "", own_slug or ""), (adopted or "", adopted_slug or "")}
        named.setdefault(pk, set()).update(both - {("", "")})
    counts: dict[tuple[str, str], list[int]] = {}
    unsaid = list(totals)
    for pk, themes in named.items():
        unsaid[given[pk]] -= 1
        for key in themes:
            counts.setdefault(key, [0, 0])[given[pk]] += 1
    if any(unsaid):
        # Counted a moment before the rows were read: one may have been submitted in between.
        counts[_("thème non dit"), ""] = [max(0, number) for number in unsaid]
    return _lines(((*key, *sums) for key, sums in counts.items()), shared)  # type: ignore[misc]


def _days(groups: Iterable[_Group]) -> list[Day]:
    """First submissions, by the clock of the call; days without any are not listed."""
    counts: Counter[dt.date] = Counter()
    for each in groups:
        if each.day and each.submitted:
            counts[each.day] += each.submitted
    total, most, days = 0, max(counts.values(), default=1), []
    for day, count in sorted(counts.items()):
        total += count
        days.append(Day(day, count, total, round(100 * count / most)))
    return days


QUARTERS = ((0, 25), (25, 50), (50, 75), (75, 100))


def _completeness(call: Call, found: QuerySet[Application]) -> list[tuple[str, int | None]]:
    """Of drafts: how many of the form's blocks are begun."""
    drafts = found.filter(_DRAFT).annotate(
        begun=Count("answers", filter=~Q(answers__content={}))
    )  # fmt: skip
    length = Func("blocks", function="jsonb_array_length", output_field=IntegerField())
    form = (
        FormVersion.objects.filter(call=call)
        .order_by("-number")
        .values_list(length, ArraySubquery(drafts.order_by().values("begun")))
        .first()
    )
    blocks, begun = form or (0, [])
    if not blocks:
        return []
    counts = [0] * len(QUARTERS)
    for number in begun:
        counts[min(99, 100 * number // blocks) // 25] += 1
    hidden = hidden_cells(counts, least())
    return [
        (
            _("de %(low)s à %(high)s %% des blocs") % {"low": low, "high": high},
            SECRET if place in hidden else counts[place],
        )
        for place, (low, high) in enumerate(QUARTERS)
    ]


def related_calls(call: Call) -> QuerySet[Call]:
    """Waves of the same permanent call; else what it was copied from and what was copied of it."""
    if call.series_id:
        return Call.objects.filter(series=call.series_id)
    same = Q(pk=call.pk) | Q(copied_from=call)
    if call.copied_from_id:
        same |= Q(pk=call.copied_from_id) | Q(copied_from=call.copied_from_id)
    return Call.objects.filter(same, is_template=False)


MOST_WAVES = 20


def waves(call: Call, user: Any) -> list[Wave]:
    """The latest first. Of a wave that this person does not run, only what its results made
    public."""
    calls = list(
        related_calls(call).visible_to(user).order_by("-opens_at", "-pk")[:MOST_WAVES]  # type: ignore[attr-defined]
    )
    keys = [each.pk for each in calls]
    if len(calls) < 2:
        return []
    run = set(Call.objects.run_by(user).filter(pk__in=keys).values_list("pk", flat=True))
    linked = Application.objects.linked_to(user).filter(call__in=keys)
    sums = {
        row["call"]: row
        for row in Application.objects.filter(call__in=keys)
        .values("call")
        .annotate(
            drafts=Count("pk", filter=_DRAFT),
            given=Count("pk", filter=_SUBMITTED),
            own=Count("pk", filter=Q(pk__in=linked.values("pk"))),
            eligible=Count(
                "pk",
                filter=Q(state__in=["eligible", "in_reading", *DECIDED]) & ~Q(state="ineligible"),
            ),
            laureates=Count("pk", filter=Q(state=ApplicationState.LAUREATE)),
            asked=Sum("requested_cents", filter=_SUBMITTED & ~Q(state="withdrawn")),
        )
        .order_by()
    }
    found = []
    for each in calls:
        row: Any = sums.get(each.pk, {})
        done = each.state in RESULTS
        if each.pk not in run and not done:
            continue
        # Where something of theirs is in it, a total before the results would tell of it.
        may = each.pk in run and (done or not row.get("own"))
        found.append(
            Wave(
                call=each,
                days=_open_days(each),
                drafts=row.get("drafts", 0) if may else None,
                submitted=row.get("given", 0),
                eligible=row.get("eligible", 0) if may else None,
                laureates=row.get("laureates", 0) if done else None,
                asked_cents=row.get("asked") or 0 if may else None,
                is_this=each.pk == call.pk,
            )
        )
    return found


def _open_days(call: Call) -> int:
    if call.opens_at is None or call.closes_at is None:
        return 0
    return max(1, (call.closes_at - call.opens_at).days)
