"""What the publication of results begins at the same instant: cards and support plans."""

from __future__ import annotations

from typing import Any

from essaim.calls.models import Application, ApplicationState, Call

from .support import announce_plans, follow_decision, mark_cards


def announce_results(call: Call, *, by: Any) -> None:
    """Within the transaction that publishes."""
    won = Application.objects.filter(call=call, state=ApplicationState.LAUREATE)
    mark_cards(list(won.select_related("initiative", "call")), by=by)
    announce_plans(call, by=by)


def decision_changed(application: Application, *, reasons: str = "", by: Any) -> None:
    """After an appeal, a renunciation (``reasons``: its own), or a move up the waiting list."""
    fresh = Application.objects.select_related("initiative", "call").get(pk=application.pk)
    mark_cards([fresh], by=by)
    follow_decision(fresh, reasons=reasons, by=by)
