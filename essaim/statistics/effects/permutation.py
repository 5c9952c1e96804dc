"""Permutation test: what chance alone would give, were the action without any effect."""

from __future__ import annotations

import math
from typing import Any

from essaim.statistics.results import Permutation
from essaim.statistics.samples import Sample

MOST_ALLOCATIONS = 200_000  # all are counted up to here
SMALL = 20  # units in the smaller group, below which an analysis adds the test
MOST_UNITS = 5_000  # beyond, the other tests need no help
DRAWS = 20_000
SEED = 20_150_612


def permutation_if_small(sample: Sample, values: Any) -> Permutation | None:
    """The test where groups are small; None elsewhere, and with clusters that groups share."""
    import numpy as np

    treated = sample.treated
    if len(values) > MOST_UNITS:
        return None
    units = len(values) if sample.cluster is None else len(np.unique(sample.cluster))
    if treated.all():
        return paired_permutation(values) if units <= SMALL and sample.cluster is None else None
    smallest = min(int(treated.sum()), int((~treated).sum()))
    if sample.cluster is not None:
        return clustered_permutation(sample, values) if units <= 2 * SMALL else None
    return permutation(values, treated, sample.stratum) if smallest < SMALL else None


def permutation(
    values: Any, treated: Any, stratum: Any = None, *, seed: int = SEED, draws: int = DRAWS
) -> Permutation:
    """Two-sided test on the difference of means; labels are exchanged within strata if given.

    Exact when there are at most ``MOST_ALLOCATIONS`` allocations; else ``draws`` random ones,
    with p = (1 + as extreme) / (1 + draws) (Phipson & Smyth 2010).
    """
    import numpy as np

    values, treated = np.asarray(values, dtype=float), np.asarray(treated, dtype=bool)
    strata = np.zeros(len(values), dtype=int) if stratum is None else np.asarray(stratum)
    blocks = [np.flatnonzero(strata == level) for level in np.unique(strata)]
    total = 1
    for block in blocks:
        total *= math.comb(len(block), int(treated[block].sum()))
    # Given the sizes of groups, the difference of means moves with the sum of the treated.
    centred = values - values.mean()
    expected = sum(float(centred[b].mean()) * int(treated[b].sum()) for b in blocks)
    observed = abs(float(centred[treated].sum()) - expected)
    if total <= MOST_ALLOCATIONS:
        sums = np.zeros(1)
        for block in blocks:
            own = _subset_sums(centred[block], int(treated[block].sum()))
            sums = (sums[:, None] + own[None, :]).ravel()
        return Permutation(_share(np.abs(sums - expected), observed, centred), True, total)
    generator = np.random.Generator(np.random.PCG64(seed))
    sums = np.zeros(draws)
    for block in blocks:
        size = int(treated[block].sum())
        # Drawing the smaller side is enough: the two sums add up to the block's.
        other = len(block) - size
        drawn, whole = centred[block], float(centred[block].sum())
        for draw in range(draws):
            side = generator.choice(drawn, min(size, other), replace=False, shuffle=False).sum()
            sums[draw] += side if size <= other else whole - side
    extreme = _count(np.abs(sums - expected), observed, centred)
    return Permutation((1 + extreme) / (1 + draws), False, draws, seed)


def _subset_sums(values: Any, size: int) -> Any:
    """The sum of every subset of that size."""
    from itertools import combinations

    import numpy as np

    size = min(size, len(values))
    if size == 0:
        return np.zeros(1)
    places = np.array(list(combinations(range(len(values)), size)))
    return values[places].sum(axis=1)


def _count(found: Any, observed: float, values: Any) -> int:
    import numpy as np

    # Equal sums may differ by rounding: they count as at least as extreme.
    slack = 1e-9 * max(float(np.abs(values).max()), np.finfo(float).tiny)
    return int((found >= observed - slack).sum())


def _share(found: Any, observed: float, values: Any) -> float:
    return _count(found, observed, values) / len(found)


def paired_permutation(changes: Any) -> Permutation:
    """Before/after: every change of signs of the changes (Fisher 1935), exact."""
    import numpy as np

    changes = np.asarray(changes, dtype=float)
    sums = np.zeros(1)
    for change in changes:
        sums = np.concatenate([sums + change, sums - change])
    observed = abs(float(changes.sum()))
    return Permutation(_share(np.abs(sums), observed, changes), True, len(sums))


def clustered_permutation(sample: Sample, values: Any) -> Permutation | None:
    """Whole clusters exchanged, each counted by its mean; None if a cluster is in both groups."""
    import numpy as np

    places = np.unique(sample.cluster, return_inverse=True)[1]
    sizes = np.bincount(places)
    arms = np.bincount(places, weights=sample.treated.astype(float)) / sizes
    if not np.all((arms == 0) | (arms == 1)):
        return None
    return permutation(np.bincount(places, weights=values) / sizes, arms == 1)
