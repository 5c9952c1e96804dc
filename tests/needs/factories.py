"""Needs, valid by default: for members, without place or theme."""

from __future__ import annotations

import factory

from essaim.needs.models import Need
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
        whole = factory.Trait(
            territory=factory.SubFactory(TerritoryFactory),
            theme=factory.SubFactory(ThemeFactory),
            organisation=factory.SubFactory(OrganisationFactory),
            search="phase=replicate",
            found=3,
        )
