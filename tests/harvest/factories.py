"""Sources, valid by default: a table of a partner, to be tried, followed by a manager."""

from __future__ import annotations

from decimal import Decimal

import factory
from django.utils import timezone

from essaim.harvest.models import Duplicate, Item, Kind, Run, Source
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import UserFactory


class SourceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Source

    name = factory.Sequence(lambda n: f"Banque {n}")
    kind = Kind.TABLE
    url = factory.Sequence(lambda n: f"https://partenaire.example/{n}.csv")
    licence = "Licence Ouverte 2.0"
    publish = True
    withdraw_days = 30
    delay_seconds = Decimal(0)
    manager = factory.SubFactory(UserFactory, manager=True)


class RunFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Run

    source = factory.SubFactory(SourceFactory)

    class Params:
        done = factory.Trait(state="done", finished_at=factory.LazyFunction(timezone.now))


class ItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Item

    source = factory.SubFactory(SourceFactory)
    identifier = factory.Sequence(lambda n: f"fiche-{n}")
    card = factory.SubFactory(InitiativeFactory, published=True)
    title = factory.LazyAttribute(lambda item: item.card.title)


class DuplicateFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Duplicate

    first = factory.SubFactory(InitiativeFactory, published=True)
    second = factory.SubFactory(InitiativeFactory, published=True)
    score = 0.9
    reasons = factory.LazyFunction(
        lambda: {"title": 0.9, "meaning": 0.8, "holder": None, "territory": None, "address": False}
    )
