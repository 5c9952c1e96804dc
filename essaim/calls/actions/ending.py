"""The last steps of a call: laureates are accompanied, then it is archived."""

from __future__ import annotations

from typing import Any

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.calls import rules
from essaim.calls.models import RESULTS, Call, State, Support, SupportState
from essaim.common.errors import DomainError


def _lock(call: Call, by: Any) -> Call:
    if not rules.can_run(by, call):
        raise DomainError(_("Vous ne conduisez plus cet appel."))
    return Call.objects.select_for_update(no_key=True).get(pk=call.pk)


@transaction.atomic
def begin_support(call: Call, *, by: Any) -> Call:
    """The same button twice begins once. Each laureate was told with their own plan."""
    call = _lock(call, by)
    if call.state in {State.SUPPORT, State.ARCHIVED}:
        return call
    if not can_proceed(call.begin_support):
        raise DomainError(_("L’accompagnement commence après la publication des résultats."))
    call.begin_support()
    with pghistory.context(user=by.pk, action="begin_support"):
        call.save(update_fields=["state"])
    return call


@transaction.atomic
def archive(call: Call, *, by: Any) -> Call:
    """Its pages stay; nothing more is expected of anybody. Refused while a plan is running: its
    laureate would wait for reports that nobody reads."""
    call = _lock(call, by)
    if call.state == State.ARCHIVED:
        return call
    if call.state not in RESULTS:
        raise DomainError(_("Un appel s’archive après ses résultats."))
    running = Support.objects.filter(
        application__call=call, state__in=[SupportState.PLANNED, SupportState.RUNNING]
    ).count()
    if running:
        raise DomainError(
            _("Des accompagnements ne sont pas terminés (%(n)s) : fermez-les d’abord.")
            % {"n": running}
        )
    call.archive()
    with pghistory.context(user=by.pk, action="archive"):
        call.save(update_fields=["state"])
    return call
