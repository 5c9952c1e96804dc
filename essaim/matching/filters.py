"""First step: what may be an answer at all.

Published cards, those stopped for good left out. The search reads published cards only; what
is left is taken from the few that it proposes, since a filter on the whole bank would cost more
than it hides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from essaim.calls.models import Call
from essaim.initiatives.models import Initiative, InitiativeQuerySet, Status
from essaim.schemes.models import Scheme


def cards(keys: Sequence[int]) -> InitiativeQuerySet:
    """Those of these cards that may answer a need."""
    return answering(Initiative.objects.filter(pk__in=keys))


def answering(found: InitiativeQuerySet) -> InitiativeQuerySet:
    return found.published().exclude(status=Status.STOPPED)


def good(found: InitiativeQuerySet) -> InitiativeQuerySet:
    """Those that may be a *good* answer: more than an idea, and the holder has not refused."""
    return answering(found).exclude(status=Status.IDEA).exclude(consent_to_scale=False)


def schemes(keys: Sequence[int]) -> Any:
    """Those of these schemes that are not known to have ended."""
    return Scheme.objects.current().filter(pk__in=keys)


def calls() -> Any:
    """Those that take applications now, by the clock too."""
    return Call.objects.taking_applications().filter(is_template=False)
