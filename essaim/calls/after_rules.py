"""Who may do what once the results are known."""

from __future__ import annotations

from typing import Any

import rules

from .models import RESULTS, Application, ApplicationState, State, Support
from .rules import can_instruct, can_write

# A plan may be prepared while the decisions are, so that it is announced with its laureate; one
# who is called from the waiting list of an archived call has theirs too.
PLANNING = [State.DECIDING.value, *RESULTS]


@rules.predicate
def can_plan(user: Any, application: Application) -> bool:
    """Runs the call, and has no link with what is accompanied."""
    return can_instruct(user, application)


@rules.predicate
def can_view_support(user: Any, support: Support) -> bool:
    return Support.objects.visible_to(user).filter(pk=support.pk).exists()


@rules.predicate
def can_report(user: Any, support: Support) -> bool:
    return can_write(user, support.application)


def is_known(application: Application) -> bool:
    """Whether its results are published."""
    return application.call.state in RESULTS


@rules.predicate
def can_tell_lesson(user: Any, application: Application) -> bool:
    """Who applied, once the results are known: laureate or not."""
    return (
        is_known(application)
        and application.last_number > 0
        and application.state != ApplicationState.WITHDRAWN
        and can_write(user, application)
    )


@rules.predicate
def can_begin_sites(user: Any, application: Application) -> bool:
    """Who writes it or runs the call, once an organisation is known to have won with it in a call
    that asks which initiative each site takes up."""
    return (
        is_known(application)
        and application.state == ApplicationState.LAUREATE
        and application.adopts_id is not None
        and application.organisation_id is not None
        and (can_write(user, application) or can_plan(user, application))
    )


@rules.predicate
def can_choose_credit(user: Any, application: Application) -> bool:
    """The person themselves."""
    return application.by_person and application.person_id == user.pk


@rules.predicate
def can_make_card(user: Any, application: Application) -> bool:
    """Of its side, for what was submitted or drafted; an application about a card has one."""
    return can_write(user, application)
