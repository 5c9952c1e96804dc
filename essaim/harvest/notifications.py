"""Whom a passage warns."""

from __future__ import annotations

from essaim.following.actions import tell
from essaim.harvest.models import Run
from essaim.people.models import User

KIND = "harvest_run"
BROKEN, DOUBTED = "harvest_broken", "harvest_doubted"


def warn(run: Run, verb: str) -> None:
    """The manager who follows the source, at once: the passage's page says why. All managers where
    nobody follows it any more: who left their place, or lost the role, reads none of it."""
    source = run.source
    if source.is_followed:
        people = [source.manager]
    else:
        people = list(User.objects.managers().order_by("pk"))
    for person in people:
        tell(person, verb, KIND, str(run.pk), waits=True, once=f"run:{run.pk}")
