"""Each funder: what was new, renewed or replicated in its acts, year by year; its options.

Every option counts here, invented or not: the page is read by the funder's own people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

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
    known: set[tuple[int, int, int]] = set()
    totals: dict[int, int] = defaultdict(int)
    acts = LegalAct.objects.order_by("on", "pk").values_list(
        "option__funder", "option__pool__initiative", "option__territory", "option__is_pilot",
        "on__year", "amount_cents",
    )  # fmt: skip
    for funder, card, place, is_pilot, year, cents in acts.iterator(chunk_size=5_000):
        kind = NEW if is_pilot else REPLICATED
        if (funder, card, place) in known:
            kind = RENEWED
        known.add((funder, card, place))
        row = sums[funder, year, kind]
        row[0] += 1
        row[1] += cents
        totals[funder] += 1
    for (funder, year, kind), (count, cents) in sorted(sums.items()):
        yield Measured(
            "grants", Decimal(cents) / 100, counted=count, total=totals[funder],
            dimension="year", code=f"{year}:{kind}", subject=subject_of(funder),
        )  # fmt: skip


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
