"""Sentences on the effect of an action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from essaim.statistics import months
from essaim.statistics.results import CONTROL, TREATED, Effect, Result
from essaim.statistics.sentences.numbers import (
    between,
    decimals_for,
    p_said,
    percent,
    said,
    with_unit,
)

Kind = Literal["finding", "certainty", "size", "cause", "limit", "warning"]
# Standardised effects of a comparison, which the table of months is made for.
COMPARED = {"hedges_g", "morris_dppc2", "ancova_d", "ancova_g"}
# Warnings that weaken what a draw by lot allows to say.
WEAKENING = {"attrition", "differential_attrition", "baseline_differs", "few_clusters"}


UNSTANDARDISED = {
    "risk_difference", "gain_difference", "did_difference", "stepped_difference",
}  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    kind: Kind
    text: str


@dataclass(frozen=True)
class Words:
    """What the numbers are about. ``measure``: « note de lecture » (its own words, no capital);
    ``unit``: « points »; ``better``: which way is wanted, if any; ``randomised``: the groups
    were drawn by lot.
    """

    measure: str = ""
    unit: str = ""
    better: Literal["higher", "lower", ""] = ""
    randomised: bool = False


def of_result(result: Result, words: Words | None = None) -> list[Sentence]:
    """The whole of an analysis in sentences, ending with its warnings."""
    words = words or Words()
    found = [
        Sentence("finding", _finding(result, words)),
        Sentence("certainty", _interval(result, words)),
        Sentence("certainty", _certainty(result, words)),
    ]
    if result.effect.name not in UNSTANDARDISED:
        found.append(Sentence("size", _size(result)))
    found.append(Sentence("cause", _cause(result, words)))
    found.append(Sentence("limit", _limit(result)))
    told = {"no_comparison", "parallel_trends", "stepped_supposes"}  # said above, in full
    found += [Sentence("warning", str(w)) for w in result.warnings if w.code not in told]
    return found


def _measure(words: Words) -> str:
    return words.measure or _("la mesure")


def _precision(effect: Effect) -> int:
    return decimals_for(effect.value, effect.ci_low, effect.ci_high, precision=effect.se)


def _gap(result: Result, words: Words) -> str:
    """« 2,3 points de plus »."""
    effect = result.difference
    value = effect.value or 0.0
    decimals = _precision(effect)
    size = with_unit(said(abs(value), decimals), words.unit)
    if round(value, decimals) == 0:
        return _("aucun écart")
    template = _("%(size)s de plus") if value > 0 else _("%(size)s de moins")
    return template % {"size": size}


def _finding(result: Result, words: Words) -> str:
    if result.design == "binary":
        return _risks(result)
    decimals = _precision(result.difference)
    n = result.n
    means = {
        group: {key: said(v, decimals) for key, v in values.items() if v is not None}
        for group, values in result.means.items()
    }
    values = {
        "measure": _measure(words),
        "gap": _gap(result, words),
        "n_treated": n.get(TREATED, 0),
        "n_control": n.get(CONTROL, 0),
        "treated": means[TREATED].get("post", ""),
        "control": means.get(CONTROL, {}).get("post", ""),
    }
    if result.design == "paired":
        return _(
            "Avant/après (%(measure)s, %(n_treated)s unités) : la moyenne passe de %(before)s à "
            "%(treated)s, soit %(gap)s."
        ) % {**values, "before": means[TREATED]["pre"]}
    if result.design == "ancova":
        return (
            _(
                "À niveau de départ égal (%(measure)s), les %(n_treated)s bénéficiaires ont en moyenne, "
                "comparés aux %(n_control)s témoins, %(gap)s."
            )
            % values
        )
    if result.design in ("gain", "prepost_control"):
        return _(
            "Évolution moyenne (%(measure)s) : %(gain_treated)s chez les %(n_treated)s "
            "bénéficiaires, %(gain_control)s chez les %(n_control)s témoins, soit %(gap)s pour les "
            "bénéficiaires."
        ) % {
            **values,
            "gain_treated": said(result.means[TREATED]["gain"] or 0.0, decimals, sign=True),
            "gain_control": said(result.means[CONTROL]["gain"] or 0.0, decimals, sign=True),
        }
    if result.design == "did":
        return (
            _(
                "Entre les deux périodes (%(measure)s), l’évolution des bénéficiaires, comparée à celle "
                "des témoins, montre : %(gap)s."
            )
            % values
        )
    if result.design == "stepped":
        return _(
            "Période par période (%(measure)s), les lieux qui ont commencé, comparés à ceux qui"
            " attendent (%(sites)s lieux en tout), montrent : %(gap)s."
        ) % {**values, "sites": max(result.clusters.values(), default=0)}
    return (
        _(
            "Moyenne (%(measure)s) : %(treated)s chez les %(n_treated)s bénéficiaires, %(control)s chez "
            "les %(n_control)s témoins, soit %(gap)s pour les bénéficiaires."
        )
        % values
    )


def _risks(result: Result) -> str:
    decimals = _points(result.effect)
    value = 100 * (result.effect.value or 0.0)
    gap = said(abs(value), decimals)
    if round(value, decimals) == 0:
        change = _("aucun écart")
    else:
        template = _("%(gap)s points de plus") if value > 0 else _("%(gap)s points de moins")
        change = template % {"gap": gap}
    return _(
        "Proportion : %(treated)s chez les %(n_treated)s bénéficiaires, %(control)s chez les "
        "%(n_control)s témoins, soit %(change)s pour les bénéficiaires."
    ) % {
        "treated": percent(result.means[TREATED]["post"] or 0.0, decimals),
        "control": percent(result.means[CONTROL]["post"] or 0.0, decimals),
        "n_treated": result.n[TREATED],
        "n_control": result.n[CONTROL],
        "change": change,
    }


def _points(effect: Effect) -> int:
    """Decimals of a difference of proportions told in points of percentage."""
    bounds = [None if v is None else 100 * v for v in (effect.value, effect.ci_low, effect.ci_high)]
    return decimals_for(*bounds, precision=max(10.0, 100 * (effect.se or 0.0)))


def _interval(result: Result, words: Words) -> str:
    effect = result.difference
    if effect.ci_low is None or effect.ci_high is None:
        return _("L’incertitude n’a pas pu être calculée.")
    if result.design == "paired":
        return _(
            "Vu le nombre d’unités, l’évolution moyenne réelle est vraisemblablement %(bounds)s "
            "(intervalle de confiance à 95 %%)."
        ) % {"bounds": between(effect.ci_low, effect.ci_high, _precision(effect), words.unit)}
    if result.design == "binary":
        decimals = _points(effect)
        bounds = between(100 * effect.ci_low, 100 * effect.ci_high, decimals, _("points"))
    else:
        bounds = between(effect.ci_low, effect.ci_high, _precision(effect), words.unit)
    return _(
        "Vu le nombre d’unités, l’écart réel est vraisemblablement %(bounds)s (intervalle de "
        "confiance à 95 %%)."
    ) % {"bounds": bounds}


def _certainty(result: Result, words: Words) -> str:
    effect, difference = result.effect, result.difference
    p = f" ({p_said(result.p_value)})" if result.p_value is not None else ""
    if result.conclusive:
        template = _("Un tel écart s’explique difficilement par le seul hasard%(p)s.")
        if result.design == "paired":
            template = _("Une telle évolution s’explique difficilement par le seul hasard%(p)s.")
        text = template % {"p": p}
        wanted = _direction(difference, words)
        return f"{text} {wanted}" if wanted else text
    if effect.conclusive != difference.conclusive or (
        result.permutation is not None and effect.conclusive and difference.conclusive
    ):
        return _(
            "Ces données ne permettent pas de conclure%(p)s : selon la façon de compter, le hasard "
            "seul suffit ou non à expliquer l’écart."
        ) % {"p": p}
    return _(
        "Ces données ne permettent pas de conclure%(p)s : elles sont compatibles avec une absence "
        "d’écart. Cela ne prouve pas qu’il n’y en a pas."
    ) % {"p": p}


def _direction(effect: Effect, words: Words) -> str:
    if not words.better or not effect.value:
        return ""
    good = (effect.value > 0) == (words.better == "higher")
    return _("C’est le sens souhaité.") if good else _("C’est le sens contraire du but.")


def _size(result: Result) -> str:
    effect = result.effect
    if effect.value is None or effect.ci_low is None or effect.ci_high is None:
        return _("L’effet standardisé n’a pas pu être calculé.")
    decimals = max(2, decimals_for(effect.value, effect.ci_low, effect.ci_high, precision=0.1))
    values = {
        "value": said(effect.value, decimals),
        "bounds": between(effect.ci_low, effect.ci_high, decimals),
    }
    if result.design == "paired":
        return (
            _(
                "Rapportée à la dispersion entre unités, l’évolution est de %(value)s écart-type "
                "(%(bounds)s)."
            )
            % values
        )
    return (
        _(
            "Rapporté à la dispersion entre unités, l’écart est de %(value)s écart-type (%(bounds)s)."
        )
        % values
    )


def _cause(result: Result, words: Words) -> str:
    if result.design == "paired":
        return _(
            "Rien ne dit que l’action en est la cause : sans groupe de comparaison, le temps qui "
            "passe, d’autres événements ou l’habitude du test peuvent suffire."
        )
    if result.design == "did":
        return _(
            "L’écart ne vient de l’action que si, sans elle, les deux groupes auraient évolué de la "
            "même façon ; deux périodes ne permettent pas de le vérifier."
        )
    if result.design == "stepped" and not words.randomised:
        return _(
            "L’écart ne vient de l’action que si, sans elle, tous les lieux auraient évolué de la"
            " même façon d’une période à l’autre, et si l’ordre des départs n’a pas été choisi selon"
            " les résultats attendus."
        )
    if not words.randomised:
        return _(
            "Les groupes n’ont pas été tirés au sort : une partie ou la totalité de l’écart peut "
            "venir de différences entre eux, et non de l’action."
        )
    if not result.conclusive:
        return _(
            "Les groupes ont été tirés au sort : la comparaison est équitable, mais trop imprécise "
            "pour dire si l’action a un effet."
        )
    if WEAKENING & {notice.code for notice in result.warnings}:
        return _(
            "Les groupes ont été tirés au sort, mais les réserves ci-dessous empêchent d’attribuer "
            "l’écart à l’action avec assurance."
        )
    return _(
        "Les groupes ont été tirés au sort : si le tirage a été respecté, l’écart peut être attribué "
        "à l’action."
    )


def _limit(result: Result) -> str:
    if result.design == "stepped":
        return _(
            "Ce résultat est une moyenne sur les périodes où des lieux attendaient encore. Il suppose"
            " un effet atteint dès le démarrage : s’il grandit ou s’use avec le temps, cette moyenne"
            " le dit mal. Une fois tous les lieux partis, il n’y a plus de comparaison."
        )
    if result.design == "paired":
        return _(
            "Ce résultat décrit ces unités-là ; il ne dit pas ce que l’action donnerait ailleurs."
        )
    return _(
        "Ce résultat est une moyenne : il ne dit pas pour qui l’action réussit, ni ce qu’elle "
        "donnerait ailleurs."
    )


def of_months(effect: Effect) -> list[Sentence]:
    """For schooling only: the EEF's months, with those of the interval's bounds.

    Nothing is said of effects that aren't standardised, nor of a change without comparison.
    """
    if effect.name not in COMPARED:
        return []
    if effect.value is None or effect.ci_low is None or effect.ci_high is None:
        return []
    middle, low, high = (months.eef(v) for v in (effect.value, effect.ci_low, effect.ci_high))
    values = {
        "months": _months(middle),
        "low": _months(low),
        "high": _months(high),
    }
    if effect.conclusive:
        template = _(
            "Pour l’école seulement, selon la table de l’Education Endowment Foundation : %(months)s "
            "mois de progrès, de %(low)s à %(high)s selon l’intervalle."
        )
    else:
        template = _(
            "Pour l’école seulement, selon la table de l’Education Endowment Foundation : de %(low)s "
            "à %(high)s mois de progrès selon l’intervalle, qui ne permet pas de conclure."
        )
    return [Sentence("size", template % values)]


def _months(found: months.Months) -> str:
    text = said(float(found.months), 0, sign=True)
    return _("%(months)s ou plus") % {"months": text} if found.beyond and found.months > 0 else text
