"""Many people, as many connections, the same instant: never one place too many."""

from __future__ import annotations

import time
from typing import Any

import pytest

from essaim.events.actions import events, meetings, programme, registrations
from essaim.events.models import Encounter, Event, Registration, Seat
from essaim.following.models import Notification
from tests.at_once import at_once
from tests.events.factories import EventFactory, comes, encounter, soon, who_runs
from tests.people.factories import UserFactory
from tests.themes.factories import ThemeFactory

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


def test_people_register_while_meetings_are_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver holds no lock: someone registers during it, and is in what it then proposes."""
    event, theme = EventFactory(meets=True), ThemeFactory()
    seeker = comes(event, meets=True, themes_sought=[theme])
    comes(event, meets=True, themes_brought=[theme])
    programme.make_slots(event, starts_at=event.starts_at, number=2, minutes=20)
    meetings.ask_meetings(event, by=who_runs(event), most=2)
    newcomer, solve, ends = UserFactory(), meetings.place, []

    def slow(*args: Any, **kwargs: Any) -> Any:
        if not ends:
            start = time.monotonic()
            ends.extend(
                at_once(
                    lambda: registrations.register(
                        event, by=newcomer, meets=True, themes_brought=[theme]
                    )
                )
            )
            assert time.monotonic() - start < 5
        return solve(*args, **kwargs)

    monkeypatch.setattr(meetings, "place", slow)
    planning = meetings.compute_meetings(event.pk)
    assert ends == ["done"] and planning is not None and planning.state == "done"
    assert Seat.objects.filter(registration__user=newcomer).exists()
    assert Encounter.objects.of(seeker).count() == 2


def test_meetings_end_although_people_never_stop_coming(monkeypatch: pytest.MonkeyPatch) -> None:
    event, theme = EventFactory(meets=True), ThemeFactory()
    comes(event, meets=True, themes_sought=[theme])
    goes = comes(event, meets=True, themes_brought=[theme])
    stays = comes(event, meets=True, themes_brought=[theme])
    programme.make_slots(event, starts_at=event.starts_at, number=2, minutes=20)
    meetings.ask_meetings(event, by=who_runs(event), most=2)
    solve, calls = meetings.place, []

    def busy(*args: Any, **kwargs: Any) -> Any:
        found = solve(*args, **kwargs)
        calls.append(1)
        if len(calls) == meetings.TRIES:
            at_once(lambda: registrations.leave(goes, by=goes.user))
        else:
            at_once(lambda: registrations.register(event, by=UserFactory(), meets=True))
        return found

    monkeypatch.setattr(meetings, "place", busy)
    planning = meetings.compute_meetings(event.pk)
    assert len(calls) == meetings.TRIES and planning is not None and planning.state == "done"
    assert not Seat.objects.filter(registration=goes).exists()
    assert Seat.objects.filter(registration=stays).exists()


def test_somebody_says_they_met_while_the_others_are_computed_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each time that it is computed somebody says so: kept with its slot, and the others around."""
    event, theme = EventFactory(meets=True, starts_at=soon(-0.01)), ThemeFactory()
    rows = [comes(event, meets=True, themes_brought=[theme]) for _n in range(6)]
    made = [encounter(rows[2 * n], rows[2 * n + 1], later=n + 1) for n in range(3)]
    slots = [each.slot for each in made]
    meetings.ask_meetings(event, by=who_runs(event), most=3)
    solve, calls = meetings.place, []

    def busy(*args: Any, **kwargs: Any) -> Any:
        found = solve(*args, **kwargs)
        now, by = made[len(calls)], rows[2 * len(calls)].user
        calls.append(at_once(lambda: meetings.say_met(now, by=by, met=True)))
        return found

    monkeypatch.setattr(meetings, "place", busy)
    planning = meetings.compute_meetings(event.pk)
    assert calls == [["done"]] * meetings.TRIES
    assert planning is not None and planning.state == "done"
    assert [Encounter.objects.get(pk=each.pk).slot for each in made] == slots
    assert Seat.objects.filter(met=True).count() == 3
    met = {frozenset(each.seats.values_list("registration", flat=True)) for each in made}
    others = Encounter.objects.exclude(pk__in=[each.pk for each in made])
    assert others.exists()
    for each in others:
        assert frozenset(each.seats.values_list("registration", flat=True)) not in met


def test_two_organisers_compute_at_once() -> None:
    """One calculation is kept, and everyone is told once."""
    event, theme = EventFactory(meets=True), ThemeFactory()
    seeker = comes(event, meets=True, themes_sought=[theme])
    bringer = comes(event, meets=True, themes_brought=[theme])
    programme.make_slots(event, starts_at=event.starts_at, number=2, minutes=20)
    people = [who_runs(event), who_runs(event)]
    ends = at_once(*(lambda by=by: meetings.ask_meetings(event, by=by, most=2) for by in people))  # type: ignore[misc]
    ends += at_once(*[lambda: meetings.compute_meetings(event.pk)] * 2)
    assert ends == ["done"] * 4
    assert Encounter.objects.of(seeker).get() == Encounter.objects.of(bringer).get()
    for row in (seeker, bringer):
        assert Notification.objects.filter(user=row.user).count() == 1


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
