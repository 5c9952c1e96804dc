"""What the number of people allows to see, in plain words (nothing is computed here)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from essaim.statistics import power
from essaim.statistics.notices import Notice, number

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
    said = [
        _(
            "Avec %(n)s personnes par groupe, vous avez quatre chances sur cinq de voir un effet d’au"
            " moins %(d)s écart-type, s’il existe. Un effet plus petit passera sans doute inaperçu :"
            " ne rien voir ne voudra pas dire qu’il n’y a rien."
        )
        % {"n": number(int(result["n"])), "d": number(result["smallest_effect"], 2)}
    ]
    if result.get("power") is not None:
        said.append(
            _("Si l’effet est de %(d)s écart-type, vos chances de le voir sont de %(power)s %%.")
            % {"d": number(result["d"], 2), "power": number(round(100 * result["power"]))}
        )
        said.append(
            _("Pour quatre chances sur cinq, il faudrait %(n)s personnes par groupe.")
            % {"n": number(result["n_per_group_whole"])}
        )
    if result.get("design_effect", 1) > 1:
        said.append(
            _(
                "Les personnes d’une même classe ou équipe se ressemblent : votre effectif compte"
                " comme s’il était %(deff)s fois plus petit."
            )
            % {"deff": number(result["design_effect"], 1)}
        )
    return [*said, *(str(Notice.from_dict(w)) for w in result.get("warnings", []))]
