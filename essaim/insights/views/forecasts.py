"""How a card spreads, how far it may go, and what more effort would change."""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from essaim.initiatives.models import Initiative
from essaim.insights.models import CardForecast
from essaim.insights.pictures import curve
from essaim.insights.uptake import Uptake, label, period_holding
from essaim.replications.views.common import fetch_card
from essaim.search import engine
from essaim.statistics.notices import Notice

MOST_HELPED = 1000
SIMILAR = 12


@require_safe
def forecast(request: HttpRequest, slug: str) -> HttpResponse:
    card = fetch_card(request, slug)
    found = CardForecast.objects.filter(initiative=card).first()
    extra = _extra(request.GET.get("aides", ""))
    context: dict[str, Any] = {"card": card, "found": found, "extra": extra}
    if found is not None:
        uptake = Uptake.from_dict(found.series)
        context |= {
            "uptake": uptake,
            "total": sum(uptake.committed),
            "stopped": sum(uptake.stopped),
            "curve": curve(uptake, found.result, found.market, extra or 0),
            "yearly": uptake.step == 1,
            "market": found.market,
            **_words(found, uptake),
            "similar": _similar(card),
        }
    return render(request, "insights/forecast.html", context)


def _extra(text: str) -> int | None:
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
