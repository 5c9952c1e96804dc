"""Reading: drafts, deadlines, declining, replacing, reminders, thinking again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.common.typography import french
from essaim.following.models import Notification
from essaim.peers.actions import confirming, hand, invitations, items, readings, reminders
from essaim.peers.models import Conflict, EarlierReading, Reading, Round, Seat
from essaim.peers.tasks import send_invitation
from tests.peers.factories import INNOVATORS, USERS, Cast, answers, peer, submit
from tests.peers.pages import signed_in
from tests.people.factories import MembershipFactory, UserFactory, confirmed

pytestmark = pytest.mark.django_db


def past(cast: Cast) -> None:
    """The deadline of the readings has passed."""
    Round.objects.filter(pk=cast.round.pk).update(
        answer_by=timezone.now() - dt.timedelta(days=9),
        read_by=timezone.now() - dt.timedelta(hours=1),
    )


def form(reading: Reading, **more) -> dict:
    data = {"version": str(reading.version), "comment": "Clair.", "private_comment": ""}
    for criterion in reading.seat.college.criteria.all():
        data |= {f"level-{criterion.pk}": "3", f"why-{criterion.pk}": ""}
    return data | more


def test_a_late_submission_is_refused_and_its_text_kept():
    cast = Cast().reading()
    past(cast)
    reading = cast.readings[0]
    answer = signed_in(reading.seat.user).post(
        f"/lectures/{reading.pk}", form(reading, submit="1", comment="Écrit trop tard.")
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "La date limite était le" in text and "Écrit trop tard." in text
    reading.refresh_from_db()
    assert (reading.state, reading.comment) == ("assigned", "Écrit trop tard.")
    # More time is granted to this reader alone, and the same form is taken.
    readings.extend(reading, timezone.now() + dt.timedelta(days=1), by=cast.manager)
    submit(reading)
    with pytest.raises(DomainError, match="La date limite"):
        submit(cast.readings[1])


def test_a_draft_saves_itself_and_says_so():
    cast = Cast().reading()
    reading = cast.readings[0]
    client = signed_in(reading.seat.user)
    data = {"version": "0", "comment": "Je comm"}
    answer = client.post(f"/lectures/{reading.pk}", data, headers={"X-Essaim-Autosave": "1"})
    assert answer.status_code == 200 and answer.json()["version"] == 1
    again = client.post(f"/lectures/{reading.pk}", data, headers={"X-Essaim-Autosave": "1"})
    assert again.status_code == 200  # nothing new: no conflict with oneself
    other = {"version": "0", "comment": "Autre onglet"}
    answer = client.post(f"/lectures/{reading.pk}", other, headers={"X-Essaim-Autosave": "1"})
    assert answer.status_code == 409
    assert Reading.objects.get(pk=reading.pk).comment == "Je comm"


def test_from_two_tabs_the_second_is_shown_both_texts():
    cast = Cast().reading()
    reading = cast.readings[0]
    client = signed_in(reading.seat.user)
    client.post(f"/lectures/{reading.pk}", form(reading, draft="1", comment="Du premier onglet."))
    answer = client.post(
        f"/lectures/{reading.pk}", form(reading, submit="1", comment="Du second onglet.")
    )
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Du premier onglet." in text and "Du second onglet." in text
    assert Reading.objects.get(pk=reading.pk).comment == "Du premier onglet."


def test_what_lacks_is_named_and_what_is_written_is_kept():
    cast = Cast().reading()
    reading = cast.readings[0]
    first = reading.seat.college.criteria.first()
    data = form(reading, submit="1")
    data.pop(f"level-{first.pk}")
    answer = signed_in(reading.seat.user).post(f"/lectures/{reading.pk}", data)
    assert answer.status_code == 422
    assert french(f"Il manque un niveau pour : {first.title}") in answer.content.decode()
    assert Reading.objects.get(pk=reading.pk).comment == "Clair."


def test_a_level_that_does_not_exist_is_left_out():
    cast = Cast().reading()
    reading = cast.readings[0]
    content = answers(reading, level=9)
    with pytest.raises(DomainError, match="Il manque un niveau"):
        readings.submit(reading, content, by=reading.seat.user, version=0)
    # Another reader's form does not write mine.
    with pytest.raises(DomainError, match="pas la vôtre"):
        readings.save_draft(reading, content, by=cast.readings[1].seat.user, version=1)


def test_changing_one_s_mind_in_the_discussion_stays_known():
    cast = Cast().discussing(level=2)
    reading = cast.readings[0]
    with pytest.raises(DomainError, match="garde un niveau"):
        readings.revise(
            reading, {"answers": {}, "comment": "x"}, by=reading.seat.user, version=reading.version
        )
    readings.revise(reading, answers(reading, 4), by=reading.seat.user, version=reading.version)
    reading.refresh_from_db()
    assert {one["level"] for one in reading.answers.values()} == {4}
    before = EarlierReading.objects.get()
    assert {one["level"] for one in before.answers.values()} == {2}
    assert reading.revised_at


def test_who_declines_is_replaced_with_the_least_change():
    cast = Cast(innovators=3, users=2).reading(extra=1)
    first, *others = [r for r in cast.readings if r.seat.college.kind == INNOVATORS]
    submit(others[0])
    readings.decline(first, by=first.seat.user, reason="Je pars en congé.")
    plan = cast.plan()
    assert plan.is_replacement and plan.state == "ready"
    assert (plan.summary["added"], plan.summary["moved"]) == (1, 0)
    confirming.confirm_plan(plan, by=cast.manager)
    standing = Reading.objects.filter(item=cast.item).standing()
    assert standing.filter(seat__college__kind=INNOVATORS).count() == 3
    assert {r.pk for r in others} <= set(standing.values_list("pk", flat=True))
    assert Reading.objects.get(origin="replacement").seat_id != first.seat_id


def test_a_conflict_declared_by_the_reader_is_kept():
    cast = Cast().reading()
    reading = cast.readings[0]
    with pytest.raises(DomainError, match="pourquoi"):
        readings.decline(reading, by=reading.seat.user, reason=" ")
    readings.decline(reading, by=reading.seat.user, reason="Ma sœur y travaille.", is_conflict=True)
    assert Conflict.objects.get().person == reading.seat.user
    with pytest.raises(DomainError, match="décliné"):
        hand.add_reading(cast.item, reading.seat, by=cast.manager, sure=True)
    told = Notification.objects.filter(user=cast.manager)
    assert told.filter(announcement__verb="reading_declined").exists()


def test_by_hand_with_a_warning_and_never_against_a_conflict():
    cast = Cast(innovators=2, users=1).reading(extra=2)
    taken = set(Reading.objects.values_list("seat", flat=True))
    spare = [
        seat
        for seat in Seat.objects.filter(college__kind=INNOVATORS).select_related("user")
        if seat.pk not in taken
    ]
    with pytest.raises(hand.Warned) as warned:
        hand.add_reading(cast.item, spare[0], by=cast.manager)
    assert "déjà 2 lectures" in str(warned.value)
    reading = hand.add_reading(cast.item, spare[0], by=cast.manager, sure=True)
    assert reading.origin == Reading.Origin.HAND
    assert hand.add_reading(cast.item, spare[0], by=cast.manager, sure=True) == reading
    MembershipFactory(user=spare[1].user, organisation=cast.organisation)
    with pytest.raises(DomainError, match="Conflit"):
        hand.add_reading(cast.item, spare[1], by=cast.manager, sure=True)
    readings.save_draft(reading, {"comment": "Je commence."}, by=spare[0].user, version=0)
    with pytest.raises(hand.Warned):
        hand.remove_reading(reading, by=cast.manager)
    hand.remove_reading(reading, by=cast.manager, sure=True)
    assert Reading.objects.get(pk=reading.pk).comment == "Je commence."


def test_a_conflict_that_appears_stops_the_confirmation():
    cast = Cast().assigning(extra=1)
    plan = cast.plan()
    reader = plan.pairs.select_related("seat__user").first().seat.user
    MembershipFactory(user=reader, organisation=cast.organisation)
    with pytest.raises(DomainError, match="conflit"):
        confirming.confirm_plan(plan, by=cast.manager)


def test_reminders_are_two_at_most_and_only_for_those_who_still_read():
    cast = Cast().reading()
    done, *late = cast.readings
    submit(done)
    due = cast.round.read_by
    assert reminders.remind_readers(due - dt.timedelta(days=15)) == 0
    assert reminders.remind_readers(due - dt.timedelta(days=6)) == len(late)
    assert reminders.remind_readers(due - dt.timedelta(days=6)) == 0
    assert reminders.remind_readers(due - dt.timedelta(days=1)) == len(late)
    assert reminders.remind_readers(due - dt.timedelta(hours=1)) == 0
    assert set(Seat.objects.filter(readings__in=late).values_list("reminders", flat=True)) == {2}
    assert not reminders.remind_one(late[0].seat, by=cast.manager)
    assert Seat.objects.get(pk=done.seat_id).reminders == 0
    assert reminders.remind_one(done.seat, by=cast.manager)


def test_an_address_is_invited_once_and_answered_by_who_owns_it(mailoutbox):
    cast = Cast().inviting()
    college = cast.college(USERS)
    seat = invitations.invite_address(college, "Nouvelle@Exemple.fr", by=cast.manager)
    assert invitations.invite_address(college, "nouvelle@exemple.fr", by=cast.manager) == seat
    with pytest.raises(DomainError, match="n’est pas une adresse"):
        invitations.invite_address(college, "pas une adresse", by=cast.manager)
    stranger = confirmed(UserFactory())
    with pytest.raises(DomainError, match="pas la vôtre"):
        invitations.accept(seat, by=stranger)
    owner = confirmed(UserFactory(email="nouvelle@exemple.fr"))
    assert invitations.accept(seat, by=owner).user == owner
    assert invitations.accept(seat, by=owner).state == "accepted"


def test_the_same_is_done_whether_or_not_the_address_has_an_account(
    mailoutbox, django_capture_on_commit_callbacks
):
    cast = Cast().inviting()
    owner = confirmed(UserFactory())
    with django_capture_on_commit_callbacks(execute=True):
        for email in (owner.email, "inconnue@exemple.fr"):
            send_invitation(
                invitations.invite_address(cast.college(USERS), email, by=cast.manager).pk
            )
    assert [message.to for message in mailoutbox] == [["inconnue@exemple.fr"]]
    assert Notification.objects.filter(user=owner, announcement__verb="peer_invited").exists()


def test_who_does_not_consent_or_is_not_available_is_not_invited():
    cast = Cast().inviting()
    for person in (UserFactory(), peer(is_available=False)):
        with pytest.raises(DomainError, match="n’accepte pas d’invitation"):
            cast.invite(person)
    with pytest.raises(DomainError, match="n’en est pas lecteur"):
        from essaim.peers.actions.profiles import save_profile

        save_profile(cast.manager, is_peer=True)
        cast.invite(cast.manager)


def test_declined_then_accepted_and_cancelled_then_invited_again():
    cast = Cast().inviting()
    person = peer()
    seat = cast.invite(person)
    invitations.decline(seat, by=person, reason="Trop de travail.")
    assert invitations.accept(seat, by=person).state == "accepted"
    other = peer()
    seat = cast.invite(other)
    invitations.cancel(seat, by=cast.manager)
    with pytest.raises(DomainError):
        invitations.accept(seat, by=other)
    assert cast.invite(other).state == "invited"


def test_loads_elsewhere_count():
    cast = Cast(innovators=1, users=1).inviting()
    busy = peer(max_load=1)
    cast.take(busy, INNOVATORS)
    cast.take(peer(), USERS)
    from essaim.peers.actions import rounds

    rounds.close_invitations(cast.round, by=cast.manager)
    cast.refresh()
    confirming.confirm_plan(cast.plan(), by=cast.manager)
    other = Cast(innovators=1, users=1).inviting()
    other.take(busy, INNOVATORS)
    other.take(peer(), USERS)
    rounds.close_invitations(other.round, by=other.manager)
    other.refresh()
    assert other.plan().state == "infeasible"


def test_an_item_of_another_kind_than_a_card():
    """What a call will do with its applications."""
    cast = Cast()
    author, organisation = UserFactory(), cast.organisation
    item = items.add_item(
        cast.round, reference="application:7", title="Une candidature", text="Nous ferons ceci.",
        people=[author], organisations=[organisation],
    )  # fmt: skip
    assert items.add_item(cast.round, reference="application:7", title="Encore") == item
    from essaim.peers import rules

    assert rules.speaks_for(author, item)
    with pytest.raises(DomainError, match="texte ou une adresse"):
        items.add_item(cast.round, reference="application:8", title="Vide")


def test_after_three_years_what_names_people_goes_and_readings_stay():
    from essaim.peers.actions.leaving import forget_ended_rounds
    from essaim.peers.actions.talk import write_to_manager
    from essaim.peers.models import Message

    cast = Cast().concluded()
    reading = cast.readings[0]
    items_before = reading.comment
    Round.objects.filter(pk=cast.round.pk).update(
        concluded_at=timezone.now() - dt.timedelta(days=1100)
    )
    import uuid

    write_to_manager(reading.seat, "Merci.", by=reading.seat.user, key=uuid.uuid4())
    Seat.objects.filter(pk=reading.seat_id).update(reason="Une raison.")
    assert forget_ended_rounds(3 * 365) == 2
    assert not Message.objects.filter(seat=reading.seat).exists()
    assert Reading.objects.get(pk=reading.pk).comment == items_before
    assert forget_ended_rounds(3 * 365) == 0
