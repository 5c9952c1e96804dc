"""From identified to replicated: who waits where, how long steps take, and by mode."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from django.db.models import Count
from django.utils import timezone

from essaim.initiatives.models import Phase, PhaseChange
from essaim.insights.computing.cards import lowered, published
from essaim.insights.computing.measured import Measured, quartiles
from essaim.insights.computing.sites import of_public_cards
from essaim.insights.computing.waits import WAITS, held_by
from essaim.replications.models import RUNNING, Mode

ORDER = [phase for phase in Phase.values if phase != Phase.NONE]


def day_of(reason: Any, at: dt.datetime) -> dt.date | None:
    """When a phase was entered: the day of the fact that opened it, the middle of its month; None
    where the fact has a year only. Without a fact's date, the day it was recorded."""
    on = str((reason or {}).get("on") or "")
    if not on:
        return timezone.localdate(at)
    parts = on.split("-")
    try:
        if len(parts) == 3:
            return dt.date.fromisoformat(on)
        return dt.date(int(parts[0]), int(parts[1]), 15) if len(parts) == 2 else None
    except ValueError:
        return None


def entries(scope: str) -> tuple[dict[int, str], dict[int, dict[str, dt.date | None]]]:
    """The phase of each published card, and the day it last entered each phase."""
    current = dict(published(scope).order_by().values_list("pk", "phase")) | lowered(scope)
    changes = PhaseChange.objects.filter(initiative__in=published(scope).order_by().values("pk"))
    entered: dict[int, dict[str, dt.date | None]] = defaultdict(dict)
    rows = changes.order_by("at", "pk").values_list("initiative", "phase", "reason", "at")
    for card, phase, reason, at in rows.iterator(chunk_size=5_000):
        entered[card][phase] = day_of(reason, at)
    return current, entered


def between(days: dict[str, dt.date | None], before: str, after: str) -> int | None:
    """Days from a phase to the next, where both are dated and follow each other."""
    first, then = days.get(before), days.get(after)
    return (then - first).days if first is not None and then is not None and then >= first else None


def compute(scope: str) -> Iterator[Measured]:
    current, entered = entries(scope)
    today = timezone.localdate()
    waits: dict[str, list[int]] = defaultdict(list)
    inside: dict[str, int] = defaultdict(int)
    steps: dict[str, list[int]] = defaultdict(list)
    passed: dict[str, int] = defaultdict(int)
    for card, phase in current.items():
        days = entered.get(card, {})
        inside[phase] += 1
        since = days.get(phase)
        if since is not None:
            waits[phase].append(max(0, (today - since).days))
        reached = ORDER.index(phase) if phase in ORDER else 0
        for before, after in pairwise(ORDER[: reached + 1]):
            step = f"{before}>{after}"
            passed[step] += 1
            taken = between(days, before, after)
            if taken is not None:
                steps[step].append(taken)
    for phase in ORDER:
        yield _days("waiting", waits[phase], inside[phase], phase)
    for code in WAITS:
        count = held_by(code, scope).count()
        yield Measured("waiting", count, counted=count, dimension="wait", code=code)
    for before, after in pairwise(ORDER):
        step = f"{before}>{after}"
        yield _days("delays", steps[step], passed[step], step)
    yield from _modes(scope)


def _days(key: str, days: list[int], total: int, code: str, dimension: str = "phase") -> Measured:
    found = quartiles(days)
    low, value, high = found or (None, None, None)
    return Measured(
        key, value, low=low, high=high, counted=len(days), total=total,
        dimension=dimension, code=code,
    )  # fmt: skip


def _modes(scope: str) -> Iterator[Measured]:
    """Of each mode: how long from commitment to service, how many run, how many stopped."""
    sites = of_public_cards(scope)
    delays: dict[str, list[int]] = defaultdict(list)
    for mode, committed, live in (
        sites.filter(live_on__isnull=False)
        .order_by()
        .values_list("mode", "committed_on", "live_on")
    ):
        if live >= committed:
            delays[mode].append((live - committed).days)
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for mode, state, number in (
        sites.order_by().values_list("mode", "state").annotate(n=Count("pk"))
    ):
        counts[mode][state] += number
    for mode in Mode.values:
        if not counts[mode]:
            continue
        total = sum(counts[mode].values())
        yield _days("modes", delays[mode], total, mode, "mode")
        running = sum(counts[mode][state] for state in RUNNING)
        yield Measured(
            "modes", running, total=total, counted=running, dimension="mode_running", code=mode
        )
        stopped = counts[mode]["stopped"]
        yield Measured(
            "modes", stopped, total=total, counted=stopped, dimension="mode_stopped", code=mode
        )
