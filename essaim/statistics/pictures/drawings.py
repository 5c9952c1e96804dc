"""Forest plot, group means, power curve, avoided costs by payer.

Names stand above their line, so that pictures stay readable on a telephone. Colours and letters
come from the classes of ``static/statistics/pictures.css``; without it the drawing is black.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from essaim.statistics.avoided_costs import Avoided
from essaim.statistics.pictures.axis import Axis, axis
from essaim.statistics.pooling import Pooled, Site
from essaim.statistics.power import Planned, power
from essaim.statistics.results import CONTROL, TREATED, Effect, Result
from essaim.statistics.sentences.costs import euros
from essaim.statistics.sentences.numbers import decimals_for, said

WIDTH = 400
SHOWN = 480  # pixels on a wide screen; less where there is less room
MARGIN = 16
ROW = 46


@dataclass(frozen=True)
class Picture:
    """``svg`` is safe markup; ``headings`` and ``rows`` are the same numbers, written out."""

    svg: SafeString
    title: str
    headings: list[str]
    rows: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class Bar:
    """One line of a picture: a point and its interval, in the axis' units."""

    name: str
    value: float
    low: float
    high: float
    label: str
    weight: float | None = None  # percent: the size of its square
    shape: str = "square"  # "square", "diamond" (a mean), "bar" (an interval alone)


def _px(value: float) -> str:
    return f"{value:.1f}"


def _bars(
    bars: Sequence[Bar], title: str, *, reference: float | None, decimals_at_least: int = 0
) -> SafeString:
    values = [v for bar in bars for v in (bar.low, bar.value, bar.high)]
    if reference is not None:
        values.append(reference)
    along = axis(values, MARGIN, WIDTH - MARGIN)
    height = ROW * len(bars) + 44
    parts = [_scale(along, height, decimals_at_least)]
    if reference is not None and along.low <= reference <= along.high:
        x = _px(along.at(reference))
        parts.append(
            format_html(
                '<line class="picture-reference" x1="{}" x2="{}" y1="4" y2="{}" stroke="currentColor"'
                ' stroke-dasharray="4 3"/>',
                x,
                x,
                height - 34,
            )
        )
    parts += [_bar(bar, along, number * ROW) for number, bar in enumerate(bars)]
    return _svg(title, height, parts)


def _svg(title: str, height: float, parts: list[SafeString]) -> SafeString:
    return format_html(
        '<svg class="picture" role="img" aria-label="{}" xmlns="http://www.w3.org/2000/svg"'
        ' viewBox="0 0 {} {}" width="{}" fill="currentColor" font-size="14">{}</svg>',
        title, WIDTH, _px(height), SHOWN,
        format_html_join("", "{}", ((part,) for part in parts)),
    )  # fmt: skip


def _scale(along: Axis, height: float, decimals_at_least: int) -> SafeString:
    base = height - 30
    decimals = max(along.decimals, decimals_at_least)
    ticks = format_html_join(
        "",
        '<line x1="{0}" x2="{0}" y1="{1}" y2="{2}" stroke="currentColor"/>'
        '<text x="{0}" y="{3}" text-anchor="{4}">{5}</text>',
        (
            (
                _px(along.at(t)), _px(base), _px(base + 5), _px(base + 22),
                _anchor(along, t), said(t, decimals),
            )
            for t in along.ticks
        ),
    )  # fmt: skip
    return format_html(
        '<g class="picture-axis"><line x1="{}" x2="{}" y1="{}" y2="{}" stroke="currentColor"/>{}</g>',
        _px(along.start), _px(along.end), _px(base), _px(base), ticks,
    )  # fmt: skip


def _anchor(along: Axis, tick: float) -> str:
    """End labels stay within the picture."""
    if tick == along.ticks[0]:
        return "start"
    return "end" if tick == along.ticks[-1] else "middle"


