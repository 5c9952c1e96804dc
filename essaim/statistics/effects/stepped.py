"""Stepped start: sites begin one after another, those who wait are the comparison.

Hussey & Hughes (2007) with fixed effects of sites and periods, and errors that allow what is
measured in a site to go together (Cameron & Miller 2015). One effect is supposed, reached at once
and kept: where it grows with time, this average may mislead (Goodman-Bacon 2021).
"""

from __future__ import annotations

import math
from typing import Any

from django.utils.translation import gettext as _

from essaim.statistics.effects.core import (
    FEW_CLUSTERS,
    NO_SPREAD,
    ROUNDING,
    Coefficient,
    by_group,
    no_variation,
    two_groups,
)
from essaim.statistics.notices import Notice, Refused
from essaim.statistics.results import CONTROL, TREATED, Result
from essaim.statistics.samples import Sample

FEWEST_SITES = 3
MOST_CELLS, MOST_COLUMNS = 20_000, 1_000  # sites × periods, sites + periods: 160 MB of matrix


def stepped(sample: Sample) -> Result:
    """value = b of  y = site + period + b·begun, by least squares, in units of the measure.

    ``sample.cluster`` is the site, ``sample.stratum`` the period, ``treated`` whether the site had
    begun by then. Cluster-robust errors CR1 (as ``core.regress``), t with G − 1 degrees of
    freedom. Raises Refused where the steps are not steps, or leave nothing to compare.
    """
    import numpy as np

    if sample.cluster is None or sample.stratum is None:
        raise Refused(
            "no_steps",
            _("Un démarrage échelonné se calcule avec le lieu et la période de chaque mesure."),
        )
    treated = two_groups(sample)
    _sites, site = np.unique(sample.cluster, return_inverse=True)
    _periods, period = np.unique(sample.stratum, return_inverse=True)
    begun = _begun(site, period, treated)
    _check_steps(begun)
    periods_compared = int(np.sum((begun == 1).any(axis=0) & (begun == 0).any(axis=0)))
    found = _least_squares(sample.post, site, period, treated)
    n, means, sds = by_group(Sample(treated=treated, post=sample.post))
    sites = begun.shape[0]
    notices = [*sample.notices, Notice("stepped_supposes", {"periods": periods_compared})]
    if sites < FEW_CLUSTERS:
        notices.append(Notice("few_clusters", {"count": sites}))
    effect = found.effect("stepped_difference")
    return Result(
        "stepped", n, means, sds, effect, effect, found.p_value, "cluster_t_stepped",
        clusters={
            TREATED: int((begun == 1).any(axis=1).sum()),
            CONTROL: int((begun == 0).any(axis=1).sum()),
        },
        warnings=tuple(notices),
    )  # fmt: skip


def _begun(site: Any, period: Any, treated: Any) -> Any:
    """site × period: 1 begun, 0 not yet, −1 nothing measured. Raises Refused on both at once."""
    import numpy as np

    shape = (int(site.max()) + 1, int(period.max()) + 1)
    if shape[0] * shape[1] > MOST_CELLS or sum(shape) > MOST_COLUMNS:
        raise Refused("many_steps", _("Trop de lieux ou de périodes : vérifiez ces deux colonnes."))
    place = site * shape[1] + period
    every = np.bincount(place, minlength=shape[0] * shape[1])
    yes = np.bincount(place, treated.astype(float), minlength=shape[0] * shape[1])
    if np.any((yes > 0) & (yes < every)):
        raise Refused(
            "half_begun",
            _(
                "À une même période, un même lieu est dit avec et sans l’action : un lieu commence"
                " en entier."
            ),
        )
    return np.where(every == 0, -1, (yes > 0).astype(int)).reshape(shape)


def _check_steps(begun: Any) -> None:
    import numpy as np

    if begun.shape[0] < FEWEST_SITES or begun.shape[1] < 2:
        raise Refused(
            "few_steps", _("Il faut au moins trois lieux et deux périodes pour comparer.")
        )
    # Periods in order: more and more sites have begun, and none goes back.
    known = (begun >= 0).sum(axis=0)
    order = np.argsort((begun == 1).sum(axis=0) / known, kind="stable")
    for row in begun[:, order]:
        seen = row[row >= 0]
        if np.any(np.diff(seen) < 0):
            raise Refused(
                "went_back",
                _(
                    "Un lieu a commencé puis cessé, ou les périodes ne se suivent pas pareil"
                    " partout : ce n’est pas un démarrage échelonné."
                ),
            )
    if not ((begun == 1).any(axis=0) & (begun == 0).any(axis=0)).any():
        raise Refused(
            "nothing_to_compare",
            _("À aucune période des lieux n’ont commencé pendant que d’autres attendent."),
        )


def _least_squares(outcome: Any, site: Any, period: Any, treated: Any) -> Coefficient:
    """By cells (site × period) weighted by their number: the same coefficient and the same robust
    errors as line by line, since what explains does not vary within a cell."""
    import numpy as np
    from statsmodels.regression.linear_model import WLS

    sites, periods = int(site.max()) + 1, int(period.max()) + 1
    place = site * periods + period
    number = np.bincount(place, minlength=sites * periods)
    used = np.flatnonzero(number)
    weight = number[used].astype(float)
    total = np.bincount(place, outcome, minlength=sites * periods)
    mean = total[used] / weight
    of_site, of_period = used // periods, used % periods
    begun = np.bincount(place, treated.astype(float), minlength=sites * periods)[used] > 0
    design = np.column_stack(
        [
            begun.astype(float),
            of_site[:, None] == np.arange(sites),
            (of_period[:, None] == np.arange(periods))[:, 1:],
        ]
    ).astype(float)
    lines, columns = len(outcome), design.shape[1]
    if np.linalg.matrix_rank(design) < columns or lines <= columns:
        raise Refused(
            "collinear",
            _(
                "Le groupe et les autres variables disent la même chose : "
                "leurs effets ne peuvent pas être séparés."
            ),
        )
    model = WLS(mean, design, weights=weight)
    fit = model.fit(
        cov_type="cluster",
        cov_kwds={"groups": of_site, "use_correction": False},
        use_t=True,
    )
    spread = math.sqrt(float((weight * fit.resid**2).sum()) / lines)
    within = outcome - (total / np.maximum(number, 1))[place]
    residual = math.sqrt(spread**2 + float((within**2).sum()) / lines)
    if not residual > ROUNDING * float(np.abs(outcome).max(initial=0.0)):
        raise no_variation(_("résidus du modèle"))
    correction = sites / (sites - 1) * (lines - 1) / (lines - columns)
    variance = correction * float(fit.cov_params()[0, 0])
    if not variance > (NO_SPREAD * residual) ** 2:
        raise no_variation(_("entre grappes"))
    return Coefficient(float(fit.params[0]), math.sqrt(variance), float(sites - 1))
