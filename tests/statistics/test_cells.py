"""What a table of counts must not let one compute."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.statistics.cells import hidden_cells, hidden_sizes


@pytest.mark.parametrize(
    "counts,hidden",
    [
        ([10, 5, 0], set()),
        ([1, 9, 4], {0, 2}),  # alone, it would be the total less the others
        ([1, 1, 9], {0, 1, 2}),  # two people in two cells: one each
        ([2, 2, 9], {0, 1, 2}),
        ([1, 2, 9], {0, 1}),
        ([12, 1], {0, 1}),
        ([3, 3, 1], {0, 1, 2}),  # with one of the equal ones shown, the order would say the rest
        ([0, 0, 7], set()),
        ([2], {0}),
        ([], set()),
    ],
)
def test_small_cells_and_what_gives_them_away(counts, hidden):
    assert hidden_cells(counts, 3) == hidden


@given(st.lists(st.integers(0, 8), min_size=1, max_size=5), st.integers(2, 4))
def test_no_small_cell_can_be_computed_from_the_others(counts, least):
    """Every filling of the hidden cells that agrees with the total and with what is shown."""
    hidden = sorted(hidden_cells(counts, least))
    small = [place for place, count in enumerate(counts) if 0 < count < least]
    assert set(small) <= set(hidden)
    if not small or len(hidden) == sum(1 for count in counts if count):
        return  # nothing is shown of these people
    rest = sum(counts[place] for place in hidden)
    cuts = combinations(range(1, rest), len(hidden) - 1)
    fillings = [[b - a for a, b in pairwise((0, *cut, rest))] for cut in cuts]
    for place in small:
        assert len({filling[hidden.index(place)] for filling in fillings}) > 1


@pytest.mark.parametrize("least", [2, 3, 5])
@pytest.mark.parametrize("cells", [2, 3, 4])
def test_nor_by_a_reader_who_knows_how_they_are_chosen(cells, least):
    """Of all the tables that would be shown so, no hidden cell is the same in each."""
    shown = defaultdict(list)
    for counts in product(range(8), repeat=cells):
        hidden = hidden_cells(counts, least)
        if sum(counts) <= 14 and any(n for place, n in enumerate(counts) if place not in hidden):
            view = tuple(None if place in hidden else n for place, n in enumerate(counts))
            shown[sum(counts), view].append(counts)
    for (_total, view), tables in shown.items():
        for place, seen in enumerate(view):
            if seen is None:
                assert len({table[place] for table in tables}) > 1


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8), st.integers(2, 6))
def test_the_groups_left_out_are_several_and_enough_together(sizes, least):
    hidden = hidden_sizes(sizes, least)
    assert {place for place, size in enumerate(sizes) if size < least} <= hidden
    if hidden and len(hidden) < len(sizes):
        assert len(hidden) > 1 and sum(sizes[place] for place in hidden) >= least


def test_two_groups_too_small_together_hide_a_third():
    assert hidden_sizes([1, 2, 8, 20], 5) == {0, 1, 2}
    assert hidden_sizes([3, 2, 8], 5) == {0, 1}
