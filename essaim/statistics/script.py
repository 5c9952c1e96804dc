"""What a person takes away to redo the analysis without us: the data, and a short program.

The program reads the CSV beside it and needs only numpy, scipy and statsmodels. It prints what it
finds and compares it with the published figures.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from django.utils.translation import gettext as _

from essaim.statistics.pooling import Pooled
from essaim.statistics.results import CONTROL, TREATED, Result
from essaim.statistics.samples import Sample

DATA = "donnees.csv"


def data_csv(sample: Sample) -> str:
    """The rows analysed: group, pre, post, cluster, stratum; numbers to their last digit.

    Clusters and strata are numbered in order of appearance: their names stay with the team.
    """
    out = io.StringIO()
    columns: dict[str, Any] = {
        "group": [TREATED if treated else CONTROL for treated in sample.treated]
    }
    for name in ("pre", "post"):
        if (values := getattr(sample, name)) is not None:
            columns[name] = [repr(float(value)) for value in values]
    for name in ("cluster", "stratum"):
        if (values := getattr(sample, name)) is not None:
            columns[name] = [int(value) + 1 for value in values]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return out.getvalue()


def effects_csv(pooled: Pooled) -> str:
    """The sites pooled: yi, vi and a number."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["site", "yi", "vi"])
    for number, site in enumerate(pooled.sites, start=1):
        writer.writerow([number, repr(site.effect), repr(site.se**2)])
    return out.getvalue()


HEAD = '''"""{title}

{how}
    python {program} {data}
"""

import csv
import math
import sys

import numpy as np
from scipy import stats
from scipy.special import gammaln

path = sys.argv[1] if len(sys.argv) > 1 else "{data}"
with open(path, encoding="utf-8", newline="") as handle:
    rows = list(csv.DictReader(handle))
'''

COLUMNS = """
treated = np.array([row["group"] == "treated" for row in rows])
post = np.array([float(row["post"]) for row in rows])
"""
PRE = 'pre = np.array([float(row["pre"]) for row in rows])\n'
CLUSTER = 'cluster = np.array([int(row["cluster"]) for row in rows])\n'

TOOLS = '''

def hedges_j(df):
    """Exact small-sample correction (Hedges 1981)."""
    return math.exp(gammaln(df / 2) - gammaln((df - 1) / 2) - 0.5 * math.log(df / 2))


def pooled_sd(a, b):
    return math.sqrt(
        ((len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)) / (len(a) + len(b) - 2)
    )


def least_squares(outcome, columns, which):
    """Coefficient, standard error and degrees of freedom."""
    import statsmodels.api as sm

    model = sm.OLS(outcome, np.column_stack([np.ones(len(outcome)), *columns]))
    {fit}
    return fit.params[which], fit.bse[which], df
'''
PLAIN_FIT = """fit = model.fit()
    df = fit.df_resid"""
CLUSTERED_FIT = """# Cluster-robust errors (CR1), t with G - 1 degrees of freedom.
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": cluster}, use_t=True)
    df = len(set(cluster.tolist())) - 1"""

