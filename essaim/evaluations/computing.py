"""One analysis from the kept data to a document that can be stored: everything that the page, the
report and the archive show is read from it. The computing itself is in ``essaim.statistics``.
"""

from __future__ import annotations

import importlib.metadata
import math
import platform
from collections.abc import Callable
from dataclasses import asdict
from typing import IO, Any

from django.utils.translation import gettext as _

from essaim.statistics import checks, effects, pooling
from essaim.statistics.effects.differences import same_units
from essaim.statistics.notices import Refused
from essaim.statistics.results import Result
from essaim.statistics.samples import Sample
from essaim.statistics.tables import Table, needed

from . import intake
from .mapping import Mapping, read
from .models import Evaluation

LIBRARIES = ("numpy", "scipy", "statsmodels")
SUBGROUP_VALUES = 12  # more different values are no subgroups but a measure
SITES_AT_MOST = 200
Progress = Callable[[int], None]


def software() -> dict[str, str]:
    """What computed, so that it can be computed again."""
    found = {"essaim": importlib.metadata.version("essaim"), "python": platform.python_version()}
    return found | {name: importlib.metadata.version(name) for name in LIBRARIES}


def compute(
    evaluation: Evaluation, file: IO[bytes], mapping: Mapping, progress: Progress
) -> dict[str, Any]:
    """Everything the plan asks of these data. Raises Refused when they cannot answer it."""
    method = evaluation.analysis
    table = read(evaluation, file, mapping)
    progress(20)
    base = "gain" if method == "did" else method
    clustered = evaluation.clustered or method == "stepped"
    sample = table.sample(base, clustered=clustered)
    # The same people measured before and after.
    others = {"did": same_units, "stepped": effects.stepped}
    analyse = others.get(method) or effects.ANALYSES[method]
    result = analyse(sample)
    progress(50)
    found: dict[str, Any] = {
        "method": method,
        "rows": len(table),
        "result": result.to_dict(),
        "attrition": asdict_with_notices(checks.attrition(table)),
        "balance": _balance(table),
    }
    progress(60)
    lines = _kept_lines(table, base, clustered=clustered)
    planned = {name.casefold() for name in evaluation.subgroups}
    found["subgroups"] = [
        _subgroups(
            analyse,
            sample,
            lines,
            intake.labels(file, name),
            name=name,
            planned=name.casefold() in planned,
        )
        for name in mapping.subgroups
    ]
    found["not_found"] = [
        name
        for name in evaluation.subgroups
        if name.casefold() not in {s.casefold() for s in mapping.subgroups}
    ]
    progress(80)
    site = mapping.roles.get("site")
    found["sites"] = _sites(analyse, sample, lines, intake.labels(file, site)) if site else None
    progress(95)
    return found


def asdict_with_notices(value: Any) -> dict[str, Any]:
    return {**asdict(value), "warnings": [notice.to_dict() for notice in value.warnings]}


def _balance(table: Table) -> list[dict[str, Any]]:
    import numpy as np

    if "group" not in table.columns or "pre" not in table.columns:
        return []
    group = np.array(table.group)
    known = group >= 0
    pre = np.array(table.pre)[known]
    rows = checks.balance({table.columns["pre"]: pre}, group[known] == 1)
    return [asdict(row) for row in rows]


def _kept_lines(table: Table, design: str, *, clustered: bool) -> list[int]:
    """Lines of the units that ``Table.sample`` keeps, in its order."""
    numbers = [role for role in ("pre", "post") if role in needed(design)]
    labels = [role for role in ("cluster", "stratum") if role in table.columns]
    if not clustered and "cluster" in labels:
        labels.remove("cluster")
    only_treated = design == "paired" and "group" in table.columns
    return [
        line
        for row, line in enumerate(table.lines)
        if not (only_treated and table.group[row] != 1)
        and not any(math.isnan(getattr(table, role)[row]) for role in numbers)
        and all(getattr(table, role)[row] is not None for role in labels)
    ]


def _labelled(sample: Sample, lines: list[int], labels: dict[int, str]) -> tuple[Sample, list[str]]:
    import numpy as np

    if len(lines) != len(sample.post):
        raise Refused("lines", _("Les lignes analysées ne sont pas celles du fichier."))
    has = np.array([line in labels for line in lines], dtype=bool)
    return sample.where(has), [labels[line] for line in lines if line in labels]


def _subgroups(
    analyse: Callable[[Sample], Result],
    sample: Sample,
    lines: list[int],
    labels: dict[int, str],
    *,
    name: str,
    planned: bool,
) -> dict[str, Any]:
    part, named = _labelled(sample, lines, labels)
    if len(set(named)) > SUBGROUP_VALUES:
        return {"name": name, "planned": planned, "groups": [], "interaction_p": None,
                "warnings": [], "refusal": "too_many"}  # fmt: skip
    found = effects.subgroups(analyse, part, named, planned=planned)
    return {
        "name": name,
        "planned": planned,
        "interaction_p": found.interaction_p,
        "warnings": [notice.to_dict() for notice in found.warnings],
        "groups": [
            {
                "name": group.name,
                "exploratory": group.exploratory,
                "result": group.result.to_dict() if group.result else None,
                "refusal": group.refusal,
            }
            for group in found.groups
        ],
    }


def _sites(
    analyse: Callable[[Sample], Result], sample: Sample, lines: list[int], labels: dict[int, str]
) -> dict[str, Any]:
    """Each site's own effect, then together where there are at least three (two are shown side by
    side: docs/statistics.md)."""
    part, named = _labelled(sample, lines, labels)
    if len(set(named)) > SITES_AT_MOST:
        raise Refused("many_sites", _("Deux cents sites au plus : vérifiez la colonne des sites."))
    found = effects.subgroups(analyse, part, named, planned=True)
    usable = [
        (group.name, group.result)
        for group in found.groups
        if group.result and group.result.effect.se and group.result.effect.value is not None
    ]
    sites: dict[str, Any] = {
        "each": [
            {"name": group.name, "result": group.result.to_dict() if group.result else None,
             "refusal": group.refusal}
            for group in found.groups
        ],
        "pooled": {},
    }  # fmt: skip
    if len(usable) >= 3:
        effect = [
            (result.effect.value or 0.0, (result.effect.se or 1.0) ** 2) for _n, result in usable
        ]
        for method in ("fixed", "dl", "reml"):
            pooled = pooling.combine(
                [value for value, _v in effect], [v for _value, v in effect],
                method, names=[name for name, _r in usable],
            )  # fmt: skip
            sites["pooled"][method] = pooled.to_dict()
    return sites
