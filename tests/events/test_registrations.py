"""Coming, waiting for a place, leaving; an event that moves, shrinks or is cancelled."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.events import notifications, tasks
from essaim.events.actions import events, programme, registrations, reminders
from essaim.events.models import Event, FollowUp, Registration, Session, Slot
from essaim.following.models import Announcement, Notification
from essaim.people.actions.deletion import delete_account
from tests.events.factories import EventFactory, comes, soon, who_runs
from tests.needs.factories import NeedFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def given(event: Event, **changed: Any) -> dict[str, Any]:
    """The form of an event as it is, with some of it changed."""
    known = {name: getattr(event, name) for name in events.PLAIN}
    return known | {"organisers": [row.organisation for row in event.organisers.all()]} | changed


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """In March 2031, by the clock of Paris."""
    return timezone.make_aware(dt.datetime(2031, 3, day, hour, minute))


def told(verb: str) -> list[int]:
    rows = Notification.objects.filter(announcement__verb=verb)
    return list(rows.order_by("user").values_list("user", flat=True))


class TestPlaces:
    def test_the_third_of_two_waits_and_comes_when_one_leaves(self) -> None:
        event = EventFactory(capacity=2)
        first, second, third, fourth = (comes(event) for _n in range(4))
        assert [row.state for row in (first, second, third)] == ["registered"] * 2 + ["waiting"]
        registrations.leave(first, by=first.user)
        third.refresh_from_db()
        fourth.refresh_from_db()
        event.refresh_from_db()
        assert (third.state, fourth.state) == ("registered", "waiting")
        assert (event.registered_count, event.waiting_count) == (2, 1)
        assert told(notifications.PLACED) == [third.user_id]

    def test_one_registration_for_a_person(self) -> None:
        event, user = EventFactory(capacity=5), UserFactory()
        one = comes(event, user)
        two = comes(event, user, brings="Un four à pain")
        assert one.pk == two.pk and two.brings == "Un four à pain"
        assert event.registered_count == 1
        with pytest.raises(IntegrityError), transaction.atomic():
            Registration.objects.create(event=event, user=user)

    def test_leaving_twice_frees_one_place(self) -> None:
        event = EventFactory(capacity=1)
        row, second, third = comes(event), comes(event), comes(event)
        registrations.leave(row, by=row.user)
        registrations.leave(row, by=row.user)
        event.refresh_from_db()
        assert (event.registered_count, event.waiting_count) == (1, 1)
        second.refresh_from_db()
        third.refresh_from_db()
        assert (second.state, third.state) == ("registered", "waiting")

    def test_who_left_may_come_back_at_the_end_of_the_list(self) -> None:
        event = EventFactory(capacity=1)
        row, _second, third = comes(event), comes(event), comes(event)
        registrations.leave(row, by=row.user)
        again = comes(event, row.user)
        assert again.pk == row.pk and again.state == "waiting"
        assert list(event.registrations.all().waiting()) == [third, again]

    def test_the_database_refuses_one_too_many(self) -> None:
        event = EventFactory(capacity=1)
        comes(event)
        with pytest.raises(IntegrityError), transaction.atomic():
            Event.objects.filter(pk=event.pk).update(registered_count=2)

    @pytest.mark.parametrize("fields", [
        {"state": "announced"}, {"state": "cancelled"}, {"closes_at": soon(-1)},
        {"starts_at": soon(-2)},
    ])  # fmt: skip
    def test_nobody_registers_once_it_is_closed(self, fields: dict[str, Any]) -> None:
        with pytest.raises(DomainError, match="pas ouvertes"):
            registrations.register(EventFactory(**fields), by=UserFactory())

    def test_a_question_is_answered(self) -> None:
        event = EventFactory()
        question = programme.add_question(
            event, text="Un régime ?", answers="text", options=[], is_required=True
        )
        with pytest.raises(DomainError, match="Un régime"):
            comes(event)
        row = comes(event, answers={str(question.pk): "sans sel"})
        assert row.answers == {str(question.pk): "sans sel"}
        programme.remove_question(question)
        row.refresh_from_db()
        assert row.answers == {}

    def test_in_the_name_of_ones_own_organisation_alone(self) -> None:
        with pytest.raises(DomainError, match="pas membre"):
            comes(EventFactory(), organisation=OrganisationFactory())

    def test_an_account_that_is_deleted_leaves_its_place(self) -> None:
        event = EventFactory(capacity=1)
        row, second = comes(event, brings="Mon histoire"), comes(event)
        past = comes(EventFactory(past=True), row.user, seeks="Un lieu")
        delete_account(row.user, keep_name=False)
        second.refresh_from_db()
        past.refresh_from_db()
        row.refresh_from_db()
        assert second.state == "registered"
        assert (row.user, row.brings) == (None, "")
        assert (past.user, past.seeks, past.state) == (None, "", "registered")


class TestMoving:
    def test_everyone_is_told_once_of_a_move(self) -> None:
        event = EventFactory(capacity=1)
        rows = [comes(event), comes(event)]
        by = who_runs(event)
        moved = events.change_event(
            event, by=by, **given(event, starts_at=soon(20), ends_at=soon(21))
        )
        assert moved.sequence == 1
        for _twice in range(2):
            tasks.tell_registered(event.pk, notifications.MOVED, f"moved:{moved.sequence}", by.pk)
        assert told(notifications.MOVED) == sorted(row.user_id for row in rows)

    def test_words_changed_tell_nobody(self) -> None:
        event = EventFactory()
        comes(event)
        changed = events.change_event(
            event, by=who_runs(event), **given(event, summary="Mieux dit.")
        )
        assert changed.sequence == 0

    def test_another_link_tells_those_who_come(self) -> None:
        event = EventFactory(online_link="https://a.example/1")
        comes(event)
        changed = events.change_event(
            event, by=who_runs(event), **given(event, online_link="https://a.example/2")
        )
        assert changed.sequence == 1

    def test_the_programme_and_the_slots_move_with_it(self) -> None:
        event = EventFactory()
        start = event.starts_at
        programme.save_session(
            event, title="Accueil", starts_at=start, ends_at=start + dt.timedelta(hours=1)
        )
        programme.make_slots(event, starts_at=start, number=3, minutes=20)
        later = dt.timedelta(minutes=20)
        events.change_event(
            event, by=who_runs(event),
            **given(event, starts_at=start + later, ends_at=event.ends_at + later),
        )  # fmt: skip
        assert Session.objects.get().starts_at == start + later
        assert Slot.objects.order_by("starts_at").first().starts_at == start + later  # type: ignore[union-attr]

    def test_across_a_change_of_hour_each_session_keeps_its_hour(self) -> None:
        """Clocks go forward on 30 March 2031."""
        event = EventFactory(starts_at=at(27, 9), ends_at=at(31, 17))
        for title, day in (("Jeudi", 27), ("Lundi", 31)):
            programme.save_session(event, title=title, starts_at=at(day, 9), ends_at=at(day, 10))
        programme.make_slots(event, starts_at=at(31, 14), number=2, minutes=20)
        by = who_runs(event)
        events.change_event(event, by=by, **given(event, starts_at=at(20, 9), ends_at=at(24, 17)))
        begins = dict(Session.objects.values_list("title", "starts_at"))
        assert begins == {"Jeudi": at(20, 9), "Lundi": at(24, 9)}
        assert Slot.objects.order_by("pk").values_list("starts_at", flat=True)[0] == at(24, 14)

    def test_where_only_its_beginning_moves_the_programme_stays(self) -> None:
        event = EventFactory(starts_at=at(20, 9), ends_at=at(20, 17))
        programme.save_session(event, title="Fin", starts_at=at(20, 16), ends_at=at(20, 17))
        by = who_runs(event)
        event = events.change_event(event, by=by, **given(event, starts_at=at(20, 10)))
        event = events.change_event(event, by=by, **given(event, starts_at=at(20, 8)))
        assert Session.objects.get().starts_at == at(20, 16)
        with pytest.raises(DomainError, match=french("« Fin » commencerait avant")) as refused:
            events.change_event(
                event, by=by, **given(event, starts_at=at(20, 16, 30), ends_at=at(20, 19))
            )
        assert refused.value.field == "starts_at"
        # On another day, at other hours: its sessions keep theirs.
        events.change_event(event, by=by, **given(event, starts_at=at(21, 10), ends_at=at(21, 18)))
        assert Session.objects.get().starts_at == at(21, 16)

    def test_fewer_places_than_are_taken_ask_first(self) -> None:
        event = EventFactory(capacity=3)
        rows = [comes(event) for _n in range(4)]
        by = who_runs(event)
        with pytest.raises(DomainError, match="1 de trop") as refused:
            events.change_event(event, by=by, **given(event, capacity=2))
        assert refused.value.field == "capacity"
        changed = events.change_event(event, by=by, put_aside=True, **given(event, capacity=2))
        assert (changed.registered_count, changed.waiting_count) == (2, 2)
        assert told(notifications.PUT_ASIDE) == [rows[2].user_id]
        # Before who waited already.
        assert list(event.registrations.all().waiting()) == [rows[2], rows[3]]
        wider = events.change_event(changed, by=by, **given(changed, capacity=None))
        assert (wider.registered_count, wider.waiting_count) == (4, 0)

    def test_cancelled_tells_everyone_once_and_says_why(self) -> None:
        event = EventFactory()
        row, by = comes(event), who_runs(event)
        with pytest.raises(DomainError, match="pourquoi"):
            events.cancel(event, by=by, reason=" ")
        for _twice in range(2):
            events.cancel(event, by=by, reason="La salle est inondée.")
            tasks.tell_registered(event.pk, notifications.CANCELLED, "cancelled", by.pk)
        assert told(notifications.CANCELLED) == [row.user_id]
        page = Client().get(event.get_absolute_url()).content.decode()
        assert "inondée" in page

    def test_the_end_before_the_start_is_refused(self) -> None:
        event = EventFactory()
        with pytest.raises(DomainError, match="La fin vient après"):
            events.change_event(event, by=who_runs(event), **given(event, ends_at=soon(-50)))


class TestMornings:
    def test_a_reminder_once_and_again_if_it_moved(self) -> None:
        event = EventFactory(starts_at=soon(2))
        comes(event)
        assert [reminders.remind(), reminders.remind()] == [1, 0]
        event.refresh_from_db()
        events.change_event(event, by=who_runs(event), **given(event, address="Salle B"))
        assert reminders.remind() == 1
        assert Announcement.objects.filter(verb=notifications.REMINDER).count() == 2

    def test_three_and_six_months_later_who_came_is_asked_once(self) -> None:
        event = EventFactory(state="open", starts_at=soon(-100))
        came = comes(event)
        absent = comes(event)
        Registration.objects.filter(pk=absent.pk).update(attended=False)
        for _twice in range(2):
            reminders.every_morning()
        event.refresh_from_db()
        assert event.state == "done"
        assert [(row.registration_id, row.months) for row in FollowUp.objects.all()] == [
            (came.pk, 3)
        ]
        Event.objects.filter(pk=event.pk).update(starts_at=soon(-191), ends_at=soon(-190))
        reminders.every_morning()
        assert sorted(FollowUp.objects.values_list("months", flat=True)) == [3, 6]

    def test_months_are_of_the_calendar(self) -> None:
        assert reminders.months_later(dt.date(2026, 11, 30), 3) == dt.date(2027, 2, 28)


class TestProgramme:
    def test_a_room_and_a_speaker_are_in_one_place(self) -> None:
        event = EventFactory()
        hours = {"starts_at": event.starts_at, "ends_at": event.ends_at}
        speakers = [{"name": "Ada", "role": ""}]
        programme.save_session(event, title="Un", room="A", speakers=speakers, **hours)
        with pytest.raises(DomainError, match="occupe déjà la salle"):
            programme.save_session(event, title="Deux", room="a", speakers=[], **hours)
        with pytest.raises(DomainError, match="Ada intervient déjà"):
            programme.save_session(event, title="Deux", room="B", speakers=speakers, **hours)

    def test_slots_that_overlap_or_leave_the_event_are_refused(self) -> None:
        event = EventFactory()
        programme.make_slots(event, starts_at=event.starts_at, number=2, minutes=20)
        with pytest.raises(DomainError, match="chevauche"):
            programme.make_slots(
                event, starts_at=event.starts_at + dt.timedelta(minutes=30), number=1, minutes=20
            )
        with pytest.raises(DomainError, match="en dehors"):
            programme.make_slots(event, starts_at=event.ends_at, number=1, minutes=20)
        assert event.slots.count() == 2


class TestPages:
    def test_one_press_registers_and_one_leaves(self, client: Client) -> None:
        event, user = EventFactory(capacity=1), UserFactory()
        organisation = MembershipFactory(user=user).organisation
        user.current_organisation = organisation
        user.save()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        address = event.get_absolute_url()
        assert "Il reste 1 place." in client.get(address).content.decode()
        page = client.post(
            f"{address}/inscription", {"organisation": organisation.pk}, follow=True
        ).content.decode()
        assert "Vous êtes inscrit." in page and "Me désinscrire" in page
        assert "mettez la date dans votre agenda depuis cette page" in page
        assert Registration.objects.get().organisation == organisation
        assert (
            "Vous n’êtes plus inscrit"
            in client.post(f"{address}/quitter", follow=True).content.decode()
        )

    def test_who_wishes_meetings_reads_what_comes_next(self, client: Client) -> None:
        event, user = EventFactory(meets=True), UserFactory()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        address = f"{event.get_absolute_url()}/inscription"
        for said in ("les rencontres proposées vous seront signalées", "inscription est à jour"):
            assert said in client.post(address, {"meets": "on"}, follow=True).content.decode()

    def test_what_cannot_be_said_is_not_asked(self, client: Client) -> None:
        past, event, user = (
            EventFactory(past=True, meets=True),
            EventFactory(meets=True),
            UserFactory(),
        )
        comes(past, user)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(f"{past.get_absolute_url()}/inscription").content.decode()
        assert "Les inscriptions ne sont pas ouvertes." in page and "<textarea" not in page
        page = client.get(f"{event.get_absolute_url()}/inscription").content.decode()
        assert "Ce que j’apporte" in page and "Mes besoins exprimés ici" not in page
        need = NeedFactory(author=user)
        page = client.get(f"{event.get_absolute_url()}/inscription").content.decode()
        assert "Mes besoins exprimés ici" in page and "Fiches dont je peux parler" not in page
        given = {"meets": "on", "needs": [need.pk]}
        assert client.post(f"{event.get_absolute_url()}/inscription", given).status_code == 302
        assert list(Registration.objects.get(event=event).needs.all()) == [need]

    def test_the_link_is_for_the_registered(self, client: Client) -> None:
        event, user = EventFactory(online_link="https://visio.exemple.fr/secret"), UserFactory()
        assert "visio.exemple.fr" not in client.get(event.get_absolute_url()).content.decode()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        assert "visio.exemple.fr" not in client.get(event.get_absolute_url()).content.decode()
        comes(event, user)
        assert "visio.exemple.fr" in client.get(event.get_absolute_url()).content.decode()

    def test_a_manager_prepares_announces_and_opens(self, client: Client) -> None:
        user = UserFactory(manager=True)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        organiser = OrganisationFactory(name="Réseau des CCAS")
        typed = {
            "submission": "8f6f3f5c-95b4-4c5d-8d1c-0d9e0c6c1d11", "kind": "week",
            "title": "Cinq jours pour essayer", "summary": "Cinq jours.",
            "starts_at": soon(5).strftime("%Y-%m-%dT%H:%M"), "ends_at": "2020-01-01T10:00",
            "organisers": organiser.name, "address": "12 rue des Essais",
        }  # fmt: skip
        answer = client.post("/evenements/nouveau", typed)
        assert answer.status_code == 422 and "La fin vient après" in answer.content.decode()
        assert "12 rue des Essais" in answer.content.decode()
        typed["ends_at"] = soon(9).strftime("%Y-%m-%dT%H:%M")
        for _twice in range(2):
            assert client.post("/evenements/nouveau", typed).status_code == 302
        event = Event.objects.get()
        assert Client().get(event.get_absolute_url()).status_code == 404
        client.post(f"{event.get_absolute_url()}/annoncer")
        client.post(f"{event.get_absolute_url()}/ouvrir")
        event.refresh_from_db()
        assert event.state == "open"
        assert "Cinq jours pour essayer" in Client().get("/evenements?kind=week").content.decode()
        assert (
            "Cinq jours pour essayer" not in Client().get("/evenements?kind=visit").content.decode()
        )

    def test_who_represents_nobody_there_organises_nothing(self, client: Client) -> None:
        event = EventFactory()
        client.force_login(who_runs(event), backend="django.contrib.auth.backends.ModelBackend")
        typed = {
            "submission": "8f6f3f5c-95b4-4c5d-8d1c-0d9e0c6c1d12", "kind": "forum", "title": "Forum",
            "summary": "Un jour.", "starts_at": soon(5).strftime("%Y-%m-%dT%H:%M"),
            "ends_at": soon(6).strftime("%Y-%m-%dT%H:%M"), "address": "ici",
            "organisers": OrganisationFactory(name="Ministère d’ailleurs").name,
        }  # fmt: skip
        page = client.post("/evenements/nouveau", typed).content.decode()
        assert "une organisation que vous représentez" in page


class TestComingForOneself:
    def test_again_without_the_organisation(self) -> None:
        event, member = EventFactory(), MembershipFactory()
        row = comes(event, member.user, organisation=member.organisation)
        registrations.register(event, by=member.user)  # a press alone says nothing of it
        row.refresh_from_db()
        assert row.organisation == member.organisation
        registrations.register(event, by=member.user, organisation=None)
        row.refresh_from_db()
        assert row.organisation is None

    def test_nobody_corrects_themselves_into_an_organisation_of_others(self) -> None:
        event, user = EventFactory(), UserFactory()
        comes(event, user)
        with pytest.raises(DomainError, match="pas membre"):
            registrations.register(event, by=user, organisation=OrganisationFactory())
