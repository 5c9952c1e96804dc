"""How a card spreads, how far it may go, and what more effort would change."""

from __future__ import annotations

import math
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from essaim.initiatives.models import Initiative
from essaim.insights.actions.forecasts import HORIZON
from essaim.insights.models import CardForecast
from essaim.insights.pictures import curve, met_with_more
from essaim.insights.uptake import Uptake, label, period_holding, to_commit
from essaim.replications.views.common import fetch_card
from essaim.search import engine
from essaim.statistics.notices import Notice

MOST_HELPED = 1000
SIMILAR = 12


@require_safe
def forecast(request: HttpRequest, slug: str) -> HttpResponse:
    card = fetch_card(request, slug)
    found = CardForecast.objects.filter(initiative=card).first()
    helped = _number(request.GET.get("aides", ""))
    sponsors = _number(request.GET.get("parrains", ""))
    context: dict[str, Any] = {"card": card, "found": found}
    if found is not None:
        uptake = Uptake.from_dict(found.series)
        by_sponsors = (sponsors or 0) * settings.INSIGHTS["sites_a_sponsor"] * uptake.step
        extra = (helped or 0) + by_sponsors
        context |= {
            "uptake": uptake,
            "total": sum(uptake.committed),
            "stopped": sum(uptake.stopped),
            "curve": curve(uptake, found.result, found.market, extra),
            "helped": helped,
            "sponsors": sponsors,
            "a_sponsor": settings.INSIGHTS["sites_a_sponsor"],
            "need_to_commit": to_commit(found.market) if found.market else None,
            "what_if": _what_if(uptake, found, extra),
            "yearly": uptake.step == 1,
            "market": found.market,
            **_words(found, uptake),
            "similar": _similar(card),
        }
    return render(request, "insights/forecast.html", context)


def _what_if(uptake: Uptake, found: CardForecast, extra: float) -> dict[str, str] | None:
    """When the need would be met with so much more effort; None without a need or an hypothesis."""
    if not (extra and found.result and found.market):
        return None
    at = met_with_more(uptake, found.result, to_commit(found.market), extra, years=HORIZON)
    return {"met": "" if at is None else label(at, uptake.step)}


def _number(text: str) -> int | None:
    try:
        number = int(text)
    except ValueError:
        return None
    return number if 0 < number <= MOST_HELPED else None


def _words(found: CardForecast, uptake: Uptake) -> dict[str, Any]:
    """The result as a person reads it: periods by their name, refusals in their language."""
    if found.refusal:
        language = (translation.get_language() or "fr")[:2]
        return {"refusal": found.refusal.get(language) or found.refusal.get("fr", "")}
    if found.met and "covered" in found.met:
        return {"covered": found.met["covered"]}
    if not found.result:
        return {}
    result = found.result

    def name(t: float | None) -> str:
        return "" if t is None else label(period_holding(t, uptake.step), uptake.step)

    low, high = result["ci"]["peak_time"]
    met = found.met or {}
    return {
        "result": result,
        "peak": name(result["peak_time"]),
        "peak_low": name(low),
        "peak_high": name(high),
        "peak_passed": result["peak_time"] <= result["last"],
        "warnings": [str(Notice.from_dict(each)) for each in result["warnings"]],
        "met": {key: name(met.get(key)) for key in ("low", "central", "high")} if met else None,
        "stops": met.get("stops"),
        "market_high": math.ceil(result["ci"]["m"][1]),
    }


def _similar(card: Initiative) -> list[dict[str, Any]]:
    """Cards close in meaning that have spread too: how many sites after as many periods."""
    near = [hit.object_id for hit in engine.similar("initiative", card.pk, limit=SIMILAR)]
    rows = []
    for each in CardForecast.objects.filter(
        initiative__in=near, initiative__publication="published"
    ).select_related("initiative"):
        uptake = Uptake.from_dict(each.series)
        years = len(uptake.t) * uptake.step
        rows.append(
            {
                "card": each.initiative,
                "sites": sum(uptake.committed),
                "stopped": sum(uptake.stopped),
                "years": years,
                "a_year": sum(uptake.committed) / years if years else None,
                "invented": uptake.invented,
                "result": each.result,
            }
        )
    return sorted(rows, key=lambda row: near.index(row["card"].pk))
