"""What the number of people allows to see, in plain words (nothing is computed here)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from essaim.statistics import power, sentences
from essaim.statistics.notices import Notice

from .designs import Design
from .models import Evaluation


def compute(evaluation: Evaluation, given: dict[str, Any]) -> dict[str, Any]:
    """The power calculation with its inputs, as kept in the plan. Raises Refused.

    Before and after on the same people is not two groups: its number is kept without a promise.
    """
    if evaluation.design == Design.BEFORE_AFTER:
        return {"single_group": True, "n": given["per_group"]}
    clustered = evaluation.clustered or given.get("cluster_size")
    found = power.plan(
        d=float(given["expected_effect"]) if given.get("expected_effect") else None,
        n=given["per_group"],
        cluster_size=float(given["cluster_size"] or 1) if clustered else 1,
        icc=float(given["icc"] or 0) if clustered else 0,
    )
    record = {**vars(found), "warnings": [warning.to_dict() for warning in found.warnings]}
    return record | {"single_group": False}


def explain(result: dict[str, Any] | None) -> list[str]:
    """Sentences from the kept calculation, in the reader's language; empty without one."""
    if not result:
        return []
    if result.get("single_group"):
        return [
            _(
                "Sans groupe de comparaison, un nombre plus grand rend la mesure du changement plus"
                " précise, mais ne dit toujours pas ce qui l’a causé."
            )
        ]
    return [sentence.text for sentence in sentences.of_plan(planned(result))]


def planned(result: dict[str, Any]) -> power.Planned:
    """The kept calculation as it was."""
    record = {key: value for key, value in result.items() if key != "single_group"}
    warnings = tuple(Notice.from_dict(each) for each in record["warnings"])
    return power.Planned(**{**record, "warnings": warnings})
