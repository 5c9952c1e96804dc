"""A need is read by exactly those its author chose."""

import pytest
from django.contrib.auth.models import AnonymousUser

from essaim.needs.models import Need
from essaim.needs.rules import can_delete, can_edit, can_state, can_view
from tests.needs.factories import NeedFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_list_and_the_rule_agree_for_everyone() -> None:
    author = UserFactory()
    ccas = OrganisationFactory()
    colleague = MembershipFactory(organisation=ccas).user
    elsewhere = MembershipFactory().user
    MembershipFactory(user=elsewhere)
    for visibility in Need.Visibility.values:
        NeedFactory(author=author, visibility=visibility, organisation=ccas)
        NeedFactory(visibility=visibility, organisation=OrganisationFactory())
    readers = {
        "visitor": AnonymousUser(),
        "author": author,
        "colleague": colleague,
        "member of others": elsewhere,
        "manager": UserFactory(manager=True),
        "administrator": UserFactory(administrator=True),
    }
    seen = {}
    for name, reader in readers.items():
        visible = list(Need.objects.visible_to(reader))
        assert len(visible) == len(set(visible))
        assert set(visible) == {n for n in Need.objects.all() if can_view(reader, n)}, name
        seen[name] = len(visible)
    assert seen == {
        "visitor": 2,
        "author": 6,
        "colleague": 5,
        "member of others": 4,
        "manager": 4,
        "administrator": 4,
    }


def test_only_its_author_changes_a_need_and_managers_may_withdraw_what_they_read() -> None:
    need, hidden = NeedFactory(), NeedFactory(private=True)
    manager, member, visitor = UserFactory(manager=True), UserFactory(), AnonymousUser()
    assert can_edit(need.author, need)
    assert can_delete(need.author, need)
    assert can_delete(manager, need)
    assert not can_delete(manager, hidden)
    for other in (manager, member, visitor):
        assert not can_edit(other, need)
    for other in (member, visitor):
        assert not can_delete(other, need)
    assert can_state(member)
    assert not can_state(visitor)
