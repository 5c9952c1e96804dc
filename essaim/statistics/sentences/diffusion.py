"""Sentences on a forecast of diffusion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import formats
from django.utils.translation import gettext as _

from essaim.statistics.sentences.effects import Sentence
from essaim.statistics.sentences.numbers import decimals_for, said

if TYPE_CHECKING:  # numpy and scipy come with it
    from essaim.statistics.diffusion import Forecast


def count(value: float) -> str:
    """Adoptions: whole from ten on."""
    return said(value, 0 if abs(value) >= 10 else 1)


def moment(value: float, step: float) -> str:
    """A time in units of t: « 1957,6 » ; thousands are not grouped, years are times too."""
    decimals = 1 if step >= 1 else min(4, decimals_for(step) + 1)
    text = said(value, decimals)
    for separator in ("\u202f", "\xa0", formats.get_format("THOUSAND_SEPARATOR")):
        text = text.replace(separator, "")
    return text


def of_forecast(found: Forecast) -> list[Sentence]:
    low, high = found.ci["peak_time"]
    sentences = []
    if found.market == "free":
        sentences.append(
            Sentence(
                "finding",
                _(
                    "La courbe mène à %(m)s reprises en tout (entre %(low)s et %(high)s) ; %(done)s "
                    "sont faites."
                )
                % {
                    "m": count(found.m),
                    "low": count(found.ci["m"][0]),
                    "high": count(found.ci["m"][1]),
                    "done": count(found.adopted),
                },
            )
        )
    else:
        sentences.append(
            Sentence(
                "finding",
                _("%(done)s reprises sont faites sur les %(m)s que compte le besoin donné.")
                % {"done": count(found.adopted), "m": count(found.m)},
            )
        )
    values = {
        "peak": count(found.peak),
        "t": moment(found.peak_time, found.step),
        "low": moment(low, found.step),
        "high": moment(high, found.step),
    }
    if found.peak_time <= found.last:
        text = _(
            "Le sommet est passé : %(peak)s reprises par période vers t = %(t)s (entre %(low)s et "
            "%(high)s)."
        )
    else:
        text = _(
            "Le sommet viendrait vers t = %(t)s (entre %(low)s et %(high)s), avec %(peak)s reprises "
            "par période."
        )
    sentences.append(Sentence("certainty", text % values))
    start, centre, end = found.reached["0.9"]
    sentences.append(
        Sentence(
            "certainty",
            _("Neuf reprises sur dix seraient faites vers t = %(t)s (entre %(low)s et %(high)s).")
            % {
                "t": moment(centre, found.step),
                "low": moment(start, found.step),
                "high": moment(end, found.step),
            },
        )
    )
    sentences.append(
        Sentence(
            "limit",
            _(
                "Une prolongation n’est pas une promesse : elle suppose que rien ne change dans "
                "l’effort, l’offre et le besoin."
            ),
        )
    )
    return sentences + [Sentence("warning", str(notice)) for notice in found.warnings]
