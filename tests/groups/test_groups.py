"""Territories that go together: by their own consent, with someone who speaks for them."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser

from essaim.common.errors import DomainError
from essaim.following.models import Notification
from essaim.groups import actions, selection
from essaim.groups.models import Group, Member
from essaim.groups.rules import can_answer, can_run, can_view
from essaim.people.actions.deletion import delete_account
from essaim.territories.models import Territory
from tests.groups.factories import GroupFactory, MemberFactory, body
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def within(group: Group) -> set[int]:
    assert group.territory is not None
    return set(Territory.objects.within(group.territory).values_list("pk", flat=True))


class TestConsent:
    def test_a_territory_is_a_member_once_one_of_its_bodies_agrees(self) -> None:
        mine, other = TerritoryFactory(), TerritoryFactory()
        steward, neighbour = body(mine), body(other)
        group = actions.make_group(by=steward, name="Deux vallées", territories=[mine, other])
        assert within(group) == {mine.pk}  # its own body asked; the other waits
        waiting = group.members.get(territory=other)
        assert waiting.state == "invited"
        assert Notification.objects.get(user=neighbour).waits
        actions.accept(waiting, by=neighbour)
        assert within(group) == {mine.pk, other.pk}
        accepted = group.members.get(territory=other)
        assert accepted.organisation.territory == other
        assert Notification.objects.filter(user=steward).exists()

    def test_nobody_else_binds_a_territory(self) -> None:
        place = TerritoryFactory()
        association = body(place, kind="association")
        member = MembershipFactory(
            organisation=OrganisationFactory(kind="local_authority", territory=place)
        ).user
        manager = UserFactory(manager=True)
        invited = MemberFactory(territory=place)
        for person in (association, member, invited.group.created_by, AnonymousUser()):
            assert not can_answer(person, invited)
        # Where nobody represents it, managers answer for it; where somebody does, they do not.
        assert can_answer(manager, invited)
        mayor = body(place)
        assert can_answer(mayor, invited)
        assert not can_answer(manager, invited)

    def test_making_a_group_of_what_one_does_not_represent_confirms_nothing(self) -> None:
        group = actions.make_group(
            by=UserFactory(), name="Tout le monde", territories=[TerritoryFactory()]
        )
        assert within(group) == set()

    def test_declining_leaving_and_being_asked_again(self) -> None:
        place = TerritoryFactory()
        mayor = body(place)
        group = GroupFactory()
        (asked,) = actions.invite(group, [place], by=group.created_by)
        actions.decline(asked, by=mayor)
        actions.decline(asked, by=mayor)
        with pytest.raises(DomainError, match="relisez la page"):
            actions.accept(asked, by=mayor)
        (again,) = actions.invite(group, [place], by=group.created_by)
        assert again == asked
        actions.accept(again, by=mayor)
        assert within(group) == {place.pk}
        actions.leave(again, by=mayor)
        actions.leave(again, by=mayor)
        assert within(group) == set()
        assert Member.objects.get().state == "left"  # kept

    def test_an_invitation_taken_back_is_answered_no_more(self) -> None:
        asked = MemberFactory()
        actions.cancel(asked, by=asked.group.created_by)
        with pytest.raises(DomainError, match="invitation retirée"):
            actions.accept(asked, by=body(asked.territory))


class TestLimits:
    def test_invitations_of_a_day_are_counted_across_groups(self, settings: object) -> None:
        settings.GROUPS = settings.GROUPS | {"invitations_per_day": 2}  # type: ignore[attr-defined]
        person = UserFactory()
        first, second = (GroupFactory(created_by=person) for _n in range(2))
        actions.invite(first, [TerritoryFactory()], by=person)
        actions.invite(second, [TerritoryFactory()], by=person)
        with pytest.raises(DomainError, match="reste 0"):
            actions.invite(second, [TerritoryFactory()], by=person)
        # Asking again one who is asked already sends nothing.
        actions.invite(second, [second.members.get().territory], by=person)

    def test_groups_of_a_day(self, settings: object) -> None:
        settings.GROUPS = settings.GROUPS | {"groups_per_day": 1}  # type: ignore[attr-defined]
        person = UserFactory()
        actions.make_group(by=person, name="Un")
        with pytest.raises(DomainError, match="revenez demain"):
            actions.make_group(by=person, name="Deux")

    def test_the_same_form_makes_one_group(self) -> None:
        person, key = UserFactory(), uuid.uuid4()
        made = {actions.make_group(by=person, name="Un", submission=key) for _n in range(2)}
        assert len(made) == 1

    @pytest.mark.parametrize("name", ["", "   ", "x" * 121])
    def test_a_name_that_cannot_be(self, name: str) -> None:
        with pytest.raises(DomainError):
            actions.make_group(by=UserFactory(), name=name)

    def test_what_ended_is_not_invited(self) -> None:
        gone = TerritoryFactory(gone_on="2020-01-01")
        with pytest.raises(DomainError, match="n’existe plus"):
            actions.make_group(by=UserFactory(), name="Un", territories=[gone])


class TestStewards:
    def test_the_last_one_does_not_vanish(self) -> None:
        group = GroupFactory()
        with pytest.raises(DomainError, match="dernier"):
            actions.remove_steward(group.stewards.get(), by=group.created_by)

    def test_who_spoke_hands_it_on(self) -> None:
        place = TerritoryFactory()
        mayor, group = body(place), GroupFactory()
        (asked,) = actions.invite(group, [place], by=group.created_by)
        with pytest.raises(DomainError, match="Choisissez"):
            actions.add_steward(group, mayor, by=group.created_by)
        actions.accept(asked, by=mayor)
        added = actions.add_steward(group, mayor, by=group.created_by)
        actions.name_spokesperson(added, by=group.created_by)
        assert group.stewards.get(is_spokesperson=True).user == mayor
        actions.remove_steward(added, by=mayor)
        assert group.stewards.get().is_spokesperson

    def test_an_account_that_closes_leaves_its_group_to_someone(self) -> None:
        place = TerritoryFactory()
        mayor, group = body(place), GroupFactory()
        (asked,) = actions.invite(group, [place], by=group.created_by)
        actions.accept(asked, by=mayor)
        delete_account(group.created_by, keep_name=False)
        assert group.stewards.get().user == mayor
        assert group.stewards.get().is_spokesperson
        alone = GroupFactory()
        delete_account(alone.created_by, keep_name=False)
        assert list(Group.objects.without_steward()) == [alone]


class TestLife:
    def test_it_ends_and_nothing_is_lost(self) -> None:
        place = TerritoryFactory()
        group = actions.make_group(by=body(place), name="Un", territories=[place])
        (waiting,) = actions.invite(group, [TerritoryFactory()], by=group.created_by)
        actions.end_group(group, by=group.created_by)
        actions.end_group(group, by=group.created_by)
        group.refresh_from_db()
        assert group.state == "ended"
        assert not Territory.objects.offered().filter(kind="group").exists()
        assert group.members.get(pk=waiting.pk).state == "cancelled"
        with pytest.raises(DomainError, match="terminé"):
            actions.invite(group, [TerritoryFactory()], by=group.created_by)

    def test_a_restricted_group_is_no_place_until_it_is_public(self) -> None:
        place = TerritoryFactory()
        steward = body(place)
        group = actions.make_group(
            by=steward, name="Entre nous", territories=[place], visibility="restricted"
        )
        assert not Territory.objects.filter(kind="group").exists()
        words = {"name": "Entre nous", "purpose": ""}
        actions.change_group(group, by=steward, visibility="public", **words)
        group.refresh_from_db()
        assert within(group) == {place.pk}
        with pytest.raises(DomainError, match="ne redevient pas"):
            actions.change_group(group, by=steward, visibility="restricted", **words)

    def test_the_list_and_the_rule_agree_for_everyone(self) -> None:
        place = TerritoryFactory()
        mayor = body(place)
        GroupFactory()
        steward = GroupFactory(restricted=True).created_by
        MemberFactory(group=GroupFactory(restricted=True), territory=place)
        MemberFactory(group=GroupFactory(restricted=True), territory=place, state="cancelled")
        seen = {}
        readers = {
            "visitor": AnonymousUser(), "member": UserFactory(), "mayor": mayor,
            "steward": steward, "manager": UserFactory(manager=True),
        }  # fmt: skip
        for name, reader in readers.items():
            visible = list(Group.objects.visible_to(reader))
            assert set(visible) == {g for g in Group.objects.all() if can_view(reader, g)}, name
            seen[name] = len(visible)
        assert seen == {"visitor": 1, "member": 1, "mayor": 2, "steward": 2, "manager": 4}

    def test_who_runs_it(self) -> None:
        group = GroupFactory()
        assert can_run(group.created_by, group)
        assert can_run(UserFactory(manager=True), group)
        assert not can_run(UserFactory(), group)
        assert not can_run(AnonymousUser(), group)


class TestSelection:
    def test_other_rooms_take_up_what_agreed(self) -> None:
        mine, other = TerritoryFactory(), TerritoryFactory()
        steward, neighbour = body(mine), body(other)
        group = actions.make_group(by=steward, name="Deux", territories=[mine, other])
        found = selection.select(group.code, AnonymousUser())
        assert found is not None
        assert found.members == [mine]
        assert found.invited == [other]
        assert found.spokesperson == steward
        assert list(selection.choices(steward)) == [group]
        assert not selection.choices(neighbour)
        assert not selection.choices(AnonymousUser())
        actions.accept(group.members.get(territory=other), by=neighbour)
        assert list(selection.choices(neighbour)) == [group]
        assert selection.select("inconnu", steward) is None
