"""Two people, two connections, the same instant: a group stays what was agreed."""

from __future__ import annotations

import pytest

from essaim.groups import actions
from essaim.groups.models import Group, Member, Steward
from essaim.territories.models import Composition, Territory
from tests.at_once import at_once
from tests.groups.factories import GroupFactory, MemberFactory, body
from tests.people.factories import UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_representatives_accept_at_once() -> None:
    member = MemberFactory()
    first, second = body(member.territory), body(member.territory)
    ends = at_once(
        lambda: actions.accept(member, by=first), lambda: actions.accept(member, by=second)
    )
    assert ends == ["done", "done"]
    member.refresh_from_db()
    assert member.state == "accepted"
    assert Composition.objects.filter(group=member.group.territory).count() == 1


def test_two_territories_accept_at_once_and_both_are_in() -> None:
    group = GroupFactory()
    one, two = MemberFactory(group=group), MemberFactory(group=group)
    people = [body(each.territory) for each in (one, two)]
    ends = at_once(
        lambda: actions.accept(one, by=people[0]), lambda: actions.accept(two, by=people[1])
    )
    assert ends == ["done", "done"]
    assert Territory.objects.within(group.territory).count() == 2


def test_accepted_and_taken_back_at_once() -> None:
    member = MemberFactory()
    mayor = body(member.territory)
    ends = at_once(
        lambda: actions.accept(member, by=mayor),
        lambda: actions.cancel(member, by=member.group.created_by),
    )
    assert ends == ["done", "refused"]
    state = Member.objects.get().state
    inside = Composition.objects.filter(group=member.group.territory).exists()
    assert inside == (state == "accepted")


def test_two_stewards_leave_at_once_and_one_stays() -> None:
    group = GroupFactory()
    second = Steward.objects.create(group=group, user=UserFactory())
    first = group.stewards.get(is_spokesperson=True)
    ends = at_once(
        lambda: actions.remove_steward(first, by=first.user),
        lambda: actions.remove_steward(second, by=second.user),
    )
    assert ends == ["done", "refused"]
    assert group.stewards.get().is_spokesperson


def test_two_groups_of_one_name_at_once_have_two_codes() -> None:
    people = [UserFactory(), UserFactory()]
    ends = at_once(
        *(lambda by=by: actions.make_group(by=by, name="Les Cimes") for by in people)  # type: ignore[misc]
    )
    assert ends == ["done", "done"]
    assert set(Group.objects.values_list("code", flat=True)) == {"les-cimes", "les-cimes-2"}


def test_invited_twice_at_once_is_asked_once() -> None:
    group, place = GroupFactory(), TerritoryFactory()
    second = Steward.objects.create(group=group, user=UserFactory()).user
    ends = at_once(
        lambda: actions.invite(group, [place], by=group.created_by),
        lambda: actions.invite(group, [place], by=second),
    )
    assert ends == ["done", "done"]
    assert group.members.count() == 1
