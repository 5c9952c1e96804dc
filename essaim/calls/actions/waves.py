"""Drafts between the waves of a permanent call: none is left in a wave that takes it no more.

Order of locks: the earlier wave, then the later one, then the applications.
"""

from __future__ import annotations

import pghistory
from django.apps import apps
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from essaim.calls import following
from essaim.calls.models import SETTING_UP, Application, ApplicationState, Call, State

from .common import lock_call

# A wave that writers may read: announced, or open.
_TAKING = [State.ANNOUNCED, State.OPEN]


def lock_wave_before(call: Call) -> Call | None:
    """The wave that this one follows, locked; None where there is none, or it is not over."""
    near = _near(call, -1)
    if near is None:
        return None
    found = lock_call(near.pk)
    return None if found.state in {*SETTING_UP, State.OPEN} else found


def go_on_with_drafts(call: Call | None, following_wave: Call) -> int:
    """Drafts never submitted to ``call``, which is over, go on in the wave that follows it, and
    their writers are told; those with a delay of their own wait for its end. Returns how many."""
    if call is None:
        return 0
    ended = Q(extended_to=None) | Q(extended_to__lte=timezone.now())
    drafts = _drafts(call).filter(ended)
    people = following.writers(drafts)
    moved = _move(drafts, following_wave)
    if moved:
        following.moved(people, following_wave)
    return moved


def bring_back_drafts(call: Call) -> int:
    """Those that the closing of this wave sent to the next one, while nothing of them is submitted
    there. Returns how many; its reopening tells their writers, as it tells all. The caller holds
    the call."""
    after = _near(call, 1)
    if after is None:
        return 0
    history = apps.get_model("calls", "CallApplicationEvent")
    was_here = Exists(history.objects.filter(pgh_obj=OuterRef("pk"), call=call.pk))
    return _move(_drafts(lock_call(after.pk)).filter(was_here), call)


def go_on_after_delays() -> int:
    """What the clock does: a delay that ended without a submission leaves a draft, which goes on
    where the next wave already is. Returns how many."""
    late = Application.objects.filter(
        state=ApplicationState.DRAFT, last_number=0, extended_to__lte=timezone.now(),
        call__series__isnull=False,
    ).exclude(call__state__in=[*SETTING_UP, State.OPEN])  # fmt: skip
    waves = Call.objects.filter(
        state__in=_TAKING, series=OuterRef("call__series"), wave=OuterRef("call__wave") + 1
    )
    count = 0
    for pk in set(late.filter(Exists(waves)).values_list("call", flat=True)):
        with transaction.atomic(), pghistory.context(action="calls.go_on_after_delays"):
            after = _near(Call.objects.get(pk=pk), 1)
            if after is None:
                continue
            before, after = lock_wave_before(after), lock_call(after.pk)
            if after.state in _TAKING:
                count += go_on_with_drafts(before, after)
    return count


def _near(call: Call, way: int) -> Call | None:
    if call.series_id is None or call.wave is None:
        return None
    return Call.objects.filter(series=call.series_id, wave=call.wave + way).first()


def _drafts(call: Call) -> QuerySet[Application]:
    return Application.objects.filter(call=call, state=ApplicationState.DRAFT, last_number=0)


def _move(drafts: QuerySet[Application], to: Call) -> int:
    return drafts.update(
        call=to, form_number=to.form_number, extended_to=None, reminded_at=None
    )  # fmt: skip
