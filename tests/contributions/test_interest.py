"""« Je suis intéressé »: said once, read by who carries the card, counted for all."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.contributions import waiting
from essaim.contributions.actions.interest import be_interested, close_interest, make_contact
from essaim.contributions.models import Interest
from essaim.following.models import Notification
from essaim.following.reading import lines
from essaim.initiatives.models import Initiative
from tests.contributions.factories import InterestFactory, told
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def card():
    return InitiativeFactory(published=True, author=UserFactory())


def test_interested_then_in_contact(card):
    member = UserFactory()
    interest = be_interested(card, by=member, message="Peut-on venir voir ?")
    assert told(card.author) == [("interest_received", True)]
    make_contact(interest, by=card.author)
    make_contact(interest, by=card.author)
    assert told(member) == [("interest_in_contact", False)]
    (line,) = lines(list(Notification.objects.filter(user=member)), member)
    assert line.url == reverse("contributions:interest", args=[card.slug])
    interest.refresh_from_db()
    assert (interest.state, interest.contacted_by) == ("in_contact", card.author)
    assert list(Interest.objects.open_for(card)) == [interest]


def test_one_for_each_person_and_organisation(card):
    member = MembershipFactory().user
    own = member.memberships.get().organisation
    first = be_interested(card, by=member, message="Un mot.")
    again = be_interested(card, by=member, message="Un autre mot.")
    assert again == first
    assert again.message == "Un autre mot."
    assert be_interested(card, by=member, message="Pour eux.", organisation=own) != first
    with pytest.raises(DomainError, match="membre"):
        be_interested(card, by=member, message="x", organisation=OrganisationFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        InterestFactory(card=card, user=member)


def test_the_card_knows_how_many_and_its_phase_does_not_move(card):
    phase = card.phase
    interest = be_interested(card, by=UserFactory(), message="Un mot.")
    be_interested(card, by=UserFactory(), message="Un mot.")
    assert card.facts.get(kind="interest").value == {"open": 2}
    close_interest(interest, by=interest.user)
    assert card.facts.get(kind="interest").value == {"open": 1}
    assert Initiative.objects.get(pk=card.pk).phase == phase
    close_interest(Interest.objects.open_for(card).get(), by=interest.user)
    assert not card.facts.filter(kind="interest").exists()


def test_taken_back_the_message_goes_and_one_may_come_again(card):
    member = UserFactory()
    interest = be_interested(card, by=member, message="Mes projets.")
    close_interest(interest, by=member)
    interest.refresh_from_db()
    assert (interest.state, interest.message) == ("closed", "")
    with pytest.raises(DomainError, match="retiré"):
        make_contact(interest, by=card.author)
    assert be_interested(card, by=member, message="De retour.") != interest


def test_the_public_reads_a_number_and_nothing_else(card, client):
    InterestFactory(card=card, user=UserFactory(name="Claire Martin"), message="Un secret")
    for person in (None, UserFactory(), UserFactory(manager=True)):
        if person:
            client.force_login(person)
        page = client.get(card.get_absolute_url()).content.decode()
        assert "1 personne ou organisation" in page
        assert "Claire Martin" not in page
        assert "Un secret" not in page
    address = reverse("contributions:interests", args=[card.slug])
    assert client.get(address).status_code == 403  # a manager: the team is there
    client.force_login(card.author)
    page = client.get(address).content.decode()
    assert "Claire Martin" in page
    assert "Un secret" in page


def test_managers_stand_in_where_nobody_carries_the_card(client):
    card = InitiativeFactory(published=True, holder=OrganisationFactory())
    interest = InterestFactory(card=card)
    manager = UserFactory(manager=True)
    client.force_login(manager)
    assert client.get(reverse("contributions:interests", args=[card.slug])).status_code == 200
    assert interest in Interest.objects.visible_to(manager)
    MembershipFactory(organisation=card.holder)
    assert client.get(reverse("contributions:interests", args=[card.slug])).status_code == 403
    assert interest not in Interest.objects.visible_to(manager)


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_the_list_asks_as_much_whatever_the_number(
    card, client, rows, django_assert_max_num_queries
):
    InterestFactory.create_batch(rows, card=card, organisation=OrganisationFactory())
    client.force_login(card.author)
    with django_assert_max_num_queries(11):
        client.get(reverse("contributions:interests", args=[card.slug]))


def test_those_who_wait_for_the_same_card_are_one_line_of_the_workspace(card, client, monkeypatch):
    for _ in range(2):
        be_interested(card, by=UserFactory(), message="Chez nous ?")
    other = InitiativeFactory(published=True, author=card.author)
    be_interested(other, by=UserFactory(), message="Et ici ?")
    client.force_login(card.author)
    page = client.get("/mon-espace").text
    assert page.count("Prendre contact avec 2 personnes intéressées") == 1
    assert page.count("Prendre contact avec une personne intéressée") == 1
    monkeypatch.setattr(waiting, "AT_MOST", 1)
    assert "avec 2 personnes intéressées" in client.get("/mon-espace").text, "none is left out"
