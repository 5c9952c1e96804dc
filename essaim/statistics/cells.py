"""Small cells of a table of counts: which to hide so that no one can be found in them.

Primary suppression (cells under a threshold), then complementary suppression, since readers know
the total (see Hundepool et al., *Statistical Disclosure Control*, 2012, ch. 4).
"""

from __future__ import annotations

from collections.abc import Sequence


def hidden_cells(counts: Sequence[int], least: int) -> set[int]:
    """Places of the cells to hide. ``counts`` add up to a number that is shown; an empty cell
    tells of nobody and may stay."""
    small = {place for place, count in enumerate(counts) if 0 < count < least}
    if not small:
        return set()
    hidden = set(small)
    others = sorted(
        (place for place, count in enumerate(counts) if count >= least),
        key=lambda place: (counts[place], place),
    )
    # What is left by subtraction: a single cell, cells so few that they are all at their lowest
    # or highest, or people fewer than the threshold.
    while others and _gives_away([counts[place] for place in hidden], least):
        # Equal cells go together: which of them stays would say where the small one is.
        lowest = counts[others[0]]
        hidden |= {place for place in others if counts[place] == lowest}
        others = [place for place in others if counts[place] > lowest]
    return hidden


def _gives_away(counts: list[int], least: int) -> bool:
    total, number = sum(counts), len(counts)
    if number < 2 or total < least:
        return True
    return max(counts) < least and total in {number, number * (least - 1)}


def hidden_sizes(sizes: Sequence[int], least: int) -> set[int]:
    """Places of the groups whose figures (a mean, an effect) to hide where those of the whole are
    shown: the groups left out must be two at least, and ``least`` people together."""
    order = sorted(range(len(sizes)), key=lambda place: (sizes[place], place))
    hidden = {place for place in order if sizes[place] < least}
    if not hidden:
        return set()
    for place in order:
        if len(hidden) > 1 and sum(sizes[each] for each in hidden) >= least:
            break
        hidden.add(place)
    return hidden