def _bar(bar: Bar, along: Axis, top: float) -> SafeString:
    middle = top + 32
    low, x, high = along.at(bar.low), along.at(bar.value), along.at(bar.high)
    if bar.shape == "diamond":
        mark = format_html(
            '<polygon points="{},{} {},{} {},{} {},{}"/>',
            _px(low), _px(middle), _px(x), _px(middle - 7),
            _px(high), _px(middle), _px(x), _px(middle + 7),
        )  # fmt: skip
    elif bar.shape == "bar":
        mark = format_html(
            '<rect x="{}" y="{}" width="{}" height="4"/>',
            _px(low), _px(middle - 2), _px(max(1.0, high - low)),
        )  # fmt: skip
    else:
        side = 8.0 if bar.weight is None else 5 + 0.9 * max(0.0, bar.weight) ** 0.5
        mark = format_html(
            '<line x1="{0}" x2="{1}" y1="{2}" y2="{2}" stroke="currentColor" stroke-width="2"/>'
            '<line x1="{0}" x2="{0}" y1="{3}" y2="{4}" stroke="currentColor" stroke-width="2"/>'
            '<line x1="{1}" x2="{1}" y1="{3}" y2="{4}" stroke="currentColor" stroke-width="2"/>'
            '<rect x="{5}" y="{6}" width="{7}" height="{7}"/>',
            _px(low), _px(high), _px(middle), _px(middle - 4), _px(middle + 4),
            _px(x - side / 2), _px(middle - side / 2), _px(side),
        )  # fmt: skip
    return format_html(
        '<g class="picture-row picture-{}"><text x="{}" y="{}">{}</text>'
        '<text x="{}" y="{}" text-anchor="end">{}</text>{}</g>',
        bar.shape, MARGIN, _px(top + 16), _short(bar.name),
        WIDTH - MARGIN, _px(top + 16), bar.label, mark,
    )  # fmt: skip


def _short(name: str, most: int = 28) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def _label(value: float, low: float, high: float) -> str:
    decimals = max(2, decimals_for(value, low, high, precision=max(abs(value), 0.1)))
    return f"{said(value, decimals)} [{said(low, decimals)}\u00a0; {said(high, decimals)}]"


def forest(sites: Sequence[Site], *, title: str = "", extra: Sequence[Bar] = ()) -> Picture:
    """Each site's effect and interval, squares sized by weight; ``extra`` beneath (means)."""
    title = title or _("Effet par site, avec son intervalle de confiance à 95 %")
    bars = [
        Bar(s.name, s.effect, s.ci_low, s.ci_high, _label(s.effect, s.ci_low, s.ci_high), s.weight)
        for s in sites
    ] + list(extra)
    rows = [
        [
            bar.name,
            "" if bar.shape == "bar" else said(bar.value, 3),
            said(bar.low, 3),
            said(bar.high, 3),
            "" if bar.weight is None else _("%(value)s\u00a0%%") % {"value": said(bar.weight, 1)},
        ]
        for bar in bars
    ]
    headings = [_("Site"), _("Effet"), _("Borne basse"), _("Borne haute"), _("Poids")]
    return Picture(_bars(bars, title, reference=0.0), title, headings, rows)


def of_pooled(pooled: Pooled, *, title: str = "") -> Picture:
    """The forest plot of a pooling: sites, mean (diamond), and what a new site may expect."""
    mean = Bar(
        _("Effet moyen"), pooled.estimate, pooled.ci_low, pooled.ci_high,
        _label(pooled.estimate, pooled.ci_low, pooled.ci_high), shape="diamond",
    )  # fmt: skip
    extra = [mean]
    if pooled.prediction_low is not None and pooled.prediction_high is not None:
        low, high = pooled.prediction_low, pooled.prediction_high
        decimals = max(2, decimals_for(low, high, precision=0.1))
        text = f"[{said(low, decimals)}\u00a0; {said(high, decimals)}]"
        extra.append(Bar(_("Dans un nouveau site"), pooled.estimate, low, high, text, shape="bar"))
    return forest(pooled.sites, title=title, extra=extra)


