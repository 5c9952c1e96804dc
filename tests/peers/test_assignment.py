"""Who reads what: the optimum is that of brute force, constraints hold, prices prove it."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.peers.assignment import Impossible, InvalidProblem, candidates, problem, solve
from essaim.peers.assignment.diagnosis import Change


def every_assignment(items, readers, need, low, high, barred):
    """All assignments, as masks: only for what a child could count."""
    choices = [
        [c for c in combinations(range(readers), need[i]) if not any((i, j) in barred for j in c)]
        for i in range(items)
    ]
    for chosen in product(*choices):
        mask = np.zeros((items, readers), dtype=bool)
        for i, those in enumerate(chosen):
            mask[i, list(those)] = True
        load = mask.sum(axis=0)
        if (load <= high).all() and (load >= low).all():
            yield mask


def brute(similarity, need, low, high, barred):
    items, readers = similarity.shape
    totals = [
        similarity[mask].sum() for mask in every_assignment(items, readers, need, low, high, barred)
    ]
    return max(totals) if totals else None


@st.composite
def small(draw):
    items, readers = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    numbers = st.one_of(
        st.floats(-1, 1, allow_nan=False, width=32), st.sampled_from([0, 0.25, 0.5, 1, 1e-9, 1000])
    )
    similarity = np.array(
        draw(st.lists(st.lists(numbers, min_size=readers, max_size=readers),
                      min_size=items, max_size=items)), dtype=float
    )  # fmt: skip
    need = np.array(draw(st.lists(st.integers(0, 3), min_size=items, max_size=items)))
    high = np.array(draw(st.lists(st.integers(0, 4), min_size=readers, max_size=readers)))
    low = np.array([draw(st.integers(0, min(int(h), 2))) for h in high])
    pairs = list(product(range(items), range(readers)))
    barred = draw(st.sets(st.sampled_from(pairs), max_size=4))
    return similarity, need, low, high, barred


def check(found, similarity, need, low, high, barred):
    mask = np.zeros(similarity.shape, dtype=bool)
    mask[found.pairs[:, 0], found.pairs[:, 1]] = True
    assert len(found.pairs) == mask.sum()  # no pair twice
    assert (mask.sum(axis=1) == need).all()
    assert (mask.sum(axis=0) <= high).all()
    assert (mask.sum(axis=0) >= low).all()
    assert not any(mask[i, j] for i, j in barred)
    assert found.objective == pytest.approx(similarity[mask].sum())
    assert found.quality == pytest.approx(np.where(mask, similarity, 0).sum(axis=1))


@settings(max_examples=300, deadline=None)
@given(small())
def test_the_optimum_is_that_of_brute_force(case):
    similarity, need, low, high, barred = case
    best = brute(similarity, need, low, high, barred)
    try:
        found = solve(
            similarity, per_item=need, max_load=high, min_load=low, conflicts=sorted(barred)
        )
    except Impossible as error:
        assert best is None
        assert error.causes
        return
    assert best is not None
    check(found, similarity, need, low, high, barred)
    assert found.objective == pytest.approx(best, abs=1e-8)
    assert found.status == "optimal"


@settings(max_examples=150, deadline=None)
@given(small())
def test_what_is_said_to_make_it_possible_does(case):
    similarity, need, low, high, barred = case
    try:
        solve(similarity, per_item=need, max_load=high, min_load=low, conflicts=sorted(barred))
    except Impossible as error:
        for remedy in error.remedies:
            changed = similarity, need.copy(), low.copy(), high.copy()
            for change in remedy.changes:
                changed = apply(change, *changed)
            similarity_, need_, low_, high_ = changed
            done = solve(
                similarity_, per_item=need_, max_load=high_, min_load=low_,
                conflicts=sorted(barred),
            )  # fmt: skip
            check(done, similarity_, need_, low_, high_, barred)


def apply(change: Change, similarity, need, low, high):
    if change.kind == "max_load":
        high = np.where(high > 0, np.maximum(high, change.value), 0)
    elif change.kind == "min_load":
        low = np.minimum(low, change.value)
    elif change.kind == "per_item":
        for item, number in change.items.items():
            need[item] = number
    elif change.kind == "per_item_all":
        need = np.full_like(need, change.value)
    else:
        similarity = np.hstack([similarity, np.zeros((len(similarity), change.value))])
        low = np.append(low, np.zeros(change.value, dtype=int))
        high = np.append(high, np.full(change.value, change.load))
    return similarity, need, low, high


@settings(max_examples=100, deadline=None)
@given(small(), st.randoms(use_true_random=False))
def test_the_order_of_items_and_readers_does_not_matter(case, random):
    similarity, need, low, high, barred = case
    rows, columns = list(range(len(need))), list(range(len(high)))
    random.shuffle(rows)
    random.shuffle(columns)
    mask = np.zeros(similarity.shape, dtype=bool)
    for pair in barred:
        mask[pair] = True
    try:
        first = solve(similarity, per_item=need, max_load=high, min_load=low, conflicts=mask)
    except Impossible:
        with pytest.raises(Impossible):
            solve(
                similarity[rows][:, columns], per_item=need[rows], max_load=high[columns],
                min_load=low[columns], conflicts=mask[rows][:, columns],
            )  # fmt: skip
        return
    second = solve(
        similarity[rows][:, columns], per_item=need[rows], max_load=high[columns],
        min_load=low[columns], conflicts=mask[rows][:, columns],
    )  # fmt: skip
    assert second.objective == pytest.approx(first.objective, abs=1e-8)


def table(items, readers, seed=0, dtype=np.float64):
    return np.random.default_rng(seed).random((items, readers)).astype(dtype)


@pytest.mark.parametrize("items,readers,need", [(60, 20, 3), (400, 90, 3), (700, 60, 12)])
@pytest.mark.parametrize("tight", [1.0, 1.4])
def test_prices_prove_the_optimum_of_large_ones(items, readers, need, tight):
    """Weak duality, computed anew from the prices alone: no assignment can exceed the bound."""
    similarity = table(items, readers)
    load = int(np.ceil(items * need / readers * tight))
    least = int(items * need / readers * 0.8)
    asked = problem(similarity, per_item=need, max_load=load, min_load=least)
    (part,) = asked.parts()
    best = candidates.optimum(part)
    price = best.prices
    limit = need * price.items.sum()
    limit += sum(max(p * load, p * least) for p in price.readers)
    limit += np.maximum(similarity - price.items[:, None] - price.readers, 0).sum()
    assert best.objective == pytest.approx(limit, abs=1e-7)
    chosen = np.isin(np.arange(items * readers), best.codes).reshape(items, readers)
    assert (chosen.sum(axis=1) == need).all()


def test_thinned_candidates_do_not_move_the_optimum(monkeypatch):
    """The same problem with all pairs, and with candidates chosen and proved."""
    for seed in range(6):
        similarity = table(150, 60, seed) ** 3
        conflicts = table(150, 60, seed + 50) < 0.1
        asked = {"per_item": 3, "max_load": 8, "min_load": 6, "conflicts": conflicts}
        monkeypatch.setattr(candidates, "WHOLE", 10**9)
        whole = solve(similarity, **asked)
        monkeypatch.setattr(candidates, "WHOLE", 0)
        thinned = solve(similarity, **asked)
        assert thinned.objective == pytest.approx(whole.objective, abs=1e-8)
        assert thinned.status == "optimal"


def test_candidates_that_cannot_do_are_completed(monkeypatch):
    """Everybody is best for the same reader: the nearest pairs alone are impossible."""
    monkeypatch.setattr(candidates, "WHOLE", 0)
    monkeypatch.setattr(candidates.feasible, "DENSE", 0)
    similarity = np.tile(np.linspace(1, 0, 40), (200, 1))
    found = solve(similarity, per_item=2, max_load=10)
    assert found.status == "optimal"
    assert (found.loads == 10).all()
    conflicts = np.zeros((200, 40), dtype=bool)
    conflicts[7, 1:] = True
    with pytest.raises(Impossible) as refused:
        solve(similarity, per_item=2, max_load=11, conflicts=conflicts)
    assert [cause.items for cause in refused.value.causes] == [(7,)]


def test_single_precision_is_read_as_it_is():
    similarity = table(80, 12, dtype=np.float32)
    found = solve(similarity, per_item=2, max_load=14)
    wide = solve(similarity.astype(np.float64), per_item=2, max_load=14)
    assert found.objective == pytest.approx(wide.objective)


def test_each_college_has_its_exact_size():
    similarity = table(30, 24)
    colleges = ["innovateurs"] * 14 + ["usagers"] * 10
    found = solve(
        similarity, per_item={"innovateurs": 4, "usagers": 2}, max_load=10, colleges=colleges
    )
    of_reader = np.array(colleges)[found.pairs[:, 1]]
    for item in range(30):
        mine = of_reader[found.pairs[:, 0] == item]
        assert sorted(mine) == ["innovateurs"] * 4 + ["usagers"] * 2
    apart = [
        solve(similarity[:, :14], per_item=4, max_load=10),
        solve(similarity[:, 14:], per_item=2, max_load=10),
    ]
    assert found.objective == pytest.approx(sum(each.objective for each in apart))
    assert found.by_college["usagers"]["objective"] == pytest.approx(apart[1].objective)


def test_fixed_pairs_are_in_and_count_in_the_loads():
    similarity = table(10, 5)
    worst = int(similarity[0].argmin())
    found = solve(similarity, per_item=2, max_load=4, min_load=4, fixed=[(0, worst)])
    assert [0, worst] in found.pairs.tolist()
    assert (found.loads == 4).all()
    assert (np.bincount(found.pairs[:, 0]) == 2).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"similarity": [[1, float("nan")]]},
        {"similarity": [[1, float("inf")]]},
        {"similarity": []},
        {"similarity": [[]]},
        {"per_item": -1},
        {"per_item": 1.5},
        {"max_load": [1]},
        {"min_load": 3},
        {"conflicts": [(0, 9)]},
        {"conflicts": [(0, 0)], "fixed": [(0, 0)]},
        {"fixed": [(0, 0), (0, 1)]},
        {"per_item": {"a": 1}},
        {"colleges": ["a", "b"]},
        {"colleges": ["a", "b"], "per_item": {"a": 1}},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(wrong):
    asked = {"similarity": [[0.5, 0.2]], "per_item": 1, "max_load": 2} | wrong
    with pytest.raises(InvalidProblem):
        solve(asked.pop("similarity"), **asked)
