"""Two people, two connections, the same instant: a round survives double clicks."""

from __future__ import annotations

import uuid

import pytest

from essaim.peers.actions import conclusions, invitations, planning, readings
from essaim.peers.actions.talk import discuss
from essaim.peers.models import Conclusion, Message, Plan, Reading, Seat
from tests.at_once import at_once
from tests.peers.factories import Cast, answers, peer
from tests.people.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_plan_confirmed_twice_at_once_gives_each_reading_once():
    cast = Cast().assigning()
    plan, other = cast.plan(), cast.plan()
    confirm = [lambda: planning.confirm_plan(plan, by=cast.manager)] * 2
    assert at_once(*confirm) == ["done", "done"]
    assert Reading.objects.count() == 5
    # Another manager, another proposal: too late, and told.
    second = UserFactory(manager=True)
    assert at_once(lambda: planning.confirm_plan(other, by=second)) == ["refused"]
    assert Plan.objects.filter(state="confirmed").count() == 1


def test_two_managers_confirm_two_proposals_at_once_one_is_told():
    cast = Cast().assigning()
    plans, second = [cast.plan(), cast.plan()], UserFactory(manager=True)
    ends = at_once(
        lambda: planning.confirm_plan(plans[0], by=cast.manager),
        lambda: planning.confirm_plan(plans[1], by=second),
    )
    assert ends == ["done", "refused"]
    assert Reading.objects.count() == 5


def test_submitted_twice_at_once_counts_once():
    cast = Cast().reading()
    reading = cast.readings[0]
    content, user = answers(reading), reading.seat.user
    send = [lambda: readings.submit(reading, content, by=user, version=0)] * 2
    assert at_once(*send) == ["done", "done"]
    assert Reading.objects.submitted().count() == 1
    assert Reading.objects.get(pk=reading.pk).version == 1


def test_two_tabs_save_at_once_neither_overwrites_silently():
    cast = Cast().reading()
    reading = cast.readings[0]
    user = reading.seat.user
    tabs = [{**answers(reading), "comment": words} for words in ("Premier.", "Second.")]
    ends = at_once(
        *[(lambda tab=tab: readings.save_draft(reading, tab, by=user, version=0)) for tab in tabs]
    )
    assert ends == ["done", "refused"]
    assert Reading.objects.get(pk=reading.pk).comment in {"Premier.", "Second."}


def test_one_seat_is_taken_once_and_numbers_differ():
    cast = Cast(innovators=2).inviting()
    people = [peer(), peer()]
    seats = [cast.invite(person) for person in people]
    ends = at_once(
        lambda: invitations.accept(seats[0], by=people[0]),
        lambda: invitations.accept(seats[0], by=people[0]),
        lambda: invitations.accept(seats[1], by=people[1]),
    )
    assert ends == ["done"] * 3
    numbers = list(Seat.objects.values_list("number", flat=True))
    assert len(set(numbers)) == 2


def test_a_reader_submits_while_the_manager_takes_the_reading_back():
    from essaim.peers.actions.hand import remove_reading

    cast = Cast().reading()
    reading = cast.readings[0]
    content, user = answers(reading), reading.seat.user
    at_once(
        lambda: readings.submit(reading, content, by=user, version=0),
        lambda: remove_reading(reading, by=cast.manager, sure=True),
    )
    assert Reading.objects.get(pk=reading.pk).state in {"submitted", "removed"}


def test_concluded_twice_at_once_is_one_conclusion():
    cast = Cast().replied()
    given = {"level": 2, "statement": "Bien.", "reasons": "Vu.", "by": cast.manager}
    conclude = [lambda: conclusions.conclude_item(cast.item, **given)] * 2
    assert at_once(*conclude) == ["done", "done"]
    assert Conclusion.objects.get().level == 2
    assert cast.refresh().state == "concluded"


def test_a_message_sent_twice_at_once_is_said_once():
    cast = Cast().discussing()
    key, user = uuid.uuid4(), cast.readings[0].seat.user
    say = [lambda: discuss(cast.item, "D’accord.", by=user, key=key)] * 2
    assert at_once(*say) == ["done", "done"]
    assert Message.objects.count() == 1
