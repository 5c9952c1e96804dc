"""What the search adds to other pages: similar initiatives on a card, cards on a territory."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from essaim.common.panels import Panel, register
from essaim.initiatives.models import Initiative
from essaim.search import engine, results
from essaim.search.filters import Criteria
from essaim.territories.models import Territory

SIMILAR = 5
ON_TERRITORY = 10


def similar_initiatives(request: HttpRequest, card: Initiative) -> dict[str, Any] | None:
    """The published cards closest in meaning; nothing while the card is not indexed yet."""
    hits = engine.similar("initiative", card.pk, limit=SIMILAR)
    rows = results.rows(hits)
    return {"rows": rows} if rows else None


def initiatives_here(request: HttpRequest, territory: Territory) -> dict[str, Any]:
    """Those that run inside or apply here, the best proven first."""
    criteria = Criteria(territory=territory, sort="proven")
    page = results.find(criteria, size=ON_TERRITORY)
    return {"page": page, "url": criteria.url(), "territory": territory}


def register_panels() -> None:
    register(
        Panel(
            "initiative",
            "semblables",
            _("Initiatives semblables"),
            "search/panel_similar.html",
            similar_initiatives,
            order=900,
        )
    )
    register(
        Panel(
            "territory",
            "initiatives",
            _("Initiatives qui s’y déroulent ou s’y appliquent"),
            "search/panel_territory.html",
            initiatives_here,
            order=10,
        )
    )
