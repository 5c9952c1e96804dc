"""What the applicants' side of calls tells the rest of the product, at start-up."""

from __future__ import annotations

from essaim.calls import keeping, merging
from essaim.calls import notifications_applying as notifications
from essaim.calls.waiting_applying import waiting
from essaim.common.waiting import register as register_waiting


def register_applying() -> None:
    notifications.register()
    register_waiting("calls_applying", waiting)
    keeping.register()
    merging.register()
