"""Effects of an action, by design. Each function takes a ``Sample`` and gives a ``Result``.

``analyse(design, sample)`` chooses by name. All raise ``Refused`` with a sentence where the
number would mislead: no comparison group, one unit or one cluster in a group, no variation.
"""

from __future__ import annotations

from collections.abc import Callable

from essaim.statistics.effects.binary import (
    binary,
    binary_from_counts,
    newcombe,
    odds_ratio,
    risk_ratio,
    wilson,
)
from essaim.statistics.effects.core import Moments, hedges_j
from essaim.statistics.effects.differences import difference_in_differences, same_units
from essaim.statistics.effects.means import (
    ancova,
    gain,
    paired,
    posttest,
    posttest_from_summary,
    prepost_control,
)
from essaim.statistics.effects.permutation import paired_permutation, permutation
from essaim.statistics.effects.stepped import stepped
from essaim.statistics.effects.subgroups import Subgroup, Subgroups, subgroups
from essaim.statistics.results import Result
from essaim.statistics.samples import Sample

ANALYSES: dict[str, Callable[[Sample], Result]] = {
    "posttest": posttest,
    "prepost_control": prepost_control,
    "gain": gain,
    "ancova": ancova,
    "binary": binary,
    "paired": paired,
}


def analyse(design: str, sample: Sample) -> Result:
    """The analysis of a design of ``results.DESIGNS``."""
    return ANALYSES[design](sample)


__all__ = [
    "ANALYSES",
    "Moments",
    "Subgroup",
    "Subgroups",
    "analyse",
    "ancova",
    "binary",
    "binary_from_counts",
    "difference_in_differences",
    "gain",
    "hedges_j",
    "newcombe",
    "odds_ratio",
    "paired",
    "paired_permutation",
    "permutation",
    "posttest",
    "posttest_from_summary",
    "prepost_control",
    "risk_ratio",
    "same_units",
    "stepped",
    "subgroups",
    "wilson",
]
