"""Asked from a card or from a territory, answered by the other side."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.conf import settings
from django.utils import timezone

from essaim.common.errors import DomainError
from essaim.common.waiting import waiting_for
from essaim.contributions.actions.interest import be_interested, close_interest, make_contact
from essaim.introductions import rules
from essaim.introductions.actions import choices, progress, requests
from essaim.introductions.models import Introduction, OrganisationChoice, PersonChoice
from tests.contributions.factories import told
from tests.dates import today
from tests.initiatives.factories import InitiativeFactory
from tests.introductions.factories import propose, representative, town
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def card():
    return InitiativeFactory(published=True, author=UserFactory())


# --- from the card ------------------------------------------------------------------------
def test_saying_that_one_is_interested_asks_for_the_introduction(card):
    person = UserFactory()
    interest = be_interested(card, by=person, message="Peut-on venir voir ?")
    one = Introduction.objects.get()
    assert (one.side, one.state, one.reason) == ("adopter", "requested", "Peut-on venir voir ?")
    assert (one.adopter, one.interest) == (person, interest)
    assert told(card.author) == [("interest_received", True)]  # not a second time
    be_interested(card, by=person, message="Peut-on venir en mars ?")
    assert Introduction.objects.get().reason == "Peut-on venir en mars ?"


def test_accepted_on_either_page_is_accepted_on_both(card):
    first = be_interested(card, by=UserFactory(), message="Un.")
    second = be_interested(card, by=UserFactory(), message="Deux.")
    requests.accept(first.introduction, by=card.author)
    make_contact(second, by=card.author)
    assert set(Introduction.objects.values_list("state", flat=True)) == {"accepted"}
    first.refresh_from_db()
    assert first.state == "in_contact"
    assert told(first.user) == [("interest_in_contact", False)]


def test_declined_closes_the_interest_and_says_why(card):
    interest = be_interested(card, by=UserFactory(), message="Un.")
    with pytest.raises(DomainError, match="pourquoi"):
        requests.decline(interest.introduction, by=card.author, reason=" ")
    requests.decline(interest.introduction, by=card.author, reason="Pas cette année.")
    one = Introduction.objects.get()
    assert (one.state, one.decline_reason) == ("declined", "Pas cette année.")
    interest.refresh_from_db()
    assert (interest.state, interest.message) == ("closed", "")
    assert told(interest.user) == [("intro_declined", False)]


def test_no_longer_interested_withdraws_what_was_asked(card):
    interest = be_interested(card, by=UserFactory(), message="Un.")
    close_interest(interest, by=interest.user)
    one = Introduction.objects.get()
    assert (one.state, one.reason) == ("withdrawn", "")


def test_interested_again_once_the_former_has_ended(card):
    person = UserFactory()
    interest = be_interested(card, by=person, message="Un.")
    first = requests.accept(interest.introduction, by=card.author)
    progress.close(first, by=person, outcome="not_now", ask_again_on=today(90))
    be_interested(card, by=person, message="C’est le moment.")
    second = Introduction.objects.get(state="requested")
    assert (second.reason, second.interest, second.pk != first.pk) == (
        "C’est le moment.", interest, True,
    )  # fmt: skip
    assert told(card.author)[-1] == ("intro_answer", True)
    assert any("Répondre à une demande" in each.title for each in waiting_for(card.author))
    requests.accept(second, by=card.author)
    assert Introduction.objects.filter(state="accepted").count() == 1


def test_a_colleague_joins_what_their_organisation_has_begun(card):
    own = OrganisationFactory()
    people = [MembershipFactory(organisation=own).user for _n in range(2)]
    first = be_interested(card, by=people[0], message="Un.", organisation=own)
    be_interested(card, by=people[1], message="Moi aussi.", organisation=own)
    one = Introduction.objects.get()
    assert one.interest == first
    assert [message.text for message in one.messages.all()] == ["Moi aussi."]
    assert all(rules.can_view(person, one) for person in people)


# --- from a territory ---------------------------------------------------------------------
def test_a_holder_proposes_and_the_territory_decides(card):
    there = town()
    one = propose(card, there)
    assert (one.side, one.state) == ("holder", "requested")
    decides = representative(there)
    assert told(decides) == [("intro_proposed", True)]
    assert rules.can_answer(decides, one)
    assert not rules.can_answer(card.author, one)
    # A member who neither represents it nor takes projects up reads, and does not decide.
    reads = MembershipFactory(organisation=there).user
    assert rules.can_view(reads, one)
    assert not rules.can_answer(reads, one)
    requests.accept(one, by=decides)
    one.refresh_from_db()
    assert (one.state, one.adopter) == ("accepted", decides)
    assert told(card.author) == [("intro_accepted", True)]


@pytest.mark.parametrize("answer", ["", "refuses", "closed"])
def test_nobody_is_written_to_who_has_not_accepted(card, answer):
    with pytest.raises(DomainError, match="n’accepte pas"):
        propose(card, town(answer=answer))


def test_the_authority_of_a_place_closes_it_to_proposals(card):
    mairie = town(answer="")
    association = OrganisationFactory(territory=mairie.territory)
    MembershipFactory(organisation=association, role="representative")
    choices.choose_for_organisation(association, "accepts", by=UserFactory())
    assert requests.reachable(mairie.territory) == [association]
    with pytest.raises(DomainError, match="collectivité"):
        choices.choose_for_organisation(association, "closed", by=UserFactory())
    choices.choose_for_organisation(mairie, "closed", by=representative(mairie))
    assert requests.reachable(mairie.territory) == []


def test_a_person_leaves_such_mail_and_colleagues_keep_it(card):
    there = town()
    left = representative(there)
    choices.choose_for_person(left, wants=False)
    choices.choose_for_person(left, wants=False)
    assert requests.reachable(there.territory) == []  # nobody would read it
    other = MembershipFactory(organisation=there, functions=["adopter"]).user
    propose(card, there)
    assert told(left) == []
    assert told(other) == [("intro_proposed", True)]
    choices.choose_for_person(left, wants=True)
    assert not PersonChoice.objects.exists()


def test_never_the_same_twice_without_an_answer(card):
    there = town()
    one = propose(card, there)
    with pytest.raises(DomainError, match="en cours"):
        propose(card, there)
    requests.withdraw(one, by=card.author)
    with pytest.raises(DomainError, match="sans réponse"):
        propose(card, there)


def test_after_a_no_a_year_after_not_now_the_day_that_was_said(card):
    there = town()
    requests.decline(propose(card, there), by=representative(there), reason="Non.")
    with pytest.raises(DomainError, match="à partir du"):
        propose(card, there)
    long_ago = timezone.localdate() - dt.timedelta(days=400)
    Introduction.objects.update(ended_on=long_ago)
    again = requests.accept(propose(card, there), by=representative(there))
    progress.close(again, by=card.author, outcome="not_now", ask_again_on=today(10))
    with pytest.raises(DomainError, match="à partir du"):
        propose(card, there)
    Introduction.objects.filter(pk=again.pk).update(ask_again_on=timezone.localdate())
    assert propose(card, there).state == "requested"


def test_daily_limits_by_card_and_by_person(card):
    limit = settings.INTRODUCTIONS["proposals_per_card"]
    for _n in range(limit):
        propose(card, town())
    with pytest.raises(DomainError, match="Cette fiche a été proposée"):
        propose(card, town())
    other = InitiativeFactory(published=True, author=card.author)
    with pytest.raises(DomainError, match="Vous avez envoyé"):
        propose(other, town())
    Introduction.objects.update(created_at=timezone.now() - dt.timedelta(days=2))
    assert propose(card, town()).pk


def test_sent_twice_it_is_one(card):
    there, form = town(), uuid.uuid4()
    assert propose(card, there, submission=form) == propose(card, there, submission=form)
    assert told(representative(there)) == [("intro_proposed", True)]


def test_a_card_that_is_withdrawn_is_proposed_to_nobody_and_loses_nothing(card):
    there = town()
    one = propose(card, there)
    card.archive()
    card.save()
    with pytest.raises(DomainError, match="plus publiée"):
        propose(card, town())
    with pytest.raises(DomainError, match="Rien n’est perdu"):
        requests.accept(one, by=representative(there))
    requests.decline(one, by=representative(there), reason="La fiche est retirée.")
    assert Introduction.objects.get().reason


def test_who_left_the_organisation_no_longer_answers(card):
    there = town()
    one = propose(card, there)
    gone = representative(there)
    there.memberships.all().delete()
    assert not rules.can_view(gone, one)
    assert not Introduction.objects.visible_to(gone).exists()
    # Somebody comes: it is theirs to answer.
    new = MembershipFactory(organisation=there, role="representative").user
    assert rules.can_answer(new, one)


def test_its_own_holder_is_not_proposed_to(card):
    there = town()
    card.holder = there
    card.save()
    with pytest.raises(DomainError, match="porte la fiche"):
        propose(card, there)


def test_the_choice_is_the_representatives():
    there = town(answer="")
    assert rules.can_choose(representative(there), there)
    assert not rules.can_choose(MembershipFactory(organisation=there).user, there)
    with pytest.raises(DomainError):
        choices.choose_for_organisation(there, "perhaps", by=representative(there))
    assert not OrganisationChoice.objects.exists()
