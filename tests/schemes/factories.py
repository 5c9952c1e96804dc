"""Schemes, valid by default: a title, and someone who funds."""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory
from django.utils import timezone

from essaim.common.text import fold
from essaim.schemes.models import Scheme, Window
from tests.people.factories import OrganisationFactory, UserFactory


class SchemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Scheme
        skip_postgeneration_save = True

    external_id = factory.Sequence(lambda n: f"dispositif-{n}")
    slug = factory.Sequence(lambda n: f"dispositif-{n}")
    title = factory.Sequence(lambda n: f"Fonds d’essai {n}")
    sort_title = factory.LazyAttribute(lambda scheme: fold(scheme.title))
    funders = ["Fondation d’essai"]
    checked_on = factory.LazyFunction(lambda: timezone.localdate().isoformat())

    class Params:
        stale = factory.Trait(checked_on="2015")
        proposed = factory.Trait(
            publication="proposed",
            author=factory.SubFactory(UserFactory),
            owner=factory.SubFactory(OrganisationFactory),
        )
        owned = factory.Trait(owner=factory.SubFactory(OrganisationFactory))
        rich = factory.Trait(
            owner=factory.SubFactory(OrganisationFactory),
            author=factory.SubFactory(UserFactory),
            track="social",
            stages=["consolidation", "scaling"],
            helps=["strategy", "funding"],
            points=["economics"],
            applicants=["association"],
            description="Un an de **conseil** pour trouver un modèle économique.",
            amount="jusqu’à 50 000 €",
            contact="Claire Martin, claire.martin@exemple.fr, 01 23 45 67 89",
            url="https://exemple.fr/fonds",
            source_name="Annuaire d’essai",
            source_url="https://exemple.fr/annuaire",
            licence="Licence Ouverte 2.0",
            as_of="2026",
        )

    @factory.post_generation
    def themes(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if extracted:
            self.themes.set(extracted)

    @factory.post_generation
    def territories(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if extracted:
            self.territories.set(extracted)


class WindowFactory(factory.django.DjangoModelFactory):
    """Open for two months around today."""

    class Meta:
        model = Window

    scheme = factory.SubFactory(SchemeFactory)
    opens_on = factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=30))
    closes_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=30))

    class Params:
        over = factory.Trait(
            opens_on=factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=60)),
            closes_on=factory.LazyFunction(lambda: timezone.localdate() - dt.timedelta(days=30)),
        )
