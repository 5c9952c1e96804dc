"""Whom a passage warns."""

from __future__ import annotations

from essaim.following.actions import tell
from essaim.harvest.models import Run

KIND = "harvest_run"
BROKEN, DOUBTED = "harvest_broken", "harvest_doubted"


def warn(run: Run, verb: str) -> None:
    """The manager who follows the source, at once: the passage's page says why."""
    manager = run.source.manager
    if manager is not None:
        tell(manager, verb, KIND, str(run.pk), waits=True, once=f"run:{run.pk}")
