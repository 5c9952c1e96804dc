"""Difference in differences, for two periods measured on different units."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from essaim.statistics.effects.core import (
    clusters_of,
    finite_moments,
    regress,
    size_notices,
    two_groups,
)
from essaim.statistics.effects.means import gain
from essaim.statistics.notices import Notice, Refused
from essaim.statistics.results import CONTROL, TREATED, Result
from essaim.statistics.samples import Sample


def same_units(sample: Sample) -> Result:
    """Difference in differences where the same units were measured before and after.

    The difference of mean gains (``gain``: Welch, or cluster-robust), read as a difference in
    differences, with what it supposes.
    """
    result = gain(sample)
    effect = replace(result.effect, name="did_difference")
    return replace(
        result,
        design="did",
        effect=effect,
        difference=effect,
        warnings=(Notice("parallel_trends"), *result.warnings),
    )


def difference_in_differences(
    outcome: Any, treated: Any, after: Any, cluster: Any = None
) -> Result:
    """(mean after − before of the treated) − (the same of the controls).

    One row per unit and period: ``outcome`` in its units, ``treated`` and ``after`` boolean.
    Least squares with the interaction; cluster-robust where the same units or sites come back
    (give their ``cluster``; the same units measured twice: ``same_units``), else
    heteroskedasticity is not corrected. Supposes that without the
    action both groups would have moved alike, which the data of two periods cannot show.
    """
    import numpy as np

    sample = Sample.of(post=outcome, treated=treated, cluster=cluster)
    mask = two_groups(sample)
    later = np.asarray(after, dtype=bool)
    if len(later) != len(mask):
        raise Refused("lengths", _("Les colonnes n’ont pas toutes la même longueur."))
    n: dict[str, int] = {}
    means: dict[str, dict[str, float | None]] = {}
    sds: dict[str, dict[str, float | None]] = {}
    for name, group in ((TREATED, mask), (CONTROL, ~mask)):
        cells = {"pre": sample.post[group & ~later], "post": sample.post[group & later]}
        if min(len(values) for values in cells.values()) < 2:
            raise Refused(
                "empty_period",
                _("Il faut au moins deux unités par groupe et par période, avant et après."),
            )
        n[name] = len(cells["pre"]) + len(cells["post"])
        means[name], sds[name] = finite_moments(cells)
    clusters, notices = clusters_of(sample)
    t, p = mask.astype(float), later.astype(float)
    found = regress(sample.post, [t, p, t * p], cluster=sample.cluster, which=3)
    effect = found.effect("did_difference")
    return Result(
        "did", n, means, sds, effect, effect, found.p_value,
        "cluster_t_did" if clusters else "did_t",
        clusters=clusters,
        warnings=(Notice("parallel_trends"), *notices, *size_notices(n)),
    )  # fmt: skip