WELCH = """
a, b = {values}[treated], {values}[~treated]
difference = a.mean() - b.mean()
test = stats.ttest_ind(a, b, equal_var=False)
p_value, df = test.pvalue, None
"""
CLUSTERED = """
difference, raw_se, df = least_squares({values}, [treated.astype(float)], 1)
p_value = 2 * stats.t.sf(abs(difference / raw_se), df)
"""
# What each design adds: ``value`` and ``variance`` of the effect.
BODIES = {
    "posttest": """
sd = pooled_sd(post[treated], post[~treated])
value = hedges_j(n - 2) * difference / sd
first = {own}
variance = first + value**2 / (2 * n)
""",
    "prepost_control": """
sd = pooled_sd(pre[treated], pre[~treated])
value = hedges_j(n - 2) * difference / sd
within_pre = np.where(treated, pre - pre[treated].mean(), pre - pre[~treated].mean())
within_post = np.where(treated, post - post[treated].mean(), post - post[~treated].mean())
r = np.corrcoef(within_pre, within_post)[0, 1]
first = {own}
variance = first + value**2 / (2 * n)
""",
    "ancova": """
difference, raw_se, df = least_squares(post, [treated.astype(float), pre - pre.mean()], 1)
p_value = 2 * stats.t.sf(abs(difference / raw_se), df)
sd = pooled_sd(post[treated], post[~treated])
value = difference / sd
variance = (raw_se / sd) ** 2 + value**2 / (2 * n)
""",
    "stepped": """
period = np.array([int(row["stratum"]) for row in rows])
columns = [treated.astype(float)]
columns += [(cluster == each).astype(float) for each in np.unique(cluster)[1:]]
columns += [(period == each).astype(float) for each in np.unique(period)[1:]]
difference, raw_se, df = least_squares(post, columns, 1)
p_value = 2 * stats.t.sf(abs(difference / raw_se), df)
value, se = difference, raw_se
low, high = value - stats.t.ppf(0.975, df) * se, value + stats.t.ppf(0.975, df) * se
""",
    "paired": """
change = post - pre
{paired}
with np.errstate(all="ignore"):
    r = np.corrcoef(pre, post)[0, 1]
value = (hedges_j(n - 1) if n > 2 else 1.0) * difference / {spread}
first = {own}
variance = first + value**2 / (2 * n)
""",
}
OWN = {
    "posttest": "n / (n_treated * n_control)",
    "prepost_control": "2 * (1 - r) * (1 / n_treated + 1 / n_control)",
    "paired": "2 * (1 - r) / n",
}
PAIRED_PLAIN = """difference = change.mean()
p_value, df = stats.ttest_rel(post, pre).pvalue, None"""
PAIRED_CLUSTERED = """difference, raw_se, df = least_squares(change, [], 0)
p_value = 2 * stats.t.sf(abs(difference / raw_se), df)"""

STANDARDISED_END = """
se = math.sqrt(variance)
reach = {quantile} * se
low, high = value - reach, value + reach
"""
GAIN_END = {
    False: """
interval = test.confidence_interval(0.95)
value, se = difference, difference / test.statistic
low, high = interval.low, interval.high
""",
    True: """
value, se = difference, raw_se
low, high = value - stats.t.ppf(0.975, df) * se, value + stats.t.ppf(0.975, df) * se
""",
}
BINARY = """

def wilson(successes, n):
    z, p = stats.norm.ppf(0.975), successes / n
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return centre - half, centre + half


yes_treated, yes_control = int(post[treated].sum()), int(post[~treated].sum())
p, q = yes_treated / n_treated, yes_control / n_control
value = p - q
se = math.sqrt(p * (1 - p) / n_treated + q * (1 - q) / n_control)
(l1, u1), (l2, u2) = wilson(yes_treated, n_treated), wilson(yes_control, n_control)
low = value - math.hypot(p - l1, u2 - q)  # Newcombe 1998, method 10
high = value + math.hypot(u1 - p, q - l2)
table = [[yes_treated, n_treated - yes_treated], [yes_control, n_control - yes_control]]
if stats.contingency.expected_freq(table).min() < 5:
    p_value = stats.fisher_exact(table).pvalue
else:
    p_value = stats.chi2_contingency(table, correction=False).pvalue
"""
TAIL = """
found = {{"value": value, "se": se, "ci_low": low, "ci_high": high, "p_value": p_value}}
published = {published}
for name, number in found.items():
    print(f"{{name}}: {{number:.6f}}")
    if published[name] is not None:
        assert math.isclose(number, published[name], rel_tol=1e-6, abs_tol=1e-9), name
print("OK")
"""
POOLED = """
y = np.array([float(row["yi"]) for row in rows])
v = np.array([float(row["vi"]) for row in rows])
k = len(y)
w = 1 / v
q = (w * (y - np.average(y, weights=w)) ** 2).sum()
{tau2}
w = 1 / (v + tau2)
value, se = np.average(y, weights=w), math.sqrt(1 / w.sum())
low, high = value - stats.norm.ppf(0.975) * se, value + stats.norm.ppf(0.975) * se
p_value = 2 * stats.norm.sf(abs(value / se))
print(f"tau2: {{tau2:.6f}}")
"""
TAU2 = {
    "fixed": "tau2 = 0.0",
    "dl": "tau2 = max(0.0, (q - (k - 1)) / (w.sum() - (w**2).sum() / w.sum()))",
    "reml": """

def minus_twice_likelihood(tau2):
    w = 1 / (v + tau2)
    return -np.log(w).sum() + math.log(w.sum()) + (w * (y - np.average(y, weights=w)) ** 2).sum()


from scipy import optimize

top = 10 * np.ptp(y) ** 2 + v.max()
grid = np.concatenate([[0.0], np.geomspace(1e-8 * top, top, 200)])
best = int(np.argmin([minus_twice_likelihood(t) for t in grid]))
bounds = (grid[max(0, best - 1)], grid[min(200, best + 1)])
tau2 = optimize.minimize_scalar(
    minus_twice_likelihood, bounds=bounds, method="bounded", options={"xatol": 1e-12}
).x
if minus_twice_likelihood(0.0) <= minus_twice_likelihood(tau2):
    tau2 = 0.0""",
}


