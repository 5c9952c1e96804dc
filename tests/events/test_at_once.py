"""Many people, as many connections, the same instant: never one place too many."""

from __future__ import annotations

import time

import pytest

from essaim.events.actions import events, registrations
from essaim.events.models import Event, Registration
from tests.at_once import at_once
from tests.events.factories import EventFactory, comes, who_runs
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_for_the_last_place() -> None:
    event = EventFactory(capacity=1)
    people = [UserFactory(), UserFactory()]
    ends = at_once(*(lambda who=who: registrations.register(event, by=who) for who in people))  # type: ignore[misc]
    assert ends == ["done", "done"]
    assert sorted(Registration.objects.values_list("state", flat=True)) == ["registered", "waiting"]


def test_one_person_presses_twice() -> None:
    event, who = EventFactory(capacity=5), UserFactory()
    ends = at_once(*[lambda: registrations.register(event, by=who)] * 3)
    assert ends == ["done"] * 3
    event.refresh_from_db()
    assert Registration.objects.count() == event.registered_count == 1


def test_one_leaves_while_another_comes_and_places_are_lowered() -> None:
    event = EventFactory(capacity=2)
    row = comes(event)
    comes(event)
    by, newcomer = who_runs(event), UserFactory()
    given = {name: getattr(event, name) for name in events.PLAIN} | {"capacity": 1}
    organisers = [each.organisation for each in event.organisers.all()]
    at_once(
        lambda: registrations.leave(row, by=row.user),
        lambda: registrations.register(event, by=newcomer),
        lambda: events.change_event(event, by=by, organisers=organisers, put_aside=True, **given),
    )
    event.refresh_from_db()
    states = list(Registration.objects.values_list("state", flat=True))
    assert states.count("registered") == event.registered_count == 1
    assert states.count("waiting") == event.waiting_count == 1


def test_forty_at_once_for_fifteen_places() -> None:
    event = EventFactory(capacity=15)
    people = [UserFactory() for _n in range(40)]
    start = time.monotonic()
    ends = at_once(*(lambda who=who: registrations.register(event, by=who) for who in people))  # type: ignore[misc]
    assert ends == ["done"] * 40
    assert time.monotonic() - start < 20
    event = Event.objects.get()
    states = list(Registration.objects.values_list("state", flat=True))
    assert states.count("registered") == event.registered_count == 15
    assert states.count("waiting") == event.waiting_count == 25
