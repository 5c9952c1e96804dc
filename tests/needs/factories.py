"""Needs, valid by default: for members, without place or theme."""

from __future__ import annotations

import factory
from django.utils import timezone

from essaim.needs.models import Joining, Need
from tests.people.factories import OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory
from tests.themes.factories import ThemeFactory


class NeedFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Need

    author = factory.SubFactory(UserFactory)
    text = factory.Sequence(lambda n: f"Des personnes âgées vivent isolées dans le hameau {n}.")

    class Params:
        public = factory.Trait(visibility=Need.Visibility.PUBLIC)
        private = factory.Trait(visibility=Need.Visibility.PRIVATE)
        for_organisation = factory.Trait(
            visibility=Need.Visibility.ORGANISATION,
            organisation=factory.SubFactory(OrganisationFactory),
        )
        unmet = factory.Trait(found=0)
        answered = factory.Trait(
            state=Need.State.ANSWERED, closed_on=factory.LazyFunction(timezone.localdate)
        )
        whole = factory.Trait(
            territory=factory.SubFactory(TerritoryFactory),
            theme=factory.SubFactory(ThemeFactory),
            organisation=factory.SubFactory(OrganisationFactory),
            search="phase=replicate",
            found=3,
        )


class JoiningFactory(factory.django.DjangoModelFactory):
    """A need asks another to go together; each has its place."""

    class Meta:
        model = Joining

    need = factory.SubFactory(NeedFactory, territory=factory.SubFactory(TerritoryFactory))
    other = factory.SubFactory(NeedFactory, territory=factory.SubFactory(TerritoryFactory))
    by = factory.SelfAttribute("need.author")
