"""Meetings computed again while the event lasts: what took place stays, the others go around it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format

from essaim.common.errors import DomainError
from essaim.events.actions import meetings, programme, registrations
from essaim.events.meeting.reasons import pairs
from essaim.events.meeting.solving import Impossible, Kept, place
from essaim.events.models import Encounter, Event, Planning, Registration, Seat
from essaim.following.models import Notification
from tests.events.factories import EventFactory, comes, encounter, soon, who_runs
from tests.events.test_meetings import crowd
from tests.themes.factories import ThemeFactory


class TestAround:
    def test_people_tables_and_numbers_are_those_that_are_left(self) -> None:
        people = crowd(12)
        keys = [each.key for each in people]
        kept = [Kept((1, 2), 0, 1), Kept((1, 5))]
        met = {frozenset(each.people) for each in kept}
        placed = place(
            pairs(people, met), keys, slots=3, most=3, least=1, tables=4, kept=kept
        )  # fmt: skip
        assert not {1, 2} & {
            key for each in placed if each.slot == 0 for key in (each.pair.one, each.pair.other)
        }
        assert len([each for each in placed if each.slot == 0]) <= 3
        assert (0, 1) not in {(each.slot, each.table) for each in placed}
        assert not met & {frozenset((each.pair.one, each.pair.other)) for each in placed}
        loads = Counter(key for each in placed for key in (each.pair.one, each.pair.other))
        assert loads[1] <= 1 and loads[2] <= 2 and max(loads.values()) <= 3

    def test_the_impossible_counts_what_is_kept(self) -> None:
        with pytest.raises(Impossible) as refused:
            place([], [1, 2], slots=1, most=4, least=3, kept=[Kept((1, 2), 0, 1)])
        assert {"code": "slots", "n": 1, "least": 3} in refused.value.causes

    def test_who_has_met_enough_meets_nobody_else(self) -> None:
        people = crowd(6)
        kept = [Kept((1, 2)), Kept((1, 3))]
        placed = place(pairs(people), [each.key for each in people], slots=2, most=1, kept=kept)
        assert not {1, 2, 3} & {key for each in placed for key in (each.pair.one, each.pair.other)}


def computed(event: Event, *, most: int = 2) -> Planning:
    meetings.ask_meetings(event, by=who_runs(event), most=most)
    meetings.compute_meetings(event.pk)
    return Planning.objects.get()


def told(row: Registration) -> list[str]:
    rows = Notification.objects.filter(user=row.user).order_by("pk")
    return [each.announcement.verb for each in rows.select_related("announcement")]


def together(one: Registration, other: Registration) -> Any:
    return Encounter.objects.of(one).filter(pk__in=Encounter.objects.of(other).values("pk"))


@pytest.mark.django_db
class TestWhileItLasts:
    def begun(self, number: int = 4) -> tuple[Event, list[Registration]]:
        """Of a quarter of an hour ago: the first slot is past, the one half an hour later is not."""
        event, theme = EventFactory(meets=True, starts_at=soon(-0.01)), ThemeFactory()
        return event, [comes(event, meets=True, themes_brought=[theme]) for _n in range(number)]

    def test_what_took_place_stays_with_its_slot_and_those_concerned_are_told_once(
        self, client: Client
    ) -> None:
        event, (one, other, third, fourth) = self.begun()
        met, lost = encounter(one, other), encounter(one, third, later=1)
        meetings.say_met(met, by=one.user, met=True)
        registrations.leave(third, by=third.user)
        assert not Encounter.objects.filter(pk=lost.pk).exists()
        assert told(one) == ["event_meeting_lost"]
        for _twice in range(2):
            planning = computed(event)
            assert planning.state == "done" and planning.causes == []
            assert together(one, other).get() == met
            assert Encounter.objects.get(pk=met.pk).slot == met.slot
            (seat,) = Seat.objects.filter(registration=fourth)
            assert seat.slot == lost.slot
            assert Encounter.objects.planned().count() == 2
        assert told(fourth) == ["event_meetings"]
        # One of the two meets them: told once, however often it is computed.
        assert told(one) + told(other) == ["event_meeting_lost", "event_meetings"]
        client.force_login(who_runs(event), backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(f"{event.get_absolute_url()}/rencontres/organiser").content.decode()
        assert "2 rencontres proposées" in page and "1 est gardée" in page
        with translation.override("fr"):
            day = date_format(timezone.localtime(met.slot.starts_at), "j N, H:i")
        assert f"<li>{day} – " in page
        wall = client.get(f"{event.get_absolute_url()}/rencontres/liste").content.decode()
        assert day in wall and '<td class="fr-cell--multiline">' in wall
        client.force_login(fourth.user, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(f"{event.get_absolute_url()}/rencontres").content.decode()
        assert "celles qui ont eu lieu restent" in page

    def test_a_past_moment_stays_unless_both_say_they_did_not_meet(self) -> None:
        event, (one, other) = self.begun(2)
        past = encounter(one, other)
        programme.make_slots(event, starts_at=soon(0.05), number=1, minutes=20)
        meetings.say_met(past, by=one.user, met=False)
        computed(event)
        assert list(Encounter.objects.all()) == [past]  # nobody learns who said no
        meetings.say_met(past, by=other.user, met=False)
        computed(event)
        again = together(one, other).get()
        assert again != past and again.slot and again.slot.starts_at > soon(0)
        assert told(one) == told(other) == ["event_meetings"]

    def test_around_a_moved_event_and_who_met_by_chance(self) -> None:
        """What took place before stays in its slot, to come again; two who both say that they met
        by chance are not proposed to each other."""
        event, theme = EventFactory(meets=True), ThemeFactory()
        rows = [comes(event, meets=True, themes_brought=[theme]) for _n in range(4)]
        one, other, third, fourth = rows
        met = encounter(one, other)
        Seat.objects.filter(encounter=met, registration=one).update(met=True)
        chance = Encounter.objects.create(event=event, pair=f"{one.pk}-{third.pk}")
        for row in (one, third):
            Seat.objects.create(encounter=chance, registration=row, met=True)
        programme.make_slots(event, starts_at=soon(10.2), number=1, minutes=20)
        assert computed(event).state == "done"
        assert together(one, other).get() == met and together(one, third).get() == chance
        beside = together(third, fourth).get()
        assert beside.slot == met.slot and beside.table == 2
        assert together(one, fourth).exists() and together(other, third).exists()
        programme.remove_slots(event)
        assert list(Encounter.objects.planned()) == [met] and event.slots.get() == met.slot

    def test_without_a_slot_to_come_or_once_it_ended_it_is_refused_and_nothing_is_lost(
        self,
    ) -> None:
        event, (one, other) = self.begun(2)
        past = encounter(one, other)
        with pytest.raises(DomainError, match="Aucun créneau n’est à venir"):
            computed(event)
        late = programme.make_slots(event, starts_at=soon(0.05), number=1, minutes=20)
        meetings.ask_meetings(event, by=who_runs(event), most=2)
        event.slots.filter(pk=late[0].pk).update(starts_at=soon(-0.005))
        planning = meetings.compute_meetings(event.pk)  # the job is late
        assert planning is not None and planning.causes == [{"code": "no_slots"}]
        assert list(Encounter.objects.all()) == [past]
        Event.objects.filter(pk=event.pk).update(ends_at=soon(-0.001))
        with pytest.raises(DomainError, match="jusqu’à sa fin"):
            computed(event)
