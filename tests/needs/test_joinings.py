"""Needs that go together: asked, agreed, and never joined while one is withdrawn."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from essaim.common.errors import DomainError
from essaim.following.models import Notification
from essaim.groups import actions as groups
from essaim.groups.models import Group
from essaim.needs import actions
from essaim.needs.models import Joining, Need
from essaim.people.actions.deletion import delete_account
from tests.groups.factories import body
from tests.needs.factories import JoiningFactory, NeedFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def test_a_neighbour_is_asked_agrees_and_speaks_for_both() -> None:
    here, there = TerritoryFactory(), TerritoryFactory()
    mine = NeedFactory(author=body(here), territory=here, public=True)
    theirs = NeedFactory(territory=there, public=True, text="Du transport, voir Mme Durand")
    joining = actions.ask_to_join(mine, theirs, by=mine.author)
    assert actions.ask_to_join(mine, theirs, by=mine.author) == joining
    assert Notification.objects.get(user=theirs.author).waits
    group = actions.accept_joining(joining, by=theirs.author)
    assert actions.accept_joining(joining, by=theirs.author) == group
    assert Group.objects.count() == 1
    assert group.stewards.get(is_spokesperson=True).user == theirs.author
    assert group.stewards.filter(user=mine.author).exists()
    assert "Durand" not in group.name
    # Here a body asked in its own name; there nobody has agreed for the place yet.
    states = dict(group.members.values_list("territory", "state"))
    assert states == {here.pk: "accepted", there.pk: "invited"}
    assert set(Need.objects.values_list("group", flat=True)) == {group.pk}


def test_a_third_need_joins_the_same_group() -> None:
    first = JoiningFactory()
    group = actions.accept_joining(first, by=first.other.author)
    third = NeedFactory(territory=TerritoryFactory())
    second = actions.ask_to_join(third, Need.objects.get(pk=first.need_id), by=third.author)
    assert actions.accept_joining(second, by=first.need.author) == group
    assert group.needs.count() == 3
    elsewhere = JoiningFactory()
    actions.accept_joining(elsewhere, by=elsewhere.other.author)
    with pytest.raises(DomainError, match="déjà dans un groupe"):
        actions.ask_to_join(
            Need.objects.get(pk=third.pk), Need.objects.get(pk=elsewhere.need_id), by=third.author
        )


def test_a_need_leaves_its_group_for_another(client: Client) -> None:
    first, second = JoiningFactory(), JoiningFactory()
    left = actions.accept_joining(first, by=first.other.author)
    joined = actions.accept_joining(second, by=second.other.author)
    need = Need.objects.get(pk=first.need_id)
    with pytest.raises(DomainError, match="d’abord en sortir"):
        actions.ask_to_join(need, Need.objects.get(pk=second.need_id), by=need.author)
    address = reverse("needs:leave_group", args=[need.pk])
    client.force_login(second.need.author)
    assert address not in client.get(need.get_absolute_url()).content.decode()
    assert client.post(address).status_code == 403
    client.force_login(need.author)
    assert address in client.get(need.get_absolute_url()).content.decode()
    for _n in range(2):
        page = client.post(address, follow=True).content.decode()
    assert "plus porté par le groupe" in page and address not in page
    assert left.needs.get() == first.other and left.members.count() == 2
    other = Need.objects.get(pk=second.need_id)
    asked = actions.ask_to_join(Need.objects.get(pk=need.pk), other, by=need.author)
    assert actions.accept_joining(asked, by=other.author) == joined
    # The way back is open too.
    actions.leave_group(need, by=need.author)
    again = actions.ask_to_join(need, first.other, by=need.author)
    assert actions.accept_joining(again, by=first.other.author) == left


def test_two_needs_of_a_group_that_ended_make_a_new_one(client: Client) -> None:
    first = JoiningFactory()
    ended = actions.accept_joining(first, by=first.other.author, name="Vallée d’hier")
    groups.end_group(ended, by=first.other.author)
    need, other = Need.objects.get(pk=first.need_id), Need.objects.get(pk=first.other_id)
    asked = actions.ask_to_join(need, other, by=need.author)
    client.force_login(other.author)
    page = client.get(reverse("needs:joining", args=[asked.pk])).content.decode()
    assert "Vallée d’hier" not in page
    made = actions.accept_joining(asked, by=other.author)
    assert made != ended and made.is_active
    assert set(made.needs.all()) == {need, other}


def test_the_words_of_a_members_need_are_in_no_public_page_by_the_name_of_its_group() -> None:
    joining = JoiningFactory(need__public=True, other__text="Le secret de la vallée des Ormes")
    group = actions.accept_joining(joining, by=joining.other.author)
    address = joining.need.get_absolute_url()
    client = Client()
    assert "vallée des Ormes" in group.name
    assert "vallée des Ormes" not in client.get(address).content.decode()
    client.force_login(joining.need.author, backend="django.contrib.auth.backends.ModelBackend")
    assert "vallée des Ormes" in client.get(address).content.decode()


def test_what_members_alone_read_makes_a_group_that_members_alone_read() -> None:
    joining = JoiningFactory(need__public=True)
    assert actions.accept_joining(joining, by=joining.other.author).visibility == "restricted"


def test_a_need_without_a_place_says_where_first() -> None:
    mine, theirs = NeedFactory(), NeedFactory(territory=TerritoryFactory())
    with pytest.raises(DomainError, match="disent où"):
        actions.ask_to_join(mine, theirs, by=mine.author)


def test_one_person_does_not_join_themselves() -> None:
    mine = NeedFactory(territory=TerritoryFactory())
    again = NeedFactory(territory=TerritoryFactory(), author=mine.author)
    with pytest.raises(DomainError, match="même personne"):
        actions.ask_to_join(mine, again, by=mine.author)


def test_requests_of_a_day_are_limited(settings: object) -> None:
    settings.GROUPS = settings.GROUPS | {"joinings_per_day": 1}  # type: ignore[attr-defined]
    mine = NeedFactory(territory=TerritoryFactory())
    first, second = (NeedFactory(territory=TerritoryFactory()) for _n in range(2))
    actions.ask_to_join(mine, first, by=mine.author)
    with pytest.raises(DomainError, match="revenez demain"):
        actions.ask_to_join(mine, second, by=mine.author)


@pytest.mark.parametrize("end", ["withdraw", "answer"])
def test_a_need_that_closes_takes_its_requests_back(end: str) -> None:
    joining = JoiningFactory()
    need = joining.other
    if end == "withdraw":
        actions.withdraw_need(need)
    else:
        actions.answer_need(need, by=need.author)
    joining.refresh_from_db()
    assert joining.state == "taken_back"
    with pytest.raises(DomainError, match="plus ouvert"):
        actions.accept_joining(joining, by=need.author)


def test_declined_or_taken_back_may_be_asked_again() -> None:
    joining = JoiningFactory()
    actions.decline_joining(joining, by=joining.other.author)
    actions.decline_joining(joining, by=joining.other.author)
    with pytest.raises(DomainError, match="déclinée"):
        actions.accept_joining(joining, by=joining.other.author)
    again = actions.ask_to_join(joining.need, joining.other, by=joining.need.author)
    actions.take_back(again, by=joining.need.author)
    assert Joining.objects.count() == 2


def test_an_account_that_closes_does_not_break_the_group() -> None:
    joining = JoiningFactory()
    group = actions.accept_joining(joining, by=joining.other.author)
    delete_account(joining.other.author, keep_name=False)
    assert group.stewards.get().user == joining.need.author


class TestPages:
    def test_from_reading_a_need_to_a_group(self, client: Client) -> None:
        joining = JoiningFactory(state="taken_back")
        mine, theirs = joining.need, joining.other
        client.force_login(mine.author)
        page = client.get(theirs.get_absolute_url()).content.decode()
        assert reverse("needs:join", args=[theirs.pk]) in page
        client.post(reverse("needs:join", args=[theirs.pk]), {"need": mine.pk})
        asked = Joining.objects.get(state="asked")
        assert "réponse attendue" in client.get(mine.get_absolute_url()).content.decode()
        client.force_login(theirs.author)
        assert "demande à se grouper" in client.get(theirs.get_absolute_url()).content.decode()
        assert "demande à se grouper" in client.get("/mon-espace").content.decode()
        answer = client.post(reverse("needs:joining", args=[asked.pk]), {"name": "Deux vallées"})
        page = client.get(answer["Location"]).content.decode()
        assert "Deux vallées" in page
        assert "Besoins réunis" in page
        assert "en attente d’accord" in page

    def test_without_a_need_of_ones_own_one_is_told_to_state_it(self, client: Client) -> None:
        need = NeedFactory(territory=TerritoryFactory())
        client.force_login(NeedFactory(answered=True).author)
        page = client.get(reverse("needs:join", args=[need.pk])).content.decode()
        assert "Dites d’abord votre propre besoin" in page
