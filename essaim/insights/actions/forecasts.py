"""Forecasts of cards: fitted by a job, kept with their date, or refused in words."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from essaim.initiatives.models import Initiative
from essaim.insights.models import CardForecast
from essaim.insights.uptake import Uptake, market_of, sites_of, to_commit, uptake_of
from essaim.replications.models import Replication
from essaim.statistics.notices import Refused

MET = "0.95"  # of the need: a curve reaches its whole only at infinity
DRAWS = 200
HORIZON = 50  # years: beyond, « not foreseeable »
LANGUAGES = ("fr", "en")


def recompute_all() -> int:
    """Cards with sites, the longest without a forecast first, as long as the setting allows; what
    has not changed is not fitted again. Returns how many have a forecast or a refusal."""
    end = time.monotonic() + settings.INSIGHTS["forecast_seconds"]
    with_sites = Replication.objects.committed().values("initiative")
    cards = Initiative.objects.published().filter(pk__in=with_sites)
    CardForecast.objects.exclude(initiative__in=cards.values("pk")).delete()
    done = 0
    for card in cards.order_by(F("forecast__computed_at").asc(nulls_first=True), "pk"):
        if time.monotonic() > end:
            break
        forecast_card(card)
        done += 1
    return done


def forecast_card(card: Initiative) -> CardForecast | None:
    """None, and nothing kept, before the first commitment."""
    sites, invented = sites_of(card)
    uptake = uptake_of(sites, invented, timezone.localdate())
    if uptake is None:
        CardForecast.objects.filter(initiative=card).delete()
        return None
    market = market_of(card, sites)
    known = CardForecast.objects.filter(initiative=card).first()
    if known and known.series == uptake.to_dict() and known.market == market:
        CardForecast.objects.filter(pk=known.pk).update(computed_at=timezone.now())
        return known
    found, _made = CardForecast.objects.update_or_create(
        initiative=card,
        defaults={
            "series": uptake.to_dict(), "market": market, "computed_at": timezone.now(),
            **_fitted(uptake, market),
        },
    )  # fmt: skip
    return found


def _fitted(uptake: Uptake, market: dict[str, Any] | None) -> dict[str, Any]:
    """Nothing to foresee where the need is met (the stop rule, § 2). Else the curve of the data
    alone where it stops before the need; else the one that the need bounds.
    ``met``: ``covered`` where it is; when, by the need's bounds and the curve's; ``stops``: where
    the data's own ends."""
    if market is None:
        result, refusal = _tried(uptake, None, draws=DRAWS)
        return {"result": result, "refusal": refusal, "met": None}
    if market["standing"] >= market["central"]:
        covered = {"sites": market["standing"], "high_too": market["standing"] >= market["high"]}
        return {"result": None, "refusal": None, "met": {"covered": covered}}
    free, _refusal = _tried(uptake, None, draws=DRAWS)
    if free and free["ci"]["m"][1] < to_commit(market):
        low, high = free["ci"]["m"]
        stops = {"m": free["m"], "low": low, "high": high}
        return {"result": free, "refusal": None, "met": {"stops": stops}}
    result, refusal = _tried(uptake, to_commit(market), draws=DRAWS)
    met = _met(uptake, market, result) if result else None
    return {"result": result, "refusal": refusal, "met": met}


def _tried(
    uptake: Uptake, market: float | None, *, draws: int
) -> tuple[dict[str, Any] | None, dict[str, str] | None]:
    """A forecast, or why not: in each language, since pages are read in either."""
    from essaim.statistics import diffusion

    refusal: dict[str, str] = {}
    for language in LANGUAGES:
        with translation.override(language):
            try:
                _refuse_few(sum(uptake.committed))
                series = diffusion.of(
                    uptake.t, [float(n) for n in uptake.committed]
                )  # fmt: skip
                ahead = round(10 / uptake.step) if uptake.step == 1 else 12
                found = diffusion.forecast(series, market=market, draws=draws, ahead=ahead)
            except Refused as refused:
                refusal |= {"code": refused.code, language: str(refused.message)}
            else:
                return found.to_dict(), None
    return None, refusal


def _refuse_few(sites: int) -> None:
    least = settings.INSIGHTS["forecast_sites"]
    if sites < least:
        raise Refused(
            "few_sites",
            _(
                "%(n)s reprise(s) dans les périodes achevées : il en faut au moins %(least)s pour que "
                "leur rythme dise quelque chose de la suite."
            )
            % {"n": sites, "least": least},
        )


def _met(uptake: Uptake, market: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """When the need would be met, by the need's own bounds and the curve's."""
    times = [list(result["reached"][MET])]
    for bound in ("low", "high"):
        if market[bound] <= market["standing"]:
            times.append([result["last"]] * 3)  # already, if the need is that small
        elif market[bound] != market["central"]:
            other, _refusal = _tried(uptake, to_commit(market, bound), draws=0)
            if other:
                times.append(other["reached"][MET])
    low, high = min(t[0] for t in times), max(t[2] for t in times)
    end = result["last"] + HORIZON
    return {
        "low": low,
        "central": times[0][1] if times[0][1] < end else None,
        "high": high if high < end else None,
    }
