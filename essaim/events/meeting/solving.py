"""Pairs into slots: nobody twice at once, nobody beyond their number, tables counted.

Pairs are of any two (a general graph), which a flow cannot hold: OR-tools' CP-SAT, of the same
family as the readings of peers, with one worker and a deterministic limit, so that the same
question has the same answer. Everyone meets someone before anyone meets many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .reasons import Pair

LIMIT = 12.0  # deterministic seconds of the solver
FIRST, SECOND = 1000, 200  # what a first and a second meeting weigh beside the reasons


class Impossible(Exception):
    """``causes``: codes and numbers, worded by the page."""

    def __init__(self, causes: list[dict[str, Any]]) -> None:
        super().__init__(causes)
        self.causes = causes


@dataclass(frozen=True)
class Placed:
    slot: int  # its rank
    table: int  # from 1
    pair: Pair


def place(
    pairs: Sequence[Pair],
    people: Sequence[int],
    *,
    slots: int,
    most: int,
    least: int = 0,
    tables: int | None = None,
) -> list[Placed]:
    """Raises Impossible, with what to change. ``tables``: meetings held at one moment, at most."""
    _check(pairs, people, slots=slots, most=most, least=least, tables=tables)
    if not pairs or not slots:
        return []
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    chosen = [
        [model.new_bool_var(f"{n}.{slot}") for slot in range(slots)] for n in range(len(pairs))
    ]
    of = defaultdict(list)
    for number, pair in enumerate(pairs):
        model.add_at_most_one(chosen[number])
        of[pair.one].append(number)
        of[pair.other].append(number)
    bonus = []
    for person in people:
        mine = of.get(person, [])
        if not mine:
            continue
        for slot in range(slots):
            model.add_at_most_one(chosen[n][slot] for n in mine)
        total = sum(chosen[n][slot] for n in mine for slot in range(slots))
        model.add(total <= most)
        if least:
            model.add(total >= least)
        for rank, worth in ((1, FIRST), (2, SECOND)):
            if rank <= most:
                reached = model.new_bool_var(f"{person}.{rank}")
                model.add(total >= rank).only_enforce_if(reached)
                bonus.append(worth * reached)
    if tables is not None:
        for slot in range(slots):
            model.add(sum(chosen[n][slot] for n in range(len(pairs))) <= tables)
    model.maximize(
        sum(
            round(pair.score * 10) * x for pair, row in zip(pairs, chosen, strict=True) for x in row
        )
        + sum(bonus)
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = LIMIT
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise Impossible([{"code": "together", "least": least}])
    placed = []
    for slot in range(slots):
        here = [n for n in range(len(pairs)) if solver.value(chosen[n][slot])]
        placed += [Placed(slot, table, pairs[n]) for table, n in enumerate(here, start=1)]
    return placed


def _check(
    pairs: Sequence[Pair], people: Sequence[int], *, slots: int, most: int, least: int,
    tables: int | None,
) -> None:  # fmt: skip
    causes: list[dict[str, Any]] = []
    if not slots:
        causes.append({"code": "no_slots"})
    if len(people) < 2:
        causes.append({"code": "nobody", "n": len(people)})
    if least > slots or least > most:
        causes.append({"code": "slots", "n": min(slots, most), "least": least})
    if least and tables is not None and tables * slots * 2 < least * len(people):
        causes.append({
            "code": "tables", "have": tables * slots, "needed": -(-least * len(people) // 2)
        })  # fmt: skip
    if least:
        partners: dict[int, int] = defaultdict(int)
        for pair in pairs:
            partners[pair.one] += 1
            partners[pair.other] += 1
        alone = [person for person in people if partners[person] < least]
        if alone:
            causes.append({"code": "alone", "people": alone, "least": least})
    if causes:
        raise Impossible(causes)
