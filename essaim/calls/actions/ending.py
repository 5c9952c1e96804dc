"""The last steps of a call: laureates are accompanied, then it is archived; or it ends without
results, where nothing is left to decide."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from essaim.calls import clock, following, rules
from essaim.calls.models import (
    RESULTS,
    Appeal,
    Application,
    ApplicationState,
    Call,
    CallRound,
    Decision,
    EligibilityDecision,
    State,
    Support,
    SupportState,
    appeal_end,
)
from essaim.calls.signals import call_saved
from essaim.common.errors import DomainError
from essaim.peers.actions.rounds import abandon
from essaim.peers.models import UNDER_WAY

from .deciding_common import LATE, lock_all, reason_given

# Of applications: what somebody still has to instruct, read, decide or complete.
OPEN = [
    *(ApplicationState.SUBMITTED, ApplicationState.TO_COMPLETE),
    *(ApplicationState.ELIGIBLE, ApplicationState.IN_READING),
]
DROPPING = [State.CLOSED, State.READING, State.DECIDING]


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
    """Its pages stay; nothing more is expected of anybody. Refused while something is
    (``what_keeps``)."""
    call = _lock(call, by)
    if call.state == State.ARCHIVED:
        return call
    if call.state not in RESULTS:
        raise DomainError(_("Un appel s’archive après ses résultats."))
    if reasons := what_keeps(call):
        raise DomainError(" ".join(reasons))
    call.archive()
    with pghistory.context(user=by.pk, action="archive"):
        call.save(update_fields=["state"])
    return call


def what_keeps(call: Call) -> list[str]:
    """In words, what keeps a call from the archive: plans that run (their laureates would wait for
    reports that nobody reads), appeals to answer, files that an appeal took up, and the time that
    those who were refused have to appeal."""
    found, now = [], timezone.now()
    running = Support.objects.filter(
        application__call=call, application__state=ApplicationState.LAUREATE,
        state__in=[SupportState.PLANNED, SupportState.RUNNING],
    ).count()  # fmt: skip
    if running:
        words = _("Des accompagnements ne sont pas terminés (%(n)s) : fermez-les d’abord.")
        found.append(words % {"n": running})
    if appealed := Appeal.objects.open().filter(application__call=call).count():
        words = _("Des recours attendent leur réponse (%(n)s) : répondez-y d’abord.")
        found.append(words % {"n": appealed})
    if late := Application.objects.filter(call=call, state__in=LATE).count():
        words = _("Des candidatures reprises après un recours attendent leur décision (%(n)s).")
        found.append(words % {"n": late})
    until = _appeals_end(call)
    if until is not None and until > now:
        words = _("Un recours est possible jusqu’au %(when)s : archivez l’appel ensuite.")
        found.append(words % {"when": clock.shown(until, call)})
    return found


def _appeals_end(call: Call) -> dt.datetime | None:
    """Until when someone may still appeal; None where nobody was refused."""
    against = [ApplicationState.WAITING, ApplicationState.NOT_SELECTED]
    decided = Decision.objects.filter(call=call, application__state__in=against)
    refused = EligibilityDecision.objects.filter(
        application__call=call, application__state=ApplicationState.INELIGIBLE
    )
    last = refused.aggregate(last=Max("at"))["last"]
    ends = [
        decided.aggregate(last=Max("appeal_until"))["last"],
        appeal_end(call, last) if last else None,
    ]
    return max((each for each in ends if each is not None), default=None)


def may_drop(call: Call) -> bool:
    """Closed, and nothing is open any more: no application to decide on, none whose delay runs, no
    appeal to answer."""
    if call.state not in DROPPING:
        return False
    late = Application.objects.filter(call=call, state="draft", extended_to__gt=timezone.now())
    appealed = Appeal.objects.open().filter(application__call=call)
    open_ones = Application.objects.filter(call=call, state__in=OPEN)
    return not (open_ones.exists() or late.exists() or appealed.exists())


@transaction.atomic
def drop(call: Call, *, reason: str, by: Any) -> Call:
    """« Sans suite »: archived without results, with a reason that is public and told to those who
    applied. Refused while anything is open. Its reading, if one is under way, is abandoned."""
    if not rules.can_run(by, call):
        raise DomainError(_("Vous ne conduisez plus cet appel."))
    call = lock_all(call)
    if call.state == State.ARCHIVED:
        return call
    if not may_drop(call):
        raise DomainError(
            _("Des candidatures attendent encore une réponse : répondez-leur d’abord.")
        )
    call.ended_reason = reason_given(reason, "reason")[:1000]
    call.drop()
    with pghistory.context(user=by.pk, action="drop"):
        call.save(update_fields=["state", "results_at", "ended_reason"])
    known = CallRound.objects.filter(call=call).select_related("round").first()
    if known is not None and known.round.state in UNDER_WAY:
        abandon(known.round, call.ended_reason, by=by)
    following.dropped(call, by=by)
    call_saved.send(sender=Call, call=call.pk)
    return call
