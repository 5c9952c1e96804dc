"""Groups, valid by default: public, active, run by who made them; members through the actions."""

from __future__ import annotations

from typing import Any

import factory

from essaim.groups.models import Group, Member, Steward
from essaim.people.models import Membership, OrganisationKind, User
from essaim.territories import actions as places
from essaim.territories.actions.groups import free_code
from essaim.territories.models import Territory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory


class GroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Group
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Vallées unies {n}")
    code = factory.LazyAttribute(lambda o: free_code(o.name))
    created_by = factory.SubFactory(UserFactory)
    territory = factory.LazyAttribute(
        lambda o: places.make_group(o.code, o.name, []) if o.visibility == "public" else None
    )
    visibility = Group.Visibility.PUBLIC

    class Params:
        restricted = factory.Trait(visibility=Group.Visibility.RESTRICTED)

    @factory.post_generation
    def stewards(self: Group, create: bool, extracted: Any, **kwargs: Any) -> None:
        for place, user in enumerate(extracted if extracted is not None else [self.created_by]):
            Steward.objects.create(group=self, user=user, is_spokesperson=place == 0)


class MemberFactory(factory.django.DjangoModelFactory):
    """Invited, unless ``accepted``."""

    class Meta:
        model = Member

    group = factory.SubFactory(GroupFactory)
    territory = factory.SubFactory(TerritoryFactory)

    class Params:
        accepted = factory.Trait(
            state=Member.State.ACCEPTED, answered_on=factory.Faker("date_this_year")
        )


def body(territory: Territory, user: User | None = None, **fields: Any) -> User:
    """Someone who represents a public body of this territory."""
    organisation = OrganisationFactory(
        **({"kind": OrganisationKind.LOCAL_AUTHORITY} | fields), territory=territory
    )
    membership = MembershipFactory(
        user=user or UserFactory(),
        organisation=organisation,
        role=Membership.Role.REPRESENTATIVE,
    )
    return membership.user