def means(result: Result, *, measure: str = "", unit: str = "") -> Picture:
    """Each group's mean (before, after) or proportion, with its 95 % interval.

    Intervals are each mean's own (t, or Wilson for proportions), units taken as independent.
    """
    bars: list[Bar] = []
    names = {TREATED: _("Bénéficiaires"), CONTROL: _("Témoins")}
    moments = {"pre": _("avant"), "post": _("après")}
    for group in (TREATED, CONTROL):
        if group not in result.n:
            continue
        if group in result.rates:
            bars.append(_rate(names[group], result.rates[group]))
            continue
        for moment, label in moments.items():
            mean, sd = result.means[group].get(moment), result.sds[group].get(moment)
            if mean is not None and sd is not None:
                bars.append(_mean(f"{names[group]}, {label}", mean, sd, result.n[group]))
    title = _("Moyennes des groupes, avec leur intervalle de confiance à 95 %")
    if result.rates:
        title = _("Proportion dans chaque groupe (%), avec son intervalle de confiance à 95 %")
    if measure:
        title = f"{title} – {measure}" + (f" ({unit})" if unit else "")
    rows = [[b.name, *_written(b)] for b in bars]
    average = _("Proportion (%)") if result.rates else _("Moyenne")
    headings = [_("Groupe"), average, _("Borne basse"), _("Borne haute")]
    return Picture(_bars(bars, title, reference=None), title, headings, rows)


def _written(bar: Bar) -> list[str]:
    decimals = max(1, decimals_for(bar.value, precision=max(bar.high - bar.low, 1e-6) / 4))
    return [said(v, decimals) for v in (bar.value, bar.low, bar.high)]


def _rate(name: str, rate: Effect) -> Bar:
    value, low, high = (100 * (v or 0.0) for v in (rate.value, rate.ci_low, rate.ci_high))
    text = f"{said(value, 1)} [{said(low, 1)}\u00a0; {said(high, 1)}]"
    return Bar(name, value, low, high, text)


def _mean(name: str, mean: float, sd: float, n: int) -> Bar:
    from essaim.statistics.effects.core import t_quantile

    half = t_quantile(n - 1) * sd / n**0.5 if n > 1 else 0.0
    bar = Bar(name, mean, mean - half, mean + half, "")
    value, low, high = _written(bar)
    return Bar(name, mean, mean - half, mean + half, f"{value} [{low}\u00a0; {high}]")


def power_curve(planned: Planned) -> Picture:
    """Probability of seeing the planned effect, by number of units per group."""
    d = planned.d or 0.5
    top = max(planned.n or 0, planned.n_per_group or 0, 20) * 1.5
    least = max(4.0, 2 * planned.cluster_size) if planned.icc else 4.0
    sizes = [least + (max(top, 2 * least) - least) * i / 40 for i in range(41)]
    points = [(n, power(d, n, planned.cluster_size, planned.icc)) for n in sizes]
    title = _("Chances de voir l’effet, selon le nombre d’unités par groupe")
    across, height = axis([0.0, *sizes], MARGIN + 34, WIDTH - MARGIN), 260.0
    up = Axis(0.0, 1.0, height - 34, 16, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0), 0)
    line = " ".join(f"{_px(across.at(n))},{_px(up.at(p))}" for n, p in points)
    levels = format_html_join(
        "",
        '<line class="picture-grid" x1="{}" x2="{}" y1="{}" y2="{}" stroke="currentColor"'
        ' stroke-opacity="0.25"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (
                _px(across.start), _px(across.end), _px(up.at(t)), _px(up.at(t)),
                _px(across.start - 6), _px(up.at(t) + 5), said(100 * t, 0),
            )
            for t in up.ticks
        ),
    )  # fmt: skip
    parts = [
        _scale(across, height, 0),
        levels,
        format_html(
            '<polyline class="picture-curve" points="{}" fill="none" stroke="currentColor"'
            ' stroke-width="3"/>',
            line,
        ),
    ]
    rows = [[said(n, 0), said(100 * p, 0)] for n, p in points[::4]]
    headings = [_("Unités par groupe"), _("Chances de voir l’effet (%)")]
    return Picture(_svg(title, height, parts), title, headings, rows)


def avoided_costs(avoided: Avoided) -> Picture:
    """Cashable avoided costs by payer, low to high, in euros."""
    title = _("Coûts évités par payeur, de l’hypothèse basse à la haute (€)")
    amounts = {**avoided.by_payer, _("Total"): avoided.total}
    bars = [
        Bar(name, float(a.central), float(a.low), float(a.high), euros(a.central))
        for name, a in amounts.items()
    ]
    rows = [[name, *(euros(v) for v in a.values)] for name, a in amounts.items()]
    headings = [_("Payeur"), _("Bas"), _("Central"), _("Haut")]
    return Picture(_bars(bars, title, reference=0.0), title, headings, rows)
