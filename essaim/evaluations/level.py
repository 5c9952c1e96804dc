"""The level of evidence that a self-evaluation establishes, with the reasons (§ 6 of the domain).

Ours: a result that is not clear, or goes the wrong way, establishes no more than a logic; a change
seen without comparison, level 2; a comparison, level 3 at most, and only where the groups stayed
comparable. Reasons are codes, said in the reader's language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.statistics.checks import HIGH_DIFFERENTIAL, HIGH_OVERALL
from essaim.statistics.results import Result

from .models import Design, Evaluation

# Below it in one group, a comparison is a story of a few persons. ours
SMALLEST_GROUP = 10

REASONS: dict[str, Any] = {
    "unclear": _("Le résultat est compatible avec l’absence d’effet : les données n’établissent pas de changement."),
    "wrong_way": _("Le résultat va dans l’autre sens que celui espéré."),
    "before_after": _("Un changement est mesuré ; sans comparaison, rien ne dit ce qui l’a causé."),
    "small": _("Moins de dix personnes dans un groupe : la comparaison ne suffit pas pour le niveau 3."),
    "attrition": _("Trop de personnes manquent à la fin, ou pas les mêmes dans les deux groupes."),
    "unbalanced": _("Les groupes étaient trop différents au départ."),
    "no_start": _("Sans mesure de départ ni tirage au sort, rien ne dit que les groupes se valaient."),
    "amended": _("La mesure, la méthode ou le calcul ont changé après que le plan a été figé."),
    "comparison": _("Une comparaison prévue d’avance montre l’écart."),
    "not_by_lot": _("Les groupes n’ont pas été tirés au sort : une différence que l’on ne voit pas peut expliquer une part de l’écart."),
    "never_more": _("Le niveau 4 demande une évaluation indépendante : on ne se le donne pas."),
}  # fmt: skip

# Changed after freezing, these cost the comparison its strength.
SUBSTANCE = {"outcome", "indicator", "outcome_kind", "higher_is_better", "design", "analysis"}


# Of a stepped start: its lines are measures repeated, not as many people.
FEWEST_SITES = 6


@dataclass(frozen=True)
class Established:
    level: int
    reasons: list[str]  # keys of REASONS


def established(evaluation: Evaluation, results: dict[str, Any], amended: set[str]) -> Established:
    """From the frozen plan, what changed in it since, and the stored results."""
    result = Result.from_dict(results["result"])
    value = result.effect.value
    if value is None or not result.conclusive:
        return Established(1, ["unclear"])
    better = (value > result.effect.null) == evaluation.higher_is_better
    if not better:
        return Established(1, ["wrong_way"])
    if evaluation.design == Design.BEFORE_AFTER:
        return Established(2, ["before_after"])
    against = _against(evaluation, results, result, amended)
    if against:
        return Established(2, against)
    by_lot = [] if evaluation.design in {Design.RANDOM, Design.STEPPED} else ["not_by_lot"]
    return Established(3, ["comparison", *by_lot, "never_more"])


def _against(
    evaluation: Evaluation, results: dict[str, Any], result: Result, amended: set[str]
) -> list[str]:
    found = []
    few_sites = result.design == "stepped" and max(result.clusters.values()) < FEWEST_SITES
    if min(result.n.values()) < SMALLEST_GROUP or few_sites:
        found.append("small")
    lost = results["attrition"]
    if lost["overall"] > HIGH_OVERALL or (lost["differential"] or 0) > HIGH_DIFFERENTIAL * 2:
        found.append("attrition")
    if any(row["verdict"] == "unbalanced" for row in results["balance"]):
        found.append("unbalanced")
    by_lot = evaluation.design == Design.RANDOM
    if not by_lot and result.design in {"posttest", "binary"}:
        found.append("no_start")
    if amended & SUBSTANCE:
        found.append("amended")
    return found
