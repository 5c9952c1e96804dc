"""What came of a card's introductions, in figures that name nobody."""

from __future__ import annotations

import statistics
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.initiatives.models import Initiative
from essaim.introductions.models import Introduction, Outcome, Side


def of_card(card: Initiative, *, exact: bool) -> dict[str, Any] | None:
    """One query. Below ``smallest_cell`` a figure is said « moins de … », except to the card's
    team (``exact``); the delay is the median, in days, of the holder's answers."""
    rows = list(
        Introduction.objects.filter(card=card)
        .exclude(state=Introduction.State.WITHDRAWN)
        .order_by()
        .values_list("side", "state", "outcome", "created_at", "answered_at")
    )
    if not rows:
        return None
    counts = {
        "all": len(rows),
        **{each: sum(row[2] == each for row in rows) for each in Outcome.values},
    }
    going = sum(row[1] in Introduction.OPEN for row in rows)
    delays = [
        (timezone.localdate(answered) - timezone.localdate(created)).days
        for side, _state, _outcome, created, answered in rows
        if side == Side.ADOPTER and answered is not None
    ]
    smallest: int = settings.INTRODUCTIONS["smallest_cell"]
    told = exact or len(delays) >= smallest
    return {
        "all": _masked(counts["all"], exact, smallest),
        "going": _masked(going, exact, smallest),
        "outcomes": [
            (Outcome(each).label, _masked(counts[each], exact, smallest))
            for each in Outcome.values
            if counts[each]
        ],
        "median_days": statistics.median(delays) if delays and told else None,
    }


def _masked(count: int, exact: bool, smallest: int) -> str:
    if exact or count == 0 or count >= smallest:
        return str(count)
    return _("moins de %(n)s") % {"n": smallest}
