"""An exchange, a visit, an outcome; reminders until it is said."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.common.waiting import waiting_for
from essaim.following.models import Notification
from essaim.following.reading import lines
from essaim.initiatives.actions.facts import record_fact
from essaim.introductions import numbers, rules
from essaim.introductions.actions import progress, reminders, requests, talk
from essaim.introductions.actions.keeping import forget_ended, forget_person, join_organisations
from essaim.introductions.keeping import introductions_of
from essaim.introductions.models import Introduction, Message, Note
from essaim.introductions.signals import replication_begun
from essaim.replications.models import Replication
from tests.contributions.factories import told
from tests.dates import today
from tests.initiatives.factories import InitiativeFactory
from tests.introductions.factories import (
    IntroductionFactory,
    MessageFactory,
    NoteFactory,
    representative,
    town,
)
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def one():
    return IntroductionFactory(accepted=True)


def test_the_whole_story(one):
    begun = []
    replication_begun.connect(lambda **said: begun.append(said["introduction"]), weak=False,
                              dispatch_uid="test")  # fmt: skip
    try:
        progress.note_exchange(one, by=one.adopter, on=today(7))
        one.refresh_from_db()
        assert (one.state, one.exchange_on) == ("accepted", today(7))
        progress.note_exchange(one, by=one.adopter, on=today())
        progress.note_visit(one, by=one.card.author, on=today(-1))
        one.refresh_from_db()
        assert one.state == "visited"
        for _n in range(2):  # a double click
            progress.close(one, by=one.adopter, outcome="replication", note="En mars.")
        assert [each.pk for each in begun] == [one.pk]
    finally:
        replication_begun.disconnect(dispatch_uid="test")
    assert told(one.card.author) == [("intro_closed", False)]


def test_a_replication_begun_is_followed_in_its_room_without_typing_it_again(client):
    there = town()
    one = IntroductionFactory(
        card__holder=OrganisationFactory(), organisation=there, adopter=representative(there),
        accepted=True,
    )  # fmt: skip
    for _n in range(2):
        progress.close(one, by=one.adopter, outcome="replication")
    site = Replication.objects.get()
    assert (site.initiative, site.adopter, site.territory) == (one.card, there, there.territory)
    assert site.adopter_agreed_by == one.adopter
    assert site.holder_agreed_at is None  # the other side is asked
    client.force_login(one.adopter)
    assert site.get_absolute_url() in client.get(one.get_absolute_url()).content.decode()


@pytest.mark.parametrize("mode", ["franchise", "dissemination"])
def test_it_begins_in_the_mode_of_the_cards_strategy_and_stays_an_intention(mode):
    there = town()
    one = IntroductionFactory(
        card__holder=OrganisationFactory(), organisation=there, adopter=representative(there),
        accepted=True,
    )  # fmt: skip
    record_fact(one.card, "strategy_chosen", "strategy:1", {"model": "up", "mode": mode}, "2016")
    progress.close(one, by=one.adopter, outcome="replication")
    site = Replication.objects.get()
    assert (site.mode, site.state) == (mode, "interested")


def test_a_site_already_taken_up_does_not_hold_the_outcome_back():
    there = town()
    card = InitiativeFactory(published=True, author=UserFactory())
    for _n in range(2):
        one = IntroductionFactory(
            card=card, organisation=there, adopter=representative(there), accepted=True
        )
        progress.close(one, by=one.adopter, outcome="replication")
    assert Replication.objects.count() == 1
    assert Introduction.objects.filter(outcome="replication").count() == 2


def test_an_outcome_asks_what_it_needs(one):
    with pytest.raises(DomainError, match="pourquoi"):
        progress.close(one, by=one.adopter, outcome="no")
    for day in (None, today()):
        with pytest.raises(DomainError, match="date à venir"):
            progress.close(one, by=one.adopter, outcome="not_now", ask_again_on=day)
    with pytest.raises(DomainError):
        progress.close(one, by=one.adopter, outcome="perhaps")
    progress.close(one, by=one.adopter, outcome="no", note="Trop cher.")
    with pytest.raises(DomainError, match="Entre-temps"):
        progress.close(one, by=one.card.author, outcome="replication")
    with pytest.raises(DomainError, match="Entre-temps"):
        progress.note_visit(one, by=one.adopter, on=today())


def test_an_absurd_year_is_asked_again(one):
    with pytest.raises(DomainError, match="année"):
        progress.note_visit(one, by=one.adopter, on=dt.date(202, 5, 1))
    progress.note_visit(one, by=one.adopter, on=today())
    with pytest.raises(DomainError, match="à venir"):
        progress.note_visit(one, by=one.adopter, on=today(3))


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "exchanged", "exchange_on": None},
        {"state": "visited", "visit_on": None},
        {"state": "closed", "outcome": "", "ended_on": dt.date(2026, 1, 1)},
        {"state": "accepted", "outcome": "no"},
        {"state": "closed", "outcome": "not_now", "ended_on": dt.date(2026, 1, 1)},
        {"state": "lost"},
        {"state": "accepted", "answered_at": None},
        {"side": "holder", "organisation": None},
    ],
)
def test_the_database_refuses_what_makes_no_sense(one, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Introduction.objects.filter(pk=one.pk).update(**wrong)


def test_both_sides_read_the_thread_each_its_notes(client, one):
    talk.write(one, "Venez un mardi.", side="holder", by=one.card.author)
    assert told(one.adopter) == [("intro_message", True)]
    talk.write_note(one, "Budget à vérifier.", side="adopter", by=one.adopter)
    for person, sees in ((one.adopter, True), (one.card.author, False)):
        client.force_login(person)
        page = client.get(one.get_absolute_url()).content.decode()
        assert "Venez un mardi." in page
        assert ("Budget à vérifier." in page) is sees
        assert person.email not in page


def test_nobody_else_reads_anything(client, one):
    NoteFactory(introduction=one)
    for person in (UserFactory(), UserFactory(manager=True)):
        client.force_login(person)
        assert client.get(one.get_absolute_url()).status_code == 404
        assert not rules.can_view(person, one)


def test_writing_waits_for_the_answer_and_has_a_limit(settings):
    asked = IntroductionFactory()
    with pytest.raises(DomainError, match="en cours"):
        talk.write(asked, "Alors ?", side="adopter", by=asked.adopter)
    going = IntroductionFactory(accepted=True)
    settings.INTRODUCTIONS = {**settings.INTRODUCTIONS, "texts_per_hour": 1}
    talk.write(going, "Bonjour.", side="adopter", by=going.adopter)
    with pytest.raises(DomainError, match="beaucoup écrit"):
        talk.write(going, "Encore.", side="adopter", by=going.adopter)
    with pytest.raises(DomainError, match="Écrivez"):
        talk.write_note(going, "  ", side="holder", by=going.card.author)


def test_only_who_wrote_a_note_erases_it(one):
    note = NoteFactory(introduction=one)
    with pytest.raises(DomainError):
        talk.remove_note(note, by=one.adopter)
    talk.remove_note(note, by=note.author)
    talk.remove_note(note, by=note.author)
    assert not Note.objects.exists()


# --- reminders ----------------------------------------------------------------------------
def ago(one, days):
    Introduction.objects.filter(pk=one.pk).update(moved_on=today(-days), reminded_on=None)


def test_reminded_to_say_what_came_out_one_click_from_the_form(one):
    assert reminders.remind()["say"] == 0
    ago(one, 20)
    assert reminders.remind()["say"] == 1
    assert reminders.remind()["say"] == 0  # not the same day
    assert told(one.adopter) == [("intro_say", True)]
    (line,) = lines(list(Notification.objects.filter(user=one.adopter)), one.adopter)
    assert line.url == reverse("introductions:close", args=[one.pk])
    (waits,) = [each for each in waiting_for(one.adopter) if "mise en relation" in each.title]
    assert waits.url == line.url
    Introduction.objects.update(reminded_on=today(-20))
    assert reminders.remind()["say"] == 1
    Introduction.objects.update(reminded_on=today(-20))
    assert reminders.remind()["say"] == 0  # twice is enough
    progress.close(one, by=one.adopter, outcome="no", note="Trop loin.")
    assert not [each for each in waiting_for(one.adopter) if "mise en relation" in each.title]


def test_a_day_agreed_on_is_waited_for(one):
    progress.note_visit(one, by=one.adopter, on=today(5))
    ago(one, 60)
    assert reminders.remind()["say"] == 0
    Introduction.objects.update(visit_on=today(-1))
    assert reminders.remind()["say"] == 1


def test_reminded_to_answer_and_to_talk_again():
    asked = IntroductionFactory()
    ago(asked, 11)
    assert reminders.remind() == {"answer": 1, "say": 0, "again": 0}
    assert told(asked.card.author) == [("intro_answer", True)]
    later = IntroductionFactory(accepted=True)
    progress.close(later, by=later.adopter, outcome="not_now", ask_again_on=today(1))
    assert reminders.remind()["again"] == 0
    Introduction.objects.filter(pk=later.pk).update(ask_again_on=today())
    assert reminders.remind()["again"] == 1
    assert reminders.remind()["again"] == 0
    assert ("intro_again", True) in told(later.adopter)
    assert [each for each in waiting_for(later.adopter) if "Reparler" in each.title]


# --- figures ------------------------------------------------------------------------------
def test_small_numbers_are_masked_except_to_the_team(one):
    IntroductionFactory(card=one.card, closed=True)
    told_to_all = numbers.of_card(one.card, exact=False)
    assert told_to_all["all"] == "moins de 5"
    assert told_to_all["median_days"] is None
    team = numbers.of_card(one.card, exact=True)
    assert (team["all"], team["going"], team["median_days"]) == ("2", "1", 0)
    assert [(str(label), count) for label, count in team["outcomes"]] == [
        ("une reprise commence", "1")
    ]
    answered = timezone.now() + dt.timedelta(days=3)
    for _n in range(4):
        other = IntroductionFactory(card=one.card, accepted=True)
        Introduction.objects.filter(pk=other.pk).update(answered_at=answered)
    assert numbers.of_card(one.card, exact=False)["median_days"] == 3


# --- keeping ------------------------------------------------------------------------------
def test_who_leaves_takes_along_what_only_they_could_answer_for(one):
    MessageFactory(introduction=one, author=one.adopter, side="adopter")
    NoteFactory(introduction=one, author=one.adopter, side="adopter")
    archive = introductions_of(one.adopter)
    assert archive["introductions"][0]["reason"] == one.reason
    assert archive["messages"] and archive["notes"]
    forget_person(one.adopter)
    one.refresh_from_db()
    assert (one.state, one.reason, one.adopter, one.asked_by) == ("withdrawn", "", None, None)
    assert not Message.objects.exists() and not Note.objects.exists()


def test_an_organisation_goes_on_without_who_left(one):
    there = town()
    person = MembershipFactory(organisation=there).user
    its = IntroductionFactory(organisation=there, adopter=person, accepted=True)
    message = MessageFactory(introduction=its, author=person, side="adopter")
    forget_person(person)
    its.refresh_from_db()
    message.refresh_from_db()
    assert (its.state, its.adopter, message.author, message.text) == (
        "accepted", None, None, "Venez un mardi.",
    )  # fmt: skip
    talk.write(its, "Et maintenant ?", side="holder", by=its.card.author)
    assert told(representative(there)) == [("intro_message", True)]


def test_what_has_served_is_not_kept():
    old = IntroductionFactory(closed=True, outcome_note="En mars.")
    MessageFactory(introduction=old)
    assert forget_ended(30) == 0
    Introduction.objects.update(ended_on=today(-40))
    assert forget_ended(30) == 1
    old.refresh_from_db()
    assert (old.reason, old.outcome_note, old.outcome) == ("", "", "replication")


def test_notes_go_even_where_the_reason_went_before():
    old = IntroductionFactory(closed=True, reason="")
    NoteFactory(introduction=old)
    MessageFactory(introduction=old)
    Introduction.objects.update(ended_on=today(-40))
    assert forget_ended(30) == 1
    assert not Note.objects.exists() and not Message.objects.exists()
    assert forget_ended(30) == 0


def test_two_organisations_become_one():
    kept, other = town(), town()
    card = IntroductionFactory(organisation=kept, accepted=True).card
    twice = IntroductionFactory(organisation=other, card=card)
    join_organisations(kept, other, by=UserFactory())
    twice.refresh_from_db()
    assert twice.state == "withdrawn"
    assert OrganisationFactory.create().pk  # nothing else is in the way


def test_accepted_twice_by_the_same_person_is_once():
    one = IntroductionFactory()
    requests.accept(one, by=one.card.author)
    assert requests.accept(one, by=one.card.author).state == "accepted"
