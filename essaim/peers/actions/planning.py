"""Who reads what: a proposal is computed and shown, then confirmed once; later, replacements.

Computing holds no lock. What it was computed from is kept as a digest: a proposal that others
have overtaken (a peer left, a conflict was declared) is refused when it is confirmed.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from essaim.common.errors import DomainError
from essaim.peers.affinity import Affinity
from essaim.peers.conflicts import conflicts_between
from essaim.peers.models import (
    STANDING,
    UNDER_WAY,
    Item,
    PeerProfile,
    Plan,
    PlannedReading,
    PlanState,
    Reading,
    ReadingState,
    Round,
    Seat,
    SeatState,
    State,
)

from .common import check_state, lock_round

# What is computed while the page waits; beyond, a job does it and the page shows how far it is.
AT_ONCE = {"texts": 200, "pairs": 20_000}
WORST = 10  # items shown as the worst served
REPLACING = [State.READING]


@dataclass
class Sheet:
    """Everything an assignment is computed from, in the order of its rows and columns."""

    round: Round
    items: list[Item]
    seats: list[Seat]
    affinity: Affinity
    barred: set[tuple[int, int]]  # (row, column)
    max_load: list[int]
    min_load: list[int]
    per_item: dict[str, int]


def sheet_of(found: Round, *, with_gone: bool = False) -> Sheet:
    """A constant number of queries. ``with_gone``: readers who left but submitted are columns
    too, of no load."""
    items = list(found.items.to_read().select_related("initiative").order_by("pk"))
    rows_of = Seat.objects.filter(round=found).select_related("college", "user")
    taken = Q(state=SeatState.ACCEPTED, user__isnull=False)
    if with_gone:
        taken |= Q(readings__state__in=STANDING)
    seats = list(rows_of.filter(taken).distinct().order_by("pk"))
    users = [seat.user_id for seat in seats if seat.user_id]
    profiles = {p.user_id: p for p in PeerProfile.objects.filter(user__in=users)}
    elsewhere = _loads_elsewhere(found, users)
    rows = {item.pk: row for row, item in enumerate(items)}
    columns = {seat.user_id: column for column, seat in enumerate(seats) if seat.user_id}
    barred = {
        (rows[item], columns[person])
        for item, person in conflicts_between(items, users)
        if person in columns
    }
    max_load, min_load = [], []
    for seat in seats:
        most = seat.college.max_load
        if seat.max_load is not None:
            most = min(most, seat.max_load)
        profile = profiles.get(seat.user_id or 0)
        if profile is not None:
            most = min(most, max(0, profile.max_load - elsewhere.get(seat.user_id or 0, 0)))
        if seat.state != SeatState.ACCEPTED or seat.user_id is None:
            most = 0
        max_load.append(most)
        min_load.append(min(seat.college.min_load, most))
    return Sheet(
        found,
        items,
        seats,
        Affinity(items, [profiles.get(seat.user_id or 0) for seat in seats]),
        barred,
        max_load,
        min_load,
        {college.kind: college.per_item for college in found.colleges.all()},
    )


def _loads_elsewhere(found: Round, users: list[int]) -> dict[int, int]:
    """Readings still to do in other rounds."""
    rows = (
        Reading.objects.filter(
            seat__user__in=users,
            state=ReadingState.ASSIGNED,
            item__round__state__in=UNDER_WAY,
        )
        .exclude(item__round=found)
        .values("seat__user")
        .annotate(number=Count("pk"))
        .values_list("seat__user", "number")
    )
    return dict(rows)


def request_plan(
    found: Round, *, by: Any, weights: Mapping[str, int] | None = None, fair: bool | None = None
) -> Plan:
    """A proposal to look at: at once for a small round, else by a job. Weights and fairness
    given are kept for the round."""
    plan, at_once = _ask(found, by=by, weights=weights, fair=fair)
    if at_once:
        compute(plan.pk)
        plan.refresh_from_db()
    return plan


@transaction.atomic
def _ask(
    found: Round, *, by: Any, weights: Mapping[str, int] | None, fair: bool | None
) -> tuple[Plan, bool]:
    from essaim.peers.tasks import compute_plan

    found = lock_round(found)
    check_state(found, State.ASSIGNING, *REPLACING)
    changed = []
    for name, value in (weights or {}).items():
        setattr(found, f"weight_{name}", value)
        changed.append(f"weight_{name}")
    if fair is not None:
        found.fair = fair
        changed.append("fair")
    if not any(found.weights.values()):
        raise DomainError(_("Donnez du poids à une partie au moins."))
    if changed:
        found.save(update_fields=changed)
    items = found.items.to_read().count()
    seats = found.seats.filter(state=SeatState.ACCEPTED).count()
    if not seats:
        raise DomainError(_("Aucun pair n’a accepté."))
    plan = Plan.objects.create(
        round=found,
        is_replacement=found.state in REPLACING,
        asked={"weights": found.weights, "fair": found.fair},
        by=by,
    )
    at_once = items + seats <= AT_ONCE["texts"] and items * seats <= AT_ONCE["pairs"]
    if not at_once:
        compute_plan.defer(pk=plan.pk)
    return plan, at_once


def compute(pk: int, tell: Callable[[int], None] | None = None) -> None:
    """Find the assignment and write it; does nothing to a plan that is no longer computing."""
    plan = Plan.objects.select_related("round").filter(pk=pk, state=PlanState.COMPUTING).first()
    if plan is None:
        return
    tell = tell or (lambda percent: None)
    found = plan.round
    basis = basis_of(found)
    sheet = sheet_of(found, with_gone=plan.is_replacement)
    tell(10)
    similarity = sheet.affinity.matrix(
        plan.asked["weights"], lambda share: tell(10 + int(40 * share))
    )
    tell(50)
    from essaim.peers.assignment import Impossible, InvalidProblem

    try:
        pairs, summary = _solve(plan, sheet, similarity, tell)
    except Impossible as error:
        _finish(plan.pk, basis, [], _obstacle(error, sheet), possible=False)
        return
    except InvalidProblem:
        # More already begun than is asked: nothing is left to give.
        _finish(plan.pk, basis, [], {"causes": [], "remedies": []}, possible=False)
        return
    tell(90)
    rows = [
        PlannedReading(
            plan_id=plan.pk,
            item_id=sheet.items[row].pk,
            seat_id=sheet.seats[column].pk,
            similarity=float(similarity[row, column]),
            parts=sheet.affinity.parts(row, column),
        )
        for row, column in pairs
    ]
    _finish(plan.pk, basis, rows, summary, possible=True)


def _solve(
    plan: Plan, sheet: Sheet, similarity: Any, tell: Callable[[int], None]
) -> tuple[list[tuple[int, int]], dict[str, Any]]:
    """Pairs that are to be added, and what to say of the whole."""
    from essaim.peers.assignment import replaced, solve

    asked: dict[str, Any] = {
        "per_item": sheet.per_item,
        "max_load": sheet.max_load,
        "min_load": sheet.min_load,
        "conflicts": sorted(sheet.barred),
        "colleges": [seat.college.kind for seat in sheet.seats],
        "fairness": "worst" if plan.asked.get("fair") else "total",
        "tell": lambda step, share: tell(50 + int(40 * min(1.0, share))),
    }
    if not plan.is_replacement:
        best = solve(similarity, **asked)
        pairs = [(int(row), int(column)) for row, column in best.pairs]
        return pairs, _summary(sheet, similarity, best, pairs)
    rows = {item.pk: row for row, item in enumerate(sheet.items)}
    columns = {seat.pk: column for column, seat in enumerate(sheet.seats)}
    current, begun, declined = [], [], []
    known = {}
    for reading in Reading.objects.filter(item__round=plan.round):
        if reading.seat_id not in columns or reading.item_id not in rows:
            continue
        pair = (rows[reading.item_id], columns[reading.seat_id])
        known[pair] = reading
        if reading.state == ReadingState.DECLINED:
            declined.append(pair)
        elif reading.state in STANDING:
            current.append(pair)
            if reading.state == ReadingState.SUBMITTED or reading.version:
                begun.append(pair)  # words are written: it stays
    gone = [column for column, seat in enumerate(sheet.seats) if seat.state != SeatState.ACCEPTED]
    asked["conflicts"] = sorted(sheet.barred - set(begun))
    change = replaced(similarity, current, declined=declined, gone=gone, begun=begun, **asked)
    added = [(int(row), int(column)) for row, column in change.added]
    removed = [
        known[int(row), int(column)].pk
        for row, column in change.removed
        if known[int(row), int(column)].state == ReadingState.ASSIGNED
    ]
    every = [(int(row), int(column)) for row, column in change.assignment.pairs]
    summary = _summary(sheet, similarity, change.assignment, every)
    return added, summary | {"removed": removed, "moved": change.moved, "added": len(added)}


def _summary(
    sheet: Sheet, similarity: Any, best: Any, pairs: list[tuple[int, int]]
) -> dict[str, Any]:
    """Objective, the worst-served items, and how loads are spread."""
    by_item: dict[int, list[float]] = defaultdict(list)
    for row, column in pairs:
        by_item[row].append(float(similarity[row, column]))
    served = sorted(
        (sum(values) / len(values), min(values), sheet.items[row].pk)
        for row, values in by_item.items()
    )
    loads: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for column, seat in enumerate(sheet.seats):
        if seat.state == SeatState.ACCEPTED:
            loads[seat.college.kind][str(int(best.loads[column]))] += 1
    return {
        "objective": round(best.objective, 3),
        "bound": round(best.bound, 3),
        "status": best.status,
        "readings": len(pairs),
        "mean": round(best.objective / len(pairs), 3) if pairs else None,
        "worst": [
            {"item": pk, "mean": round(mean, 3), "least": round(least, 3)}
            for mean, least, pk in served[:WORST]
        ],
        "loads": {
            kind: dict(sorted(count.items(), key=lambda c: int(c[0])))
            for kind, count in loads.items()
        },
    }


def _obstacle(error: Any, sheet: Sheet) -> dict[str, Any]:
    """Causes and remedies, with keys instead of rows: sentences are made when they are read."""

    def keyed(record: dict[str, Any]) -> dict[str, Any]:
        record["items"] = [sheet.items[row].pk for row in record.get("items") or ()]
        record["readers"] = [sheet.seats[column].pk for column in record.get("readers") or ()]
        return record

    remedies = []
    for remedy in error.smallest:
        changes = []
        for change in remedy.changes:
            record = asdict(change)
            record["items"] = [
                [sheet.items[row].pk, number] for row, number in change.items.items()
            ]
            changes.append(record)
        remedies.append({"college": remedy.college, "changes": changes, "size": remedy.size})
    return {"causes": [keyed(asdict(cause)) for cause in error.causes], "remedies": remedies}


@transaction.atomic
def _finish(
    pk: int, basis: str, rows: list[PlannedReading], summary: dict[str, Any], *, possible: bool
) -> None:
    plan = Plan.objects.select_for_update(no_key=True).get(pk=pk)
    if plan.state != PlanState.COMPUTING:
        return  # another job did it
    PlannedReading.objects.bulk_create(rows, batch_size=2000)
    plan.summary, plan.basis = summary, basis
    if possible:
        plan.finish()
    else:
        plan.refuse()
    plan.save()


def give_up(pk: int) -> None:
    with transaction.atomic():
        plan = Plan.objects.select_for_update(no_key=True).filter(pk=pk).first()
        if plan is not None and plan.state == PlanState.COMPUTING:
            plan.fail()
            plan.save()


def basis_of(found: Round) -> str:
    """A digest of what an assignment depends on and that people change."""
    content = [
        list(found.colleges.order_by("pk").values_list("kind", "per_item", "max_load", "min_load")),
        list(found.items.to_read().order_by("pk").values_list("pk", flat=True)),
        list(
            found.seats.filter(state=SeatState.ACCEPTED)
            .order_by("pk")
            .values_list("pk", "max_load")
        ),
        list(
            Reading.objects.filter(item__round=found)
            .order_by("pk")
            .values_list("item", "seat", "state")
        ),
    ]
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()
