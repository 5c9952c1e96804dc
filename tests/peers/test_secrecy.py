"""Who sees what: readers, holders, managers with a part, by the pages and by the address."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from essaim.common.errors import DomainError
from essaim.following.models import Announcement
from essaim.peers import rules
from essaim.peers.actions import conclusions, readings, rounds, talk
from essaim.peers.models import Conflict, Reading, Round, Seat, SeatState
from essaim.people import personal_data
from essaim.people.actions.deletion import delete_account
from essaim.people.models import Membership
from tests.peers.factories import Cast, answers, submit
from tests.peers.pages import key, page, signed_in
from tests.people.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_reader_sees_no_other_reading_before_submitting_even_by_its_address():
    cast = Cast().reading()
    first, second = cast.readings[:2]
    submit(first)
    client = signed_in(second.seat.user)
    assert client.get(f"/lectures/{first.pk}").status_code == 404
    assert client.get(f"/lectures/{first.pk}/discussion").status_code == 404
    assert client.get(f"/lectures/{second.pk}/discussion").status_code == 403
    assert "il manque le coût" not in page(client, f"/lectures/{second.pk}")[1]
    # Nor after submitting, until the discussion opens.
    submit(second)
    assert client.get(f"/lectures/{second.pk}/discussion").status_code == 403
    assert not Reading.objects.beside(Reading.objects.get(pk=second.pk)).exists()


def test_who_did_not_submit_never_sees_the_others():
    cast = Cast().reading()
    late, *others = cast.readings
    for one in others:
        submit(one)
    Round.objects.filter(pk=cast.round.pk).update(
        answer_by="2020-01-01T00:00Z", read_by="2020-02-01T00:00Z"
    )
    rounds.open_discussion(cast.round, by=cast.manager)
    client = signed_in(late.seat.user)
    assert client.get(f"/lectures/{late.pk}/discussion").status_code == 403
    assert "il manque le coût" not in page(client, f"/lectures/{late.pk}")[1]


def test_readers_discuss_without_names_and_the_holder_reads_nothing_of_it():
    cast = Cast().discussing()
    first, second = cast.readings[:2]
    talk.discuss(cast.item, "Je ne crois pas au coût.", by=first.seat.user, key=key())
    status, text = page(signed_in(second.seat.user), f"/lectures/{second.pk}/discussion")
    assert status == 200 and "Je ne crois pas au coût." in text
    assert first.seat.user.name not in text
    assert f"Lecteur {first.seat.number}" in text
    holder = signed_in(cast.holder)
    assert holder.get(f"/lectures/{second.pk}/discussion").status_code == 404
    for address in (
        f"/lectures/retours/{cast.item.pk}",
        cast.card.get_absolute_url(),
        "/mon-espace",
    ):
        text = page(holder, address)[1]
        assert "Je ne crois pas au coût." not in text and "il manque le coût" not in text
        assert all(one.seat.user.name not in text for one in cast.readings)
    for address in ("", "/suivi", "/resultats", f"/resultats/{cast.item.pk}", "/pairs"):
        assert holder.get(f"/gestion/lectures/{cast.round.pk}{address}").status_code == 404


def test_names_reach_the_holder_only_where_the_round_was_announced_so():
    cast = Cast(readers_hidden=False).reading()
    text = page(signed_in(cast.holder), f"/lectures/retours/{cast.item.pk}")[1]
    assert all(one.seat.user.name in text for one in cast.readings)


def test_hidden_applicants_are_covered_in_the_text_and_the_card_is_not_linked():
    cast = Cast(applicants_hidden=True)
    cast.item.text = f"Portée par {cast.organisation.name} depuis 2015."
    cast.item.save()
    cast.reading()
    reading = cast.readings[0]
    text = page(signed_in(reading.seat.user), f"/lectures/{reading.pk}")[1]
    assert "depuis 2015" in text and cast.organisation.name not in text
    assert cast.card.get_absolute_url() not in text


def test_visible_to_agrees_with_can_run():
    casts = [Cast(), Cast().reading()]
    people = [
        casts[0].manager, casts[0].holder, casts[1].readings[0].seat.user,
        UserFactory(manager=True), UserFactory(administrator=True), UserFactory(),
    ]  # fmt: skip
    member = UserFactory(manager=True)
    Membership.objects.create(user=member, organisation=casts[1].organisation)
    for person in [*people, member]:
        seen = set(Round.objects.visible_to(person))
        assert seen == {c.round for c in casts if rules.can_run(person, c.round)}


def test_the_thread_with_the_manager_is_read_by_nobody_else():
    cast = Cast().reading()
    first, second = cast.readings[:2]
    talk.write_to_manager(first.seat, "Je connais le porteur.", by=first.seat.user, key=key())
    managers = page(
        signed_in(cast.manager), f"/gestion/lectures/{cast.round.pk}/pairs/{first.seat_id}"
    )
    assert "Je connais le porteur." in managers[1]
    own = page(signed_in(first.seat.user), f"/lectures/invitations/{first.seat_id}")[1]
    assert "Je connais le porteur." in own
    other = signed_in(second.seat.user)
    assert other.get(f"/lectures/invitations/{first.seat_id}").status_code == 404
    assert signed_in(cast.holder).get(f"/lectures/invitations/{first.seat_id}").status_code == 404


def test_nothing_announced_names_a_reader_to_the_holder():
    cast = Cast().concluded()
    told = Announcement.objects.filter(notifications__user=cast.holder).distinct()
    readers = {one.seat.user_id for one in cast.readings}
    assert told.exists()
    assert not told.filter(by__in=readers).exists()


def test_an_objection_says_nothing_of_who_reads_and_takes_the_reading_back():
    cast = Cast().reading()
    reader = cast.readings[0].seat.user
    MembershipFactory(user=reader, organisation__name="Cabinet des conflits")
    answer = signed_in(cast.holder).post(
        f"/lectures/retours/{cast.item.pk}/recusation",
        {"organisation": "Cabinet des conflits", "kind": "interest", "reason": "Concurrent."},
        follow=True,
    )
    assert answer.status_code == 200
    assert reader.name not in answer.content.decode()
    assert Reading.objects.get(pk=cast.readings[0].pk).state == "removed"
    assert Conflict.objects.get().side == Conflict.Side.HOLDER


def test_what_a_reader_wrote_is_theirs_and_stays_without_them():
    cast = Cast().reading()
    reading = submit(cast.readings[0])
    user = reading.seat.user
    held = json.dumps(personal_data.archive(user)["peers"], default=str, ensure_ascii=False)
    assert "il manque le coût" in held
    delete_account(user, keep_name=False)
    reading.refresh_from_db()
    seat = Seat.objects.get(pk=reading.seat_id)
    assert reading.state == "submitted" and "il manque le coût" in reading.comment
    assert seat.user is None and seat.email == "" and seat.number


def test_a_draft_goes_with_the_person_and_its_place_is_free():
    cast = Cast().reading()
    reading = cast.readings[0]
    from essaim.peers.actions import readings

    readings.save_draft(reading, answers(reading), by=reading.seat.user, version=0)
    delete_account(reading.seat.user, keep_name=True)
    reading = Reading.objects.get(pk=reading.pk)
    assert reading.state == "declined" and reading.comment == "" and reading.answers == {}


def test_nothing_changes_under_what_the_holder_was_told():
    cast = Cast().shared()
    fresh = cast.readings[0]
    with pytest.raises(DomainError, match="ne se reprend plus"):
        readings.revise(fresh, answers(fresh, 4), by=fresh.seat.user, version=fresh.version)


def test_who_read_then_left_does_not_run_the_round():
    cast = Cast().reading()
    reading = cast.readings[0]
    submit(reading)
    seated = reading.seat.user
    seated.is_manager = True
    seated.save()
    Seat.objects.filter(pk=reading.seat_id).update(state=SeatState.LEFT)
    assert not rules.can_run(seated, cast.round)
    assert cast.round not in Round.objects.visible_to(seated)


def test_a_round_given_up_takes_back_no_conclusion():
    cast = Cast(cards=2).discussing()
    conclusions.save_feedback(cast.item, "Un besoin clair.", by=cast.manager, version=0)
    conclusions.share_feedback(cast.item, by=cast.manager)
    conclusions.reply(cast.item, "Merci.", by=cast.holder, is_public=True)
    conclusions.conclude_item(
        cast.item, level=2, statement="Un besoin établi.", reasons="Lu.", by=cast.manager
    )
    rounds.abandon(cast.refresh(), "Faute de lecteurs.", by=cast.manager)
    said = page(Client(), f"{cast.card.get_absolute_url()}/preuves")[1]
    assert "Un besoin établi." in said


def test_what_a_reader_writes_reaches_a_manager_who_may_run_the_round():
    cast = Cast().reading()
    other = UserFactory(manager=True)
    MembershipFactory(user=cast.manager, organisation=cast.organisation)
    assert talk.whom_to_tell(cast.readings[0].seat) == [other]


def test_a_college_of_one_reading_is_shown_to_managers_alone():
    cast = Cast(innovators=2, users=1).replied()
    conclusions.conclude_item(
        cast.item, level=2, statement="Un besoin établi.", reasons="Lu.", by=cast.manager
    )
    public = page(Client(), f"{cast.card.get_absolute_url()}/preuves")[1]
    holder = page(signed_in(cast.holder), f"/lectures/retours/{cast.item.pk}")[1]
    for text in (public, holder):
        assert "Trop peu de lectures dans ce collège" in text
        assert "Niveaux donnés par les innovateurs" in text
        assert "Niveaux donnés par les utilisateurs potentiels" not in text
    manager = page(
        signed_in(cast.manager), f"/gestion/lectures/{cast.round.pk}/resultats/{cast.item.pk}"
    )[1]
    assert "Trop peu de lectures" not in manager


def test_what_was_taken_back_is_no_longer_read_at_its_address():
    from essaim.peers.actions import hand

    cast = Cast().reading()
    cast.item.text = "Le texte confidentiel."
    cast.item.save()
    kept, taken, linked = cast.readings[:3]
    for one in (taken, linked):
        readings.save_draft(one, answers(one), by=one.seat.user, version=0)
    hand.remove_reading(taken, by=cast.manager, sure=True)
    MembershipFactory(user=linked.seat.user, organisation=cast.organisation)
    assert "confidentiel" in page(signed_in(kept.seat.user), f"/lectures/{kept.pk}")[1]
    for one in (taken, linked):
        status, text = page(signed_in(one.seat.user), f"/lectures/{one.pk}")
        assert status == 200 and "confidentiel" not in text
        assert cast.card.get_absolute_url() not in text
        assert "il manque le coût" in text  # one's own words
    # Nobody else: a manager meets no draft, whatever became of it.
    manager = signed_in(cast.manager)
    assert manager.get(f"/lectures/{taken.pk}").status_code == 404
    assert "il manque le coût" not in page(manager, f"/gestion/lectures/{cast.round.pk}/suivi")[1]


@pytest.mark.parametrize("end", ["removed", "declined"])
def test_a_draft_that_was_taken_back_goes_with_the_account(end):
    from essaim.peers.actions import hand

    cast = Cast().reading()
    reading = cast.readings[0]
    reader = reading.seat.user
    readings.save_draft(reading, answers(reading), by=reader, version=0)
    reading = Reading.objects.select_related("seat", "item").get(pk=reading.pk)
    if end == "removed":
        hand.remove_reading(reading, by=cast.manager, sure=True)
    else:
        readings.decline(reading, by=reader, reason="Mon ancien chef y travaille.")
    delete_account(reader, keep_name=True)
    reading = Reading.objects.get(pk=reading.pk)
    assert reading.state == end
    assert (reading.answers, reading.comment, reading.private_comment) == ({}, "", "")
    assert reading.decline_reason == ""


@pytest.mark.django_db(transaction=True)
def test_history_does_not_tell_who_read_even_where_a_name_was_kept():
    from django.apps import apps

    cast = Cast().reading()
    reading = submit(cast.readings[0])
    other = cast.readings[1]
    readings.decline(other, by=other.seat.user, reason="Trop de travail.")
    for name, pk in (("SeatEvent", reading.seat_id), ("ReadingEvent", reading.pk)):
        model = apps.get_model("peers", name)
        rows = model.objects.filter(pgh_obj=pk)
        assert rows.exists()
        assert "user" not in {field.name for field in model._meta.fields}
        readers = {reading.seat.user_id, other.seat.user_id}
        for row in model.objects.all():
            assert (row.pgh_context or {}).get("user") not in readers
    accepted = apps.get_model("peers", "SeatEvent").objects.filter(
        pgh_obj=reading.seat_id, pgh_context__action="accept_seat"
    )
    assert accepted.get().pgh_context["seat"] == reading.seat_id
