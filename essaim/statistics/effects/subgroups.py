"""The same analysis within subgroups, and whether they were announced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from essaim.statistics.notices import Notice, Refused
from essaim.statistics.results import Result
from essaim.statistics.samples import Sample


@dataclass(frozen=True)
class Subgroup:
    """``result`` is None where the subgroup can't be analysed (``refusal`` says why).

    ``exploratory``: not announced in the plan, so a lead to be checked, never a conclusion.
    """

    name: str
    exploratory: bool
    result: Result | None
    refusal: str = ""


@dataclass(frozen=True)
class Subgroups:
    """``interaction_p``: chance of differences between subgroups as large, if there were none
    (Cochran's Q between effects); None with fewer than two analysed.
    """

    groups: tuple[Subgroup, ...]
    interaction_p: float | None
    warnings: tuple[Notice, ...]


def subgroups(
    analyse: Callable[[Sample], Result], sample: Sample, labels: Sequence[Any], *, planned: bool
) -> Subgroups:
    """Apply an analysis (``effects.posttest``…) to the units of each label."""
    import numpy as np
    from scipy.special import chdtrc

    array = np.asarray(labels, dtype=object)
    found = []
    for label in sorted({str(x) for x in array}):
        try:
            result = analyse(sample.where(np.array([str(x) == label for x in array])))
        except Refused as refused:
            found.append(Subgroup(label, not planned, None, str(refused.message)))
        else:
            found.append(Subgroup(label, not planned, result))
    pairs = [
        (g.result.effect.value, g.result.effect.se)
        for g in found
        if g.result and g.result.effect.value is not None and g.result.effect.se
    ]
    interaction = None
    if len(pairs) >= 2:
        values = np.array([value for value, _se in pairs])
        weights = np.array([1 / (se or 1.0) ** 2 for _value, se in pairs])
        mean = float(np.average(values, weights=weights))
        q = float((weights * (values - mean) ** 2).sum())
        interaction = float(chdtrc(len(pairs) - 1, q))
    notices = [] if planned else [Notice("exploratory")]
    if len(found) > 3:
        notices.append(Notice("many_subgroups", {"count": len(found)}))
    return Subgroups(tuple(found), interaction, tuple(notices))
