"""Profiles that meet: reasons, slots without clashes, tables, and what meetings begin."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.events.actions import creative, meetings, programme, registrations
from essaim.events.forms.taking_part import RegisterForm
from essaim.events.meeting import tables
from essaim.events.meeting.reasons import Person, pairs, reasons, words_of
from essaim.events.meeting.solving import Impossible, place
from essaim.events.models import Encounter, Planning, Task
from essaim.events.reading import numbers
from essaim.following.models import Notification
from tests.events.factories import (
    ChallengeFactory,
    EventFactory,
    IdeaFactory,
    comes,
    encounter,
    representative,
    who_runs,
)
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.themes.factories import ThemeFactory


def crowd(number: int, organisations: int = 7) -> list[Person]:
    topics = ["mobilite", "sante", "logement", "energie"]
    return [
        Person(
            key, organisation=key % organisations, profile=["holder", "adopter"][key % 2],
            themes_brought=frozenset({topics[key % 4]}),
            themes_sought=frozenset({topics[(key + 1) % 4]}),
        )
        for key in range(1, number + 1)
    ]  # fmt: skip


class TestReasons:
    def test_who_seeks_meets_who_brings(self) -> None:
        one = Person(1, 1, seeks="", themes_sought=frozenset({"sante"}))
        other = Person(2, 2, themes_brought=frozenset({"sante"}))
        assert reasons(one, other) == [{"code": "sought", "who": 1, "theme": "sante"}]

    def test_a_need_and_a_card_weigh_most(self) -> None:
        one = Person(1, 1, needs=frozenset({("sante", "Santé")}), profile="adopter")
        other = Person(2, 2, cards=frozenset({("sante", "Médicobus")}), profile="holder")
        assert [each["code"] for each in reasons(one, other)] == ["need", "roles"]
        assert reasons(one, other)[0]["about"] == "Médicobus"

    def test_words_are_compared_without_accents(self) -> None:
        one = Person(1, 1, sought_words=words_of("Réparation de vélos"))
        other = Person(2, 2, brought_words=words_of("Un atelier de reparation"))
        assert reasons(one, other)[0]["about"] == "reparation"

    def test_nothing_in_common_is_no_meeting(self) -> None:
        assert pairs([Person(1, 1), Person(2, 2)]) == []

    def test_different_organisations_first(self) -> None:
        people = [
            Person(1, 1, themes_sought=frozenset({"sante"})),
            Person(2, 1, themes_brought=frozenset({"sante"})),
            Person(3, 2, themes_brought=frozenset({"sante"})),
        ]
        best = place(pairs(people), [1, 2, 3], slots=1, most=1)
        assert [(each.pair.one, each.pair.other) for each in best] == [(1, 3)]


class TestSlots:
    def test_nobody_is_expected_twice_and_everyone_meets_someone(self) -> None:
        people = crowd(40)
        keys = [each.key for each in people]
        placed = place(pairs(people), keys, slots=4, most=3, tables=18)
        seats = Counter(
            (each.slot, key) for each in placed for key in (each.pair.one, each.pair.other)
        )
        assert max(seats.values()) == 1
        loads = Counter(key for _slot, key in seats)
        assert set(loads) == set(keys) and max(loads.values()) <= 3
        assert max(Counter(each.slot for each in placed).values()) <= 18
        met = [frozenset((each.pair.one, each.pair.other)) for each in placed]
        assert len(met) == len(set(met))
        assert place(pairs(people), keys, slots=4, most=3, tables=18) == placed

    @pytest.mark.parametrize(("asked", "code"), [
        ({"slots": 2, "most": 4, "least": 3}, "slots"),
        ({"slots": 4, "most": 4, "least": 2, "tables": 1}, "tables"),
        ({"slots": 0, "most": 4}, "no_slots"),
    ])  # fmt: skip
    def test_the_impossible_says_why(self, asked: dict[str, Any], code: str) -> None:
        people = crowd(12)
        with pytest.raises(Impossible) as refused:
            place(pairs(people), [each.key for each in people], **asked)
        assert code in {cause["code"] for cause in refused.value.causes}

    def test_who_has_nothing_to_share_is_named(self) -> None:
        people = [*crowd(8), Person(99, 99)]
        with pytest.raises(Impossible) as refused:
            place(pairs(people), [each.key for each in people], slots=3, most=3, least=1)
        assert refused.value.causes == [{"code": "alone", "people": [99], "least": 1}]


class TestTables:
    def test_profiles_are_mixed_and_colleagues_apart(self) -> None:
        guests = [
            tables.Guest(key, ["holder", "adopter", "funder"][key % 3], key % 5)
            for key in range(30)
        ]
        placed = tables.seat(guests, 6)
        assert set(Counter(placed.values()).values()) == {5}
        for profile in ("holder", "adopter", "funder"):
            there = Counter(placed[g.key] for g in guests if g.profile == profile)
            assert max(there.values()) - min(there.values()) <= 1
        assert tables.clashes(guests, placed) == 0

    def test_fewer_than_tables(self) -> None:
        assert set(tables.seat([tables.Guest(1)], 4).values()) == {1}


@pytest.mark.django_db
class TestAtAnEvent:
    def test_meetings_are_proposed_by_the_job_with_words(self, client: Client) -> None:
        event, theme = EventFactory(meets=True), ThemeFactory(name="Santé")
        seeker = comes(event, meets=True, themes_sought=[theme])
        bringer = comes(event, meets=True, themes_brought=[theme], brings="Un médicobus")
        comes(event)
        by = who_runs(event)
        with pytest.raises(DomainError, match="créneaux"):
            meetings.ask_meetings(event, by=by, most=3)
        programme.make_slots(event, starts_at=event.starts_at, number=2, minutes=20)
        meetings.ask_meetings(event, by=by, most=3)
        for _twice in range(2):
            meetings.compute_meetings(event.pk)
        made = Encounter.objects.get()
        assert {seat.registration_id for seat in made.seats.all()} == {seeker.pk, bringer.pk}
        client.force_login(seeker.user, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(f"{event.get_absolute_url()}/rencontres").content.decode()
        assert french("vous cherchez « Santé »") in page and "Un médicobus" in page

    def test_who_loses_a_meeting_or_has_another_is_told(self, client: Client) -> None:
        event, theme = EventFactory(meets=True), ThemeFactory()
        seeker = comes(event, meets=True, themes_sought=[theme])
        first = comes(event, meets=True, themes_brought=[theme])
        programme.make_slots(event, starts_at=event.starts_at, number=1, minutes=20)

        def computed() -> None:
            meetings.ask_meetings(event, by=who_runs(event), most=1)
            meetings.compute_meetings(event.pk)

        def told(row: Any) -> list[str]:
            rows = Notification.objects.filter(user=row.user).order_by("pk")
            return [each.announcement.verb for each in rows.select_related("announcement")]

        computed()
        assert told(seeker) == told(first) == ["event_meetings"]
        computed()  # the same again: nobody is told anything
        assert told(seeker) == ["event_meetings"]
        registrations.leave(first, by=first.user)
        assert told(seeker) == ["event_meetings", "event_meeting_lost"]
        assert told(first) == ["event_meetings"]
        second = comes(event, meets=True, themes_brought=[theme])
        computed()
        assert told(seeker)[2:] == ["event_meetings"] and told(second) == ["event_meetings"]
        client.force_login(seeker.user, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(f"{event.get_absolute_url()}/rencontres").content.decode()
        assert "Calculées le" in page
        programme.remove_slots(event)
        assert told(seeker)[3:] == told(second)[1:] == ["event_meeting_lost"]

    def test_the_impossible_is_said_to_the_organisers(self, client: Client) -> None:
        event = EventFactory(meets=True)
        comes(event, meets=True)
        by = who_runs(event)
        programme.make_slots(event, starts_at=event.starts_at, number=1, minutes=20)
        meetings.ask_meetings(event, by=by, most=1)
        meetings.compute_meetings(event.pk)
        assert Planning.objects.get().state == "refused"
        client.force_login(by, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(f"{event.get_absolute_url()}/rencontres/organiser").content.decode()
        assert "Moins de deux inscrits" in page

    def test_who_met_whom_is_read_once_both_say_so_and_begins_an_introduction(self) -> None:
        event = EventFactory(past=True)
        holder = OrganisationFactory()
        card = InitiativeFactory(published=True, holder=holder)
        carrier = representative(holder)
        adopter = MembershipFactory().user
        one = comes(event, adopter, organisation=adopter.memberships.get().organisation)
        other = comes(event, carrier)
        other.initiatives.set([card])
        made = encounter(one, other)
        begin = {"by": adopter, "message": "Parlons-en."}
        meetings.say_met(made, by=adopter, met=True)
        assert numbers(event).encounters == 0
        with pytest.raises(DomainError, match="quand les deux"):
            meetings.begin_introduction(made, card, **begin)  # type: ignore[arg-type]
        meetings.say_met(made, by=carrier, met=True)
        with pytest.raises(DomainError, match="l’autre personne apporte"):
            meetings.begin_introduction(made, InitiativeFactory(published=True), **begin)  # type: ignore[arg-type]
        begun = meetings.begin_introduction(made, card, **begin)  # type: ignore[arg-type]
        assert meetings.begin_introduction(made, card, **begin) == begun  # type: ignore[arg-type]
        assert (numbers(event).encounters, numbers(event).introductions) == (1, 1)
        with pytest.raises(DomainError, match="pas la vôtre"):
            meetings.say_met(made, by=UserFactory(), met=True)

    def test_what_took_place_stays_whoever_leaves_and_whatever_is_removed(self) -> None:
        event = EventFactory()
        one, other, third = comes(event), comes(event), comes(event)
        for n, row in enumerate((other, third)):
            encounter(one, row, later=n)
        start = timezone.now() - dt.timedelta(hours=1)
        type(event).objects.filter(pk=event.pk).update(starts_at=start)
        met = Encounter.objects.of(other).get()
        meetings.say_met(met, by=one.user, met=True)
        meetings.say_met(met, by=other.user, met=True)
        registrations.leave(one, by=one.user)
        assert list(Encounter.objects.all()) == [met] and numbers(event).encounters == 1
        event.refresh_from_db()
        with pytest.raises(DomainError, match="a commencé"):
            programme.remove_slots(event)
        assert numbers(event).encounters == 1

    def test_a_challenge_becomes_tasks_of_the_card(self, client: Client) -> None:
        event = EventFactory(kind="holdup")
        owner = UserFactory()
        card = InitiativeFactory(published=True, author=owner)
        challenge = ChallengeFactory(event=event, initiative=card)
        ideas = [IdeaFactory(challenge=challenge) for _n in range(4)]
        voter = comes(event).user
        for idea in ideas[:3]:
            assert creative.vote(idea, by=voter)
        with pytest.raises(DomainError, match="3 voix"):
            creative.vote(ideas[3], by=voter)
        assert not creative.vote(ideas[0], by=voter)
        day = timezone.localdate() + dt.timedelta(days=40)
        with pytest.raises(DomainError, match="passé"):
            creative.keep_idea(ideas[1], by=who_runs(event), due_on=day - dt.timedelta(days=90))
        for _twice in range(2):
            creative.keep_idea(ideas[1], by=who_runs(event), due_on=day)
        task = Task.objects.get()
        assert task.due_on == day
        client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(card.get_absolute_url()).content.decode()
        assert "À faire, d’une séance de créativité" in page and task.title in page
        client.post(f"/evenements/taches/{task.pk}/fait")
        task.refresh_from_db()
        assert task.state == "done"
        visitor = Client().get(card.get_absolute_url()).content.decode()
        assert "d’une séance de créativité" not in visitor


@pytest.mark.django_db
class TestCorrecting:
    def at(self, user: Any) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def test_a_challenge_is_offered_to_those_who_may_set_one(self) -> None:
        event = EventFactory(kind="holdup")
        page = f"{event.get_absolute_url()}/seance"
        holder, guest = UserFactory(), UserFactory()
        InitiativeFactory(published=True, author=holder)
        comes(event, holder)
        comes(event, guest)
        for user, offered in ((holder, True), (guest, False), (who_runs(event), True)):
            client = self.at(user)
            assert ("Proposer un défi" in client.get(page).content.decode()) == offered
            assert client.get(f"{page}/defi").status_code == (200 if offered else 403)

    def test_ideas_and_challenges_are_corrected_and_removed(self) -> None:
        challenge = ChallengeFactory()
        event, author = challenge.event, UserFactory()
        comes(event, author)
        idea = IdeaFactory(challenge=challenge, by=author)
        client, runs = self.at(author), self.at(who_runs(event))
        page = f"{event.get_absolute_url()}/seance"
        typed: dict[str, Any] = {
            "title": "Une meilleure idée",
            "text": "Ainsi.",
            "submission": uuid.uuid4(),
        }
        assert (
            self.at(comes(event).user).post(f"{page}/idees/{idea.pk}/modifier", typed).status_code
            == 403
        )
        assert client.post(f"{page}/idees/{idea.pk}/modifier", typed).status_code == 302
        idea.refresh_from_db()
        assert idea.title == "Une meilleure idée"
        said = runs.post(f"{page}/defis/{challenge.pk}/retirer", follow=True).content.decode()
        assert "Ce défi a des idées" in said
        client.post(f"{page}/idees/{idea.pk}/retirer")
        assert not challenge.ideas.exists()
        typed = {"title": "Un défi corrigé ?", "text": "Oui.", "submission": uuid.uuid4()}
        assert runs.post(f"{page}/defis/{challenge.pk}/modifier", typed).status_code == 302
        challenge.refresh_from_db()
        assert challenge.title == "Un défi corrigé ?"
        kept = IdeaFactory(challenge=challenge, by=author)
        said = runs.post(f"{page}/idees/{kept.pk}/retenir", {"due_on": ""}, follow=True)
        assert "tâche de personne" in said.content.decode()
        with pytest.raises(DomainError, match="retenue"):
            creative.remove_idea(kept)
        creative_less = ChallengeFactory(event=event)
        runs.post(f"{page}/defis/{creative_less.pk}/retirer")
        assert event.challenges.count() == 1

    def test_a_hold_up_without_meetings_asks_the_profile_alone(self) -> None:
        event, user = EventFactory(kind="holdup"), UserFactory()
        names = set(RegisterForm(event=event, user=user).fields)
        assert names == {"organisation", "profile"}
        event.meets = True
        assert "brings" in RegisterForm(event=event, user=user).fields
