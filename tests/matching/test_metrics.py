"""Measures of a ranking, against figures computed by hand and by numpy."""

from __future__ import annotations

import random

import numpy as np
import pytest

from essaim.matching.metrics import mean, measure


def test_of_an_ideal_order() -> None:
    found = measure(["a", "b", "c"], {"a": 3, "b": 1, "c": 0})
    assert (found.ndcg, found.reciprocal_rank, found.recall) == (1, 1, 1)


def test_of_an_order_by_hand() -> None:
    # DCG = 0 + 7/log2(3) + 0 + 1/log2(5); ideal = 7 + 1/log2(3).
    found = measure(["x", "a", "y", "b"], {"a": 3, "b": 1})
    assert found.ndcg == pytest.approx(
        (7 / 1.584962500721156 + 1 / 2.321928094887362) / (7 + 1 / 1.584962500721156)
    )
    assert (found.reciprocal_rank, found.recall) == (0.5, 1)


def test_of_what_was_never_found() -> None:
    found = measure([], {"a": 2})
    assert (found.ndcg, found.reciprocal_rank, found.recall) == (0, 0, 0)
    eleventh = measure([*"bcdefghijk", "a"], {"a": 2})
    assert (eleventh.ndcg, eleventh.recall) == (0, 0)
    assert eleventh.reciprocal_rank == pytest.approx(1 / 11)


@pytest.mark.parametrize("seed", range(40))
def test_equals_an_independent_computation(seed: int) -> None:
    chance = random.Random(seed)
    order = list("abcdefghijklmnop")
    chance.shuffle(order)
    judged = {name: chance.randint(0, 3) for name in chance.sample(order, chance.randint(1, 14))}
    judged["a"] = max(1, judged.get("a", 0))
    gains = np.array([2.0 ** judged.get(name, 0) - 1 for name in order[:10]])
    ideal = np.sort([2.0**value - 1 for value in judged.values()])[::-1][:10]
    discounts = 1 / np.log2(np.arange(2, 12))
    expected = (gains @ discounts) / (ideal @ discounts[: len(ideal)])
    assert measure(order, judged).ndcg == pytest.approx(expected)


def test_a_mean_is_over_questions() -> None:
    one, none = measure(["a"], {"a": 1}), measure([], {"a": 1})
    assert mean([one, none]).ndcg == 0.5