def of_result(result: Result, *, data: str = DATA, program: str = "analyse.py") -> str:
    """The program for one of ``results.DESIGNS``, or for ``effects.same_units``; ``data`` is what
    ``data_csv`` wrote.
    """
    design, clustered = _redone(result), bool(result.clusters)
    parts = [
        _head(
            _("Refaire le calcul publié par Essaim : plan %(design)s.") % {"design": design},
            data,
            program,
        )
    ]
    parts.append(COLUMNS)
    if design not in ("posttest", "binary", "stepped"):
        parts.append(PRE)
    if clustered:
        parts.append(CLUSTER)
    parts.append("n = len(post)\n")
    if design != "paired":
        parts.append("n_treated, n_control = int(treated.sum()), int((~treated).sum())\n")
    if clustered or design not in ("binary", "gain"):
        parts.append(TOOLS.format(fit=CLUSTERED_FIT if clustered else PLAIN_FIT))
    parts.append("\n")
    parts += _body(result, clustered)
    published = {**_published(result)}
    parts.append(TAIL.format(published=published))
    return "".join(parts)


def _redone(result: Result) -> str:
    """Differences in differences of the same units are computed on their gains."""
    return "gain" if result.test.endswith("_gains") and result.design == "did" else result.design


def _body(result: Result, clustered: bool) -> list[str]:
    design = _redone(result)
    if design == "binary" and not clustered:
        return [BINARY]
    if design == "stepped":
        return [BODIES["stepped"]]
    parts = []
    if design in ("posttest", "binary"):
        parts.append((CLUSTERED if clustered else WELCH).format(values="post"))
    elif design in ("prepost_control", "gain"):
        parts.append((CLUSTERED if clustered else WELCH).format(values="(post - pre)"))
    if design in ("gain", "binary"):
        return [*parts, GAIN_END[clustered]]
    by_change = result.effect.name == "change_smcc"
    spread = "change.std(ddof=1)" if by_change else "pre.std(ddof=1)"
    scale = spread if design == "paired" else "sd"
    own = f"(raw_se / {scale}) ** 2" if clustered else OWN.get(design, "")
    if by_change and not clustered:
        own = "1 / n"
    parts.append(
        BODIES[design].format(
            own=own, paired=PAIRED_CLUSTERED if clustered else PAIRED_PLAIN, spread=spread
        )
    )
    quantile = "stats.t.ppf(0.975, df)" if clustered else "stats.norm.ppf(0.975)"
    return [*parts, STANDARDISED_END.format(quantile=quantile)]


def _published(result: Result) -> dict[str, float | None]:
    effect = result.effect
    return {
        "value": effect.value,
        "se": effect.se,
        "ci_low": effect.ci_low,
        "ci_high": effect.ci_high,
        "p_value": result.p_value,
    }


def of_pooled(pooled: Pooled, *, data: str = "effets.csv", program: str = "sites.py") -> str:
    """The program that pools the sites of ``effects_csv``."""
    published = {
        "value": pooled.estimate,
        "se": pooled.se,
        "ci_low": pooled.ci_low,
        "ci_high": pooled.ci_high,
        "p_value": pooled.p_value,
    }
    title = _("Refaire la combinaison de sites publiée par Essaim.")
    return (
        _head(title, data, program)
        + POOLED.format(tau2=TAU2[pooled.method])
        + TAIL.format(published=published)
    )


def _head(title: str, data: str, program: str) -> str:
    how = _("Python 3.11 ou plus, avec numpy, scipy et statsmodels :")
    return HEAD.format(title=title, how=how, data=data, program=program)
