"""Names and numbers of results, as people read them; sentences come from ``essaim.statistics``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.statistics import pictures, sentences
from essaim.statistics.notices import Notice, number
from essaim.statistics.pictures import Picture
from essaim.statistics.pooling import Pooled
from essaim.statistics.results import Effect, Result
from essaim.statistics.sentences import Sentence, Words

from .models import Design, Evaluation, Outcome

GROUPS = {"treated": gettext_lazy("groupe aidé"), "control": gettext_lazy("groupe de comparaison")}
VERDICTS = {
    "balanced": gettext_lazy("pareils"),
    "adjust": gettext_lazy("un peu différents : un calcul à niveau de départ égal convient"),
    "unbalanced": gettext_lazy("trop différents"),
}
EFFECTS = {
    "hedges_g": gettext_lazy("effet en écarts-types (g de Hedges)"),
    "cohen_d": gettext_lazy("effet en écarts-types, sans correction (d de Cohen)"),
    "morris_dppc2": gettext_lazy("effet en écarts-types de départ (Morris)"),
    "glass_delta": gettext_lazy("effet rapporté à la dispersion du groupe de comparaison"),
    "ancova_g": gettext_lazy("effet en écarts-types, à départ égal"),
    "ancova_d": gettext_lazy("effet en écarts-types, à départ égal, sans correction"),
    "difference_within_strata": gettext_lazy("écart moyen à l’intérieur des strates"),
    "change_smcr": gettext_lazy("changement en écarts-types de départ"),
    "change_smcc": gettext_lazy("changement en écarts-types des différences"),
    "mean_change": gettext_lazy("changement moyen, dans l’unité de la mesure"),
    "mean_difference": gettext_lazy("écart moyen, dans l’unité de la mesure"),
    "gain_difference": gettext_lazy("écart des progrès, dans l’unité de la mesure"),
    "adjusted_difference": gettext_lazy("écart à départ égal, dans l’unité de la mesure"),
    "stepped_difference": gettext_lazy("écart période par période, dans l’unité de la mesure"),
    "did_difference": gettext_lazy("double différence, dans l’unité de la mesure"),
    "risk_difference": gettext_lazy("écart entre les parts de oui, en points"),
    "risk_ratio": gettext_lazy("rapport des parts de oui"),
    "odds_ratio": gettext_lazy("rapport des cotes"),
    "proportion": gettext_lazy("part de oui"),
}
MODELS = {
    "fixed": gettext_lazy("effet fixe (le même partout)"),
    "dl": gettext_lazy("effets aléatoires, DerSimonian–Laird"),
    "reml": gettext_lazy("effets aléatoires, REML"),
}
POINTS = {"risk_difference", "proportion"}


def effect_name(name: str) -> str:
    return str(EFFECTS.get(name, name))


def plain_number(value: float | int | None, decimals: int | None = None) -> str:
    return number(value, decimals)


def value(effect: Effect, given: float | None) -> str:
    """Two decimals; shares in points."""
    if given is None:
        return "–"
    if effect.name in POINTS:
        return _("%(n)s points") % {"n": number(100 * given, 1)}
    return number(given, 2)


def interval(effect: Effect) -> str:
    if effect.ci_low is None or effect.ci_high is None:
        return "–"
    return _("de %(low)s à %(high)s") % {
        "low": value(effect, effect.ci_low),
        "high": value(effect, effect.ci_high),
    }


def exact(effect: Effect) -> str:
    """Four decimals, for those who check against other software."""
    return number(effect.value, 4) if effect.value is not None else "–"


def mean_sd(mean: float | None, sd: float | None) -> str:
    if mean is None:
        return "–"
    if sd is None:
        return number(mean, 2)
    return _("%(mean)s (écart-type %(sd)s)") % {"mean": number(mean, 2), "sd": number(sd, 2)}


def p_value(p: float | None) -> str:
    if p is None:
        return "–"
    return _("moins de 0,001") if p < 0.001 else number(p, 3)


def permutation(result: Result) -> str:
    test = result.permutation
    if test is None:
        return ""
    if test.exact:
        return _("p = %(p)s, en comptant toutes les répartitions possibles (%(draws)s)") % {
            "p": p_value(test.p_value), "draws": number(test.draws),
        }  # fmt: skip
    return _("p = %(p)s, sur %(draws)s répartitions tirées au hasard (graine %(seed)s)") % {
        "p": p_value(test.p_value), "draws": number(test.draws), "seed": test.seed,
    }  # fmt: skip


def pooled(method: str, record: dict[str, Any]) -> dict[str, Any]:
    def pair(low: float | None, high: float | None) -> str:
        if low is None or high is None:
            return "–"
        return _("de %(low)s à %(high)s") % {"low": number(low, 2), "high": number(high, 2)}

    return {
        "name": str(MODELS[method]),
        "estimate": number(record["estimate"], 2),
        "interval": pair(record["ci_low"], record["ci_high"]),
        "prediction": pair(record["prediction_low"], record["prediction_high"]),
        "i2": f"{number(record['I2'], 0)} %",
        "tau2": number(record["tau2"], 4),
        "q": number(record["Q"], 2),
        "warnings": [str(Notice.from_dict(w)) for w in record["warnings"]],
    }


def words_of(evaluation: Evaluation) -> Words:
    return Words(
        measure=evaluation.indicator[:1].lower() + evaluation.indicator[1:],
        unit="" if evaluation.outcome_kind == Outcome.YES_NO else evaluation.unit,
        better="higher" if evaluation.higher_is_better else "lower",
        randomised=evaluation.design == Design.RANDOM,
    )


def said(evaluation: Evaluation, kept: dict[str, Any], result: Result) -> list[Sentence]:
    """What the numbers say, in order of reading; months of progress for pupils' tests only."""
    found = sentences.of_result(result, words_of(evaluation))
    if evaluation.education:
        told = sentences.of_months(result.effect)
        place = next((n for n, s in enumerate(found) if s.kind == "cause"), len(found))
        found[place:place] = told
    pooled = (kept["sites"] or {}).get("pooled", {}).get("reml")
    if pooled:
        found += sentences.of_pooled(Pooled.from_dict(pooled), unit_of_effect(result))
    return found


def unit_of_effect(result: Result) -> str:
    if result.effect.name.endswith("_difference"):
        return ""
    return _("écart-type")


def drawn(
    evaluation: Evaluation, kept: dict[str, Any], result: Result, *, whole: bool, hidden: set[str]
) -> list[Picture]:
    """Each group's means; the sites, unless some of them are too small for the public."""
    words = words_of(evaluation)
    least = settings.EVALUATIONS["smallest_cell"]
    found = []
    if whole or min(result.n.values()) >= least:
        found.append(pictures.means(result, measure=words.measure, unit=words.unit))
    pooled = (kept["sites"] or {}).get("pooled", {}).get("reml")
    if pooled and (whole or not hidden):
        found.append(pictures.of_pooled(Pooled.from_dict(pooled)))
    return found
