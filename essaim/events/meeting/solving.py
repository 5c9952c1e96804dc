"""Pairs into slots: nobody twice at once, nobody beyond their number, tables counted.

Pairs are of any two (a general graph), which a flow cannot hold: OR-tools' CP-SAT, of the same
family as the readings of peers, with one worker and a deterministic limit, so that the same
question has the same answer. Everyone meets someone before anyone meets many.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
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


@dataclass(frozen=True)
class Kept:
    """A meeting that stays: others are placed around it."""

    people: tuple[int, ...]  # keys
    # Its place among the slots that are filled; None where its moment has come.
    slot: int | None = None
    table: int = 0


def place(
    pairs: Sequence[Pair],
    people: Sequence[int],
    *,
    slots: int,
    most: int,
    least: int = 0,
    tables: int | None = None,
    kept: Sequence[Kept] = (),
) -> list[Placed]:
    """Raises Impossible, with what to change. ``tables``: meetings held at one moment, at most.
    ``kept``: counted in everyone's number; their people and tables are taken at that moment."""
    had, busy, used = _taken(kept)
    _check(
        pairs, people, slots=slots, most=most, least=least, tables=tables, had=had, busy=busy,
        used=used,
    )  # fmt: skip
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
            if slot in busy[person]:
                model.add(sum(chosen[n][slot] for n in mine) == 0)
        total = had[person] + sum(chosen[n][slot] for n in mine for slot in range(slots))
        # Who already met more people than are now asked for meets nobody else.
        model.add(total <= max(most, had[person]))
        if least:
            model.add(total >= least)
        for rank, worth in ((1, FIRST), (2, SECOND)):
            if rank <= most:
                reached = model.new_bool_var(f"{person}.{rank}")
                model.add(total >= rank).only_enforce_if(reached)
                bonus.append(worth * reached)
    if tables is not None:
        for slot in range(slots):
            free = max(0, tables - len(used[slot]))
            model.add(sum(chosen[n][slot] for n in range(len(pairs))) <= free)
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
        numbers = (table for table in count(1) if table not in used[slot])
        placed += [Placed(slot, table, pairs[n]) for table, n in zip(numbers, here, strict=False)]
    return placed


def _taken(
    kept: Sequence[Kept],
) -> tuple[Counter[int], dict[int, set[int]], dict[int, set[int]]]:
    """How many meetings each person keeps, the slots where they are taken, the tables of a slot."""
    had: Counter[int] = Counter()
    busy: dict[int, set[int]] = defaultdict(set)
    used: dict[int, set[int]] = defaultdict(set)
    for each in kept:
        had.update(each.people)
        if each.slot is not None:
            used[each.slot].add(each.table)
            for person in each.people:
                busy[person].add(each.slot)
    return had, busy, used


def _check(
    pairs: Sequence[Pair], people: Sequence[int], *, slots: int, most: int, least: int,
    tables: int | None, had: Mapping[int, int], busy: Mapping[int, set[int]],
    used: Mapping[int, set[int]],
) -> None:  # fmt: skip
    causes: list[dict[str, Any]] = []
    if not slots:
        causes.append({"code": "no_slots"})
    if len(people) < 2:
        causes.append({"code": "nobody", "n": len(people)})
    room = {
        person: had.get(person, 0) + slots - len(busy.get(person, ())) for person in people
    }  # fmt: skip
    possible = min(most, *room.values()) if room else min(most, slots)
    if least > possible:
        causes.append({"code": "slots", "n": possible, "least": least})
    wanted = sum(max(0, least - had.get(person, 0)) for person in people)
    if tables is not None:
        have = sum(max(0, tables - len(used.get(slot, ()))) for slot in range(slots))
        if have * 2 < wanted:
            causes.append({"code": "tables", "have": have, "needed": -(-wanted // 2)})
    if least:
        partners: dict[int, int] = defaultdict(int)
        for pair in pairs:
            partners[pair.one] += 1
            partners[pair.other] += 1
        alone = [person for person in people if partners[person] + had.get(person, 0) < least]
        if alone:
            causes.append({"code": "alone", "people": alone, "least": least})
    if causes:
        raise Impossible(causes)
