"""Each funder: what was new, renewed or replicated in its acts, year by year; its options.

Every option counts here, invented or not: the page is read by the funder's own people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from essaim.funding.models import LegalAct, Option, OptionState
from essaim.insights.computing.measured import Measured

NEW, RENEWED, REPLICATED = "new", "renewed", "replicated"


def subject_of(funder: int) -> str:
    return f"organisation:{funder}"


def compute() -> Iterator[Measured]:
    yield from _grants()
    yield from _options()


def _grants() -> Iterator[Measured]:
    sums: dict[tuple[int, int, str], list[int]] = defaultdict(lambda: [0, 0])
    totals: dict[int, int] = defaultdict(int)
    acts = LegalAct.objects.order_by("on", "pk").values_list(
        "option", "option__funder", "option__pool__initiative", "option__territory",
        "option__is_pilot", "on__year", "amount_cents",
    )  # fmt: skip
    for funder, year, kind, cents in with_kinds(acts.iterator(chunk_size=5_000)):
        row = sums[funder, year, kind]
        row[0] += 1
        row[1] += cents
        totals[funder] += 1
    for (funder, year, kind), (count, cents) in sorted(sums.items()):
        yield Measured(
            "grants", Decimal(cents) / 100, counted=count, total=totals[funder],
            dimension="year", code=f"{year}:{kind}", subject=subject_of(funder),
        )  # fmt: skip


def with_kinds(acts: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, int, str, int]]:
    """Funder, year, kind and cents of each act, the earliest first. Renewed: another option of that
    funder, for that card on that place, had an act before; further acts of one option (partial
    commitments) keep the kind of its first."""
    first: dict[tuple[int, int, int], int] = {}
    kinds: dict[int, str] = {}
    for option, funder, card, place, is_pilot, year, cents in acts:
        if option not in kinds:
            before = first.setdefault((funder, card, place), option)
            kinds[option] = RENEWED if before != option else NEW if is_pilot else REPLICATED
        yield funder, year, kinds[option], cents


def _options() -> Iterator[Measured]:
    found: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    totals: dict[int, int] = defaultdict(int)
    rows = Option.objects.order_by().values_list(
        "funder", "state", "amount_cents", "confirmed_cents"
    )
    for funder, state, pledged, confirmed in rows.iterator(chunk_size=5_000):
        row = found[funder, state]
        row[0] += 1
        row[1] += confirmed if state == OptionState.CONFIRMED and confirmed else pledged
        totals[funder] += 1
    for (funder, state), (count, cents) in sorted(found.items()):
        yield Measured(
            "options", Decimal(cents) / 100, counted=count, total=totals[funder],
            dimension="state", code=state, subject=subject_of(funder),
        )  # fmt: skip
