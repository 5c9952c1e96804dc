"""Tables of a creativity session: as many of each profile at each, colleagues apart.

People sorted by profile, then by organisation, are dealt one by one around the tables: sizes, and
numbers of each profile, differ by one at most. Then two of the same profile change places
wherever that parts colleagues.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Guest:
    key: int
    profile: str = ""
    organisation: int | None = None


def seat(guests: Sequence[Guest], tables: int) -> dict[int, int]:
    """Each guest's table, from 1. ``tables`` is at least one."""
    if tables < 1:
        raise ValueError("at least one table")
    groups = Counter(guest.profile for guest in guests)
    order = sorted(
        guests,
        key=lambda g: (
            -groups[g.profile],
            g.profile,
            g.organisation is None,
            g.organisation or 0,
            g.key,
        ),
    )
    placed = {guest.key: number % tables for number, guest in enumerate(order)}
    _part_colleagues(order, placed)
    return {key: table + 1 for key, table in placed.items()}


def clashes(guests: Sequence[Guest], placed: dict[int, int]) -> int:
    """Pairs of colleagues at one table."""
    there = Counter(
        (placed[guest.key], guest.organisation)
        for guest in guests
        if guest.organisation is not None
    )
    return sum(n * (n - 1) // 2 for n in there.values())


def _part_colleagues(guests: Sequence[Guest], placed: dict[int, int]) -> None:
    there = Counter((placed[g.key], g.organisation) for g in guests if g.organisation is not None)

    def cost(table: int, organisation: int | None, without: int) -> int:
        return there[table, organisation] - without if organisation is not None else 0

    better = True
    while better:  # each exchange lowers the number of clashes: it ends
        better = False
        for a in guests:
            if a.organisation is None or there[placed[a.key], a.organisation] < 2:
                continue
            for b in guests:
                one, two = placed[a.key], placed[b.key]
                if b.profile != a.profile or one == two or a.organisation == b.organisation:
                    continue
                now = cost(one, a.organisation, 1) + cost(two, b.organisation, 1)
                then = cost(two, a.organisation, 0) + cost(one, b.organisation, 0)
                if then < now:
                    for guest, old, new in ((a, one, two), (b, two, one)):
                        placed[guest.key] = new
                        if guest.organisation is not None:
                            there[old, guest.organisation] -= 1
                            there[new, guest.organisation] += 1
                    better = True
                    break
