"""What follows a call, made known to the rooms below at start-up."""

from __future__ import annotations


def register_after() -> None:
    from essaim.common.waiting import register

    from . import notifications_after
    from .bench import register_bench
    from .keeping_after import register_keeping
    from .panels_after import register_panels
    from .waiting_after import waiting

    notifications_after.register()
    register("calls_after", waiting)
    register_panels()
    register_keeping()
    register_bench()
