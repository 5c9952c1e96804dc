"""What matching hears from the floors below, inside the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from essaim.calls.models import Call, State
from essaim.matching import tasks
from essaim.matching.actions import arrivals, standing
from essaim.matching.models import Arrival, Standing
from essaim.needs.models import NeedQuerySet


def note_cards(sender: Any, initiatives: Iterable[int], **kwargs: Any) -> None:
    standing.note_changed(list(initiatives))


def note_schemes(sender: Any, schemes: Iterable[int], **kwargs: Any) -> None:
    arrivals.note(Arrival.Kind.SCHEME, schemes)


def note_pool(sender: Any, pool: int, **kwargs: Any) -> None:
    arrivals.note(Arrival.Kind.POOL, [pool])


def note_sponsor(sender: Any, sponsor: int, **kwargs: Any) -> None:
    arrivals.note(Arrival.Kind.SPONSOR, [sponsor])


def note_call(sender: Any, call: int, **kwargs: Any) -> None:
    """Told once it takes applications; a call that was told is not told again."""
    if Call.objects.filter(pk=call, state=State.OPEN).exists():
        arrivals.note(Arrival.Kind.CALL, [call])


def narrow_to_unmet(sender: Any, among: NeedQuerySet, **kwargs: Any) -> NeedQuerySet:
    """Those that the board of unmet needs would hold, in the same query."""
    return among.filter(pk__in=Standing.objects.unmet().values("need"))


def note_needs(sender: Any, needs: Iterable[int], **kwargs: Any) -> None:
    """What is withdrawn is erased here too, at once; the rest is weighed by a job that exists
    only if the transaction ends well."""
    pks = list(needs)
    standing.forget_withdrawn(pks)
    tasks.weigh.defer(needs=pks)
