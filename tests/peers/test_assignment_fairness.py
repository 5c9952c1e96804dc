"""No item left with poor readers; those who decline replaced with the least change."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.peers.assignment import Impossible, replaced, solve


def table(items, readers, seed=0):
    return np.random.default_rng(seed).random((items, readers))


def best_worst(similarity, need, load):
    """The best that the worst-off item can have, by looking at all assignments."""
    items, readers = similarity.shape
    best = -np.inf
    for chosen in product(combinations(range(readers), need), repeat=items):
        taken = np.bincount([j for those in chosen for j in those], minlength=readers)
        if (taken <= load).all():
            best = max(best, min(similarity[i, list(c)].mean() for i, c in enumerate(chosen)))
    return best


def test_the_worst_off_item_is_raised_and_the_price_is_told():
    """Two readers know the subject of one item; the greatest total leaves it without them."""
    similarity = np.array([[1.0, 1.0, 0.8, 0.8], [0.6, 0.6, 0.1, 0.1]])
    total = solve(similarity, per_item=2, max_load=1)
    assert total.worst == pytest.approx(0.6)
    greedy = np.array([[1.0, 1.0, 0.5, 0.5], [0.4, 0.4, 0.1, 0.1]])
    total = solve(greedy, per_item=2, max_load=1)
    assert total.worst == pytest.approx(0.1)
    fair = solve(greedy, per_item=2, max_load=1, fairness="worst")
    assert fair.worst == pytest.approx(0.4)
    assert fair.status == "fair"
    assert fair.given_up == pytest.approx(total.objective - fair.objective)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_the_worst_off_item_is_never_worse_off_and_near_the_best_there_is(seed):
    similarity = table(3, 4, seed)
    total = solve(similarity, per_item=2, max_load=2)
    fair = solve(similarity, per_item=2, max_load=2, fairness="worst")
    assert fair.worst >= total.worst - 1e-9
    assert fair.objective <= total.objective + 1e-9
    assert (np.bincount(fair.pairs[:, 0], minlength=3) == 2).all()
    # The guarantee of floors by count: at least the best there is over the readings an item has.
    assert fair.worst >= best_worst(similarity, 2, 2) / 2 - 1e-9


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_with_one_reader_each_the_worst_is_the_best_there_is(seed):
    similarity = table(4, 4, seed)
    fair = solve(similarity, per_item=1, max_load=1, fairness="worst")
    assert fair.worst == pytest.approx(best_worst(similarity, 1, 1))


def test_fairness_keeps_every_constraint():
    similarity = table(40, 15)
    conflicts = table(40, 15, seed=9) < 0.2
    fair = solve(
        similarity, per_item=3, max_load=9, min_load=7, conflicts=conflicts, fairness="worst"
    )
    assert not conflicts[fair.pairs[:, 0], fair.pairs[:, 1]].any()
    assert fair.loads.min() >= 7
    assert fair.loads.max() <= 9
    assert (np.bincount(fair.pairs[:, 0]) == 3).all()


def test_who_declines_is_replaced_and_nobody_else_moves():
    similarity = table(30, 12)
    before = solve(similarity, per_item=3, max_load=9)
    item, reader = before.pairs[0].tolist()
    change = replaced(similarity, before.pairs, declined=[(item, reader)], per_item=3, max_load=9)
    assert change.removed.tolist() == [[item, reader]]
    assert len(change.added) == 1
    assert change.added[0][0] == item
    assert change.moved == 0


def test_who_leaves_keeps_the_readings_begun():
    similarity = table(20, 10)
    before = solve(similarity, per_item=3, max_load=8)
    mine = [pair for pair in before.pairs.tolist() if pair[1] == 4]
    change = replaced(
        similarity, before.pairs, gone=[4], begun=mine[:1], per_item=3, max_load=8, min_load=2
    )
    after = change.assignment.pairs.tolist()
    assert [pair for pair in after if pair[1] == 4] == mine[:1]
    assert change.moved == 0
    assert len(change.added) == len(mine) - 1


def fewest_moves(similarity, before, need, load, barred):
    items, readers = similarity.shape
    kept = set(map(tuple, before)) - barred
    best = None
    for chosen in product(combinations(range(readers), need), repeat=items):
        pairs = {(i, j) for i, those in enumerate(chosen) for j in those}
        taken = np.bincount([j for _, j in pairs], minlength=readers)
        if (taken <= load).all() and not pairs & barred:
            told = len(kept - pairs), -sum(similarity[pair] for pair in pairs)
            best = told if best is None else min(best, told)
    return best


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_a_replacement_moves_the_fewest_then_takes_the_nearest(seed):
    similarity = table(4, 4, seed)
    before = solve(similarity, per_item=2, max_load=2)
    declined = set(map(tuple, before.pairs[:1].tolist()))
    best = fewest_moves(similarity, before.pairs.tolist(), 2, 2, declined)
    if best is None:
        with pytest.raises(Impossible):
            replaced(similarity, before.pairs, declined=declined, per_item=2, max_load=2)
        return
    change = replaced(similarity, before.pairs, declined=declined, per_item=2, max_load=2)
    assert change.moved == best[0]
    assert change.assignment.objective == pytest.approx(-best[1])
