"""Sentences on several sites, plans, readers and lots."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from essaim.statistics.agreement import FEW_ITEMS, Agreement
from essaim.statistics.allocation import Allocation
from essaim.statistics.pooling import Pooled, Site
from essaim.statistics.power import Planned
from essaim.statistics.results import CONTROL, TREATED
from essaim.statistics.sentences.effects import Sentence
from essaim.statistics.sentences.numbers import between, decimals_for, percent, said, with_unit

# Krippendorff 2004, « Content Analysis »: reliable, and the least for tentative conclusions.
RELIABLE, TENTATIVE = 0.8, 0.667


def of_pooled(pooled: Pooled, unit: str = "") -> list[Sentence]:
    """``unit``: « écart-type » for standardised effects, else that of the measure."""
    decimals = max(2, decimals_for(pooled.estimate, pooled.ci_low, pooled.ci_high, precision=0.1))
    found = [
        Sentence(
            "finding",
            _("Sur %(k)s sites, l’effet moyen est de %(value)s, vraisemblablement %(bounds)s.")
            % {
                "k": pooled.k,
                "value": with_unit(said(pooled.estimate, decimals), unit),
                "bounds": between(pooled.ci_low, pooled.ci_high, decimals, unit),
            },
        )
    ]
    if pooled.conclusive:
        certainty = _("Un tel effet moyen s’explique difficilement par le seul hasard.")
    else:
        certainty = _(
            "Ces données ne permettent pas de conclure : elles sont compatibles avec une absence "
            "d’effet moyen."
        )
    found.append(Sentence("certainty", certainty))
    if pooled.method == "fixed":
        found.append(
            Sentence(
                "limit",
                _(
                    "Ce calcul suppose que l’effet est le même partout : il ne dit rien d’un "
                    "nouveau site."
                ),
            )
        )
    elif pooled.prediction_low is not None and pooled.prediction_high is not None:
        low, high = pooled.prediction_low, pooled.prediction_high
        decimals = max(2, decimals_for(low, high, precision=0.1))
        text = _("Dans un nouveau site semblable, l’effet serait vraisemblablement %(bounds)s.") % {
            "bounds": between(low, high, decimals, unit)
        }
        if low <= 0 <= high:
            text += " " + _("Il pourrait donc y être nul, ou de sens contraire.")
        found.append(Sentence("limit", text))
    return found + [Sentence("warning", str(notice)) for notice in pooled.warnings]


def of_sites(sites: Sequence[Site], unit: str = "") -> list[Sentence]:
    """One or two sites: side by side, not pooled."""
    found = []
    for site in sites:
        decimals = max(2, decimals_for(site.effect, site.ci_low, site.ci_high, precision=0.1))
        text = _("%(name)s : %(value)s, vraisemblablement %(bounds)s.") % {
            "name": site.name,
            "value": with_unit(said(site.effect, decimals), unit),
            "bounds": between(site.ci_low, site.ci_high, decimals, unit),
        }
        if site.ci_low <= 0 <= site.ci_high:
            text += " " + _("Ces données seules ne permettent pas de conclure.")
        found.append(Sentence("finding", text))
    found.append(
        Sentence(
            "limit",
            _(
                "Avec moins de trois sites, les effets sont montrés côte à côte : rien n’est combiné."
            ),
        )
    )
    return found


def of_plan(planned: Planned, sd: float | None = None, unit: str = "") -> list[Sentence]:
    """``sd``: standard deviation of the measure in its ``unit``, to put effects in that unit."""
    found = []
    if planned.power is not None and planned.n is not None and planned.d is not None:
        found.append(
            Sentence(
                "finding",
                _(
                    "Avec %(n)s unités par groupe, un effet réel de %(d)s écart-type serait vu dans "
                    "%(power)s des cas, et manqué dans les autres."
                )
                % {
                    "n": said(planned.n, 0),
                    "d": said(abs(planned.d), 2),
                    "power": percent(min(planned.power, 0.999), 1 if planned.power > 0.99 else 0),
                },
            )
        )
    if planned.smallest_effect is not None and planned.n is not None:
        text = _(
            "Le plus petit effet que %(n)s unités par groupe permettent de voir dans %(target)s des "
            "cas est de %(effect)s écart-type."
        ) % {
            "n": said(planned.n, 0),
            "target": percent(planned.target),
            "effect": said(planned.smallest_effect, 2),
        }
        if sd:
            value = planned.smallest_effect * sd
            decimals = decimals_for(value, precision=value / 10)
            text += " " + _("Pour cette mesure, cela fait %(value)s.") % {
                "value": with_unit(said(value, decimals), unit)
            }
        found.append(Sentence("size", text))
    if planned.n_per_group_whole is not None and planned.d is not None:
        text = _(
            "Pour voir un effet de %(d)s écart-type dans %(target)s des cas, il faut %(n)s unités "
            "par groupe."
        ) % {
            "d": said(abs(planned.d), 2),
            "target": percent(planned.target),
            "n": said(planned.n_per_group_whole, 0),
        }
        if planned.clusters_per_group is not None:
            text += " " + _("Soit %(count)s grappes de %(size)s par groupe.") % {
                "count": said(planned.clusters_per_group, 0),
                "size": said(planned.cluster_size, 0),
            }
        found.append(Sentence("size", text))
    if planned.design_effect > 1:
        found.append(
            Sentence(
                "limit",
                _(
                    "Parce que les unités d’une même grappe se ressemblent, il en faut %(times)s fois "
                    "plus que si elles étaient indépendantes."
                )
                % {"times": said(planned.design_effect, 1)},
            )
        )
    return found + [Sentence("warning", str(notice)) for notice in planned.warnings]


def of_agreement(found: Agreement) -> list[Sentence]:
    """Krippendorff's alpha in words (ordinal, else nominal)."""
    alpha = found.nominal if found.ordinal is None else found.ordinal
    told = []
    if alpha is None:
        text = _("L’accord entre lecteurs ne peut pas être calculé.")
    else:
        value = {"alpha": said(alpha, 2)}
        if found.pairable_items < FEW_ITEMS:
            text = (
                _(
                    "Alpha = %(alpha)s, sur trop peu d’éléments pour dire si les lecteurs s’accordent."
                )
                % value
            )
        elif alpha >= RELIABLE:
            text = (
                _(
                    "Les lecteurs s’accordent (alpha = %(alpha)s) : d’autres lecteurs noteraient "
                    "sans doute de même. Cela ne dit pas que leurs notes sont justes."
                )
                % value
            )
        elif alpha >= TENTATIVE:
            text = (
                _(
                    "Les lecteurs s’accordent en partie (alpha = %(alpha)s) : conclusions provisoires "
                    "seulement."
                )
                % value
            )
        elif alpha > 0:
            text = (
                _(
                    "Les lecteurs s’accordent peu (alpha = %(alpha)s) : une moyenne de leurs notes "
                    "cacherait leurs désaccords."
                )
                % value
            )
        else:
            text = (
                _("Les lecteurs ne s’accordent pas plus que par hasard (alpha = %(alpha)s).")
                % value
            )
    told.append(Sentence("finding", text))
    return told + [Sentence("warning", str(notice)) for notice in found.warnings]


def of_allocation(allocation: Allocation) -> list[Sentence]:
    n = allocation.n
    return [
        Sentence(
            "finding",
            _(
                "%(treated)s unités commencent, %(control)s servent de comparaison. Le tirage peut "
                "être refait par chacun avec la graine « %(seed)s »."
            )
            % {"treated": n[TREATED], "control": n[CONTROL], "seed": allocation.seed},
        ),
        *(Sentence("warning", str(notice)) for notice in allocation.warnings),
    ]
