"""Standing needs and what was said of answers, valid by default."""

from __future__ import annotations

import factory

from essaim.matching.models import Category, Dismissal, Match, Standing
from tests.initiatives.factories import InitiativeFactory
from tests.needs.factories import NeedFactory


class StandingFactory(factory.django.DjangoModelFactory):
    """Weighed, without a meaning unless told."""

    class Meta:
        model = Standing

    need = factory.SubFactory(NeedFactory)
    version = factory.SelfAttribute("need.version")


class MatchFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Match

    need = factory.SubFactory(NeedFactory)
    initiative = factory.SubFactory(InitiativeFactory, published=True)
    closeness = 0.5


class DismissalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Dismissal

    need = factory.SubFactory(NeedFactory)
    kind = "initiative"
    object_id = factory.LazyFunction(lambda: InitiativeFactory(published=True).pk)
    category = Category.COST
    text = "Trois fois notre budget."
    by = factory.SelfAttribute("need.author")
