"""Who may do what with events, third places and networks (§ 14 of the domain)."""

from __future__ import annotations

from typing import Any

import rules

from essaim.common.remembered import asked_once
from essaim.initiatives.models import Initiative
from essaim.initiatives.rules import is_of_the_team
from essaim.people.rules import can_manage, is_representative, memberships_of

from .models import (
    PUBLIC,
    Challenge,
    Encounter,
    Event,
    Idea,
    Partnership,
    Registration,
    Seat,
    Task,
    ThirdPlace,
    represented,
)


@rules.predicate
def can_create(user: Any) -> bool:
    """In the name of an organisation that one represents; managers for any."""
    return bool(can_manage(user)) or any(
        each.is_representative for each in memberships_of(user).values()
    )


@rules.predicate
@asked_once
def represents_an_organiser(user: Any, event: Event) -> bool:
    if not user.is_authenticated:
        return False
    theirs = event.organisers.filter(organisation__in=represented(user))
    return theirs.exists()


# The event, its programme, who comes, its meetings, its documents.
can_run = represents_an_organiser | can_manage


@rules.predicate
def can_view(user: Any, event: Event) -> bool:
    """Agrees with ``EventQuerySet.visible_to``."""
    return event.state in PUBLIC or bool(can_run(user, event))


@rules.predicate
@asked_once
def is_registered(user: Any, event: Event) -> bool:
    if not user.is_authenticated:
        return False
    theirs = Registration.objects.registered().filter(event=event, user=user)
    return theirs.exists()


def is_named(encounter: Encounter, other: Seat) -> bool:
    """Whether one of a meeting reads who the other is: who gave their code is named once they say
    so themselves."""
    return not encounter.pair or bool(other.met) or other.registration.is_listed


# What only those who come see or do: the link on line, ideas, votes, documents of the session.
can_take_part = is_registered | can_run


@rules.predicate
@asked_once
def carries_a_card(user: Any, event: Event) -> bool:
    """One of the team of a published card."""
    if not user.is_authenticated:
        return False
    return Initiative.objects.published().written_by(user).exists()


# A challenge is a holder's, or put by who runs the event.
can_set_challenge = can_run | (is_registered & carries_a_card)


@rules.predicate
def can_correct(user: Any, said: Challenge | Idea) -> bool:
    """Of a challenge or an idea: who noted it, while they take part, and who runs the event."""
    event = said.challenge.event if isinstance(said, Idea) else said.event
    if bool(can_run(user, event)):
        return True
    return said.by_id is not None and said.by_id == user.pk and bool(is_registered(user, event))


@rules.predicate
def can_keep_tasks(user: Any, task: Task) -> bool:
    return bool(is_of_the_team(user, task.initiative)) or can_manage(user)


@rules.predicate
def can_confirm(user: Any, partnership: Partnership) -> bool:
    return bool(is_representative(user, partnership.other))


# --- third places ------------------------------------------------------------------------
@rules.predicate
def can_propose_place(user: Any) -> bool:
    """Any account; a manager publishes."""
    return bool(user.is_authenticated)


@rules.predicate
def is_of_the_place(user: Any, place: ThirdPlace) -> bool:
    if not user.is_authenticated:
        return False
    if place.organisation_id is not None and is_representative(user, place.organisation):
        return True
    # Until it is public: then it is that of the organisation that runs it.
    return place.created_by_id == user.pk and (
        place.state == ThirdPlace.State.PROPOSED or place.organisation_id is None
    )


@rules.predicate
def can_view_place(user: Any, place: ThirdPlace) -> bool:
    """Agrees with ``ThirdPlaceQuerySet.visible_to``."""
    if place.state == ThirdPlace.State.PUBLISHED or can_manage(user):
        return True
    return bool(user.is_authenticated) and (
        place.created_by_id == user.pk
        or (place.organisation_id is not None and is_representative(user, place.organisation))
    )


can_change_place = is_of_the_place | can_manage
can_publish_place = can_manage
