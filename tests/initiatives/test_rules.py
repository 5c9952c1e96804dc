"""Who may read and write which card: the list and the page always agree."""

from __future__ import annotations

import itertools

import pytest
from django.contrib.auth.models import AnonymousUser

from essaim.initiatives import rules
from essaim.initiatives.models import Initiative, Publication
from essaim.people.actions import memberships
from essaim.people.models import User
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    """Everyone who may come: a visitor, a stranger, the author, the holder's people, managers."""
    holder = OrganisationFactory()
    author, colleague = UserFactory(), UserFactory()
    MembershipFactory(user=colleague, organisation=holder)
    outsider = UserFactory()
    MembershipFactory(user=outsider)
    people = {
        "visitor": AnonymousUser(),
        "stranger": UserFactory(),
        "member of another organisation": outsider,
        "author": author,
        "member of the holder": colleague,
        "manager": UserFactory(manager=True),
        "administrator": UserFactory(administrator=True),
    }
    return people, author, holder


def test_what_a_list_shows_is_what_a_page_shows(cast):
    people, author, holder = cast
    cards = [
        InitiativeFactory(
            author=by, holder=held, **({} if state == "draft" else {str(state): True})
        )
        for state, by, held in itertools.product(Publication.values, [author, None], [holder, None])
    ]
    for role, user in people.items():
        shown = set(Initiative.objects.visible_to(user))
        for card in cards:
            assert (card in shown) == rules.can_view(user, card), (role, card.publication)
            assert len([row for row in Initiative.objects.visible_to(user) if row == card]) <= 1


@pytest.mark.parametrize(
    ("role", "reads", "edits", "publishes"),
    [
        ("visitor", False, False, False),
        ("stranger", False, False, False),
        ("member of another organisation", False, False, False),
        ("author", True, True, False),
        ("member of the holder", True, True, False),
        ("manager", True, True, True),
        ("administrator", True, True, True),
    ],
)
def test_a_draft_belongs_to_those_who_write_it(cast, role, reads, edits, publishes):
    people, author, holder = cast
    card = InitiativeFactory(author=author, holder=holder)
    user = people[role]
    assert rules.can_view(user, card) is reads
    assert rules.can_edit(user, card) is edits
    assert rules.can_submit(user, card) is edits
    assert rules.can_archive(user, card) is edits
    assert rules.can_publish(user, card) is publishes
    assert rules.can_send_back(user, card) is publishes
    assert rules.can_restore(user, card) is publishes


def test_a_published_card_is_read_by_all_and_its_history_by_members(cast):
    people, _author, _holder = cast
    card = InitiativeFactory(published=True)
    for role, user in people.items():
        assert rules.can_view(user, card)
        assert rules.can_read_history(user, card) is (role != "visitor")
        assert rules.can_read_contact(user) is (role != "visitor")


def test_leaving_the_organisation_takes_the_right_away(cast):
    people, _author, holder = cast
    card = InitiativeFactory(holder=holder)
    colleague = people["member of the holder"]
    assert rules.can_edit(colleague, card)
    colleague.memberships.all().delete()
    assert not rules.can_edit(colleague, card)
    assert card not in Initiative.objects.visible_to(colleague)


def test_who_left_the_organisation_no_longer_writes_what_it_carries():
    head = MembershipFactory(role="representative")
    author = MembershipFactory(organisation=head.organisation).user
    card = InitiativeFactory(published=True, author=author, holder=head.organisation)
    draft = InitiativeFactory(author=author, holder=head.organisation)

    def written():
        found = set(Initiative.objects.written_by(author))
        assert found == {each for each in (card, draft) if rules.is_of_the_team(author, each)}
        return found

    assert written() == {card, draft}
    memberships.leave(head.organisation, by=author)
    assert written() == {draft}, "what is not public yet stays its author's"
    assert not rules.can_archive(author, card) and not rules.can_edit(author, card)
    assert not rules.can_name_coeditors(author, card)
    assert rules.can_view(author, card)
    # Nobody is left to represent it: who wrote the card keeps it alive.
    User.objects.filter(pk=head.user_id).update(is_active=False)
    assert written() == {card, draft}
