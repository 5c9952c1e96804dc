"""Events, valid by default: public, open, in ten days, organised by one organisation."""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory
from django.utils import timezone

from essaim.events.actions import registrations
from essaim.events.models import (
    Challenge,
    Encounter,
    Event,
    Idea,
    Organiser,
    Partnership,
    Registration,
    Seat,
    Slot,
    State,
    ThirdPlace,
)
from essaim.people.models import Membership, Organisation, User
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory


def soon(days: float = 10) -> dt.datetime:
    return timezone.now() + dt.timedelta(days=days)


class EventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Event
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Forum {n}")
    slug = factory.Sequence(lambda n: f"forum-{n}")
    kind = "forum"
    summary = "Porteurs et repreneurs se rencontrent."
    starts_at = factory.LazyFunction(soon)
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + dt.timedelta(hours=8))
    territory = factory.SubFactory(TerritoryFactory)
    state = State.OPEN

    class Params:
        draft = factory.Trait(state=State.DRAFT)
        announced = factory.Trait(state=State.ANNOUNCED)
        past = factory.Trait(state=State.DONE, starts_at=factory.LazyFunction(lambda: soon(-2)))

    @factory.post_generation
    def organisers(self: Event, create: bool, extracted: Any, **kwargs: Any) -> None:
        for organisation in extracted if extracted is not None else [OrganisationFactory()]:
            Organiser.objects.create(event=self, organisation=organisation)


def representative(organisation: Organisation | None = None) -> User:
    return MembershipFactory(
        user=UserFactory(),
        organisation=organisation or OrganisationFactory(),
        role=Membership.Role.REPRESENTATIVE,
    ).user


def who_runs(event: Event) -> User:
    return representative(event.organisers.get().organisation)


def comes(event: Event, user: User | None = None, **said: Any) -> Registration:
    """Through the action, so that the numbers are right; an event that is past lets in here."""
    user = user or UserFactory()
    if event.is_over:
        row = Registration.objects.create(event=event, user=user, **said)
        Event.objects.filter(pk=event.pk).update(registered_count=event.registered_count + 1)
        event.refresh_from_db()
        return row
    row = registrations.register(event, by=user, **said)
    event.refresh_from_db()
    return row


def encounter(one: Registration, other: Registration, *, later: int = 0) -> Encounter:
    """In a slot of its own, so many half hours after the start."""
    event = one.event
    start = event.starts_at + dt.timedelta(minutes=30 * later)
    slot = Slot.objects.create(
        event=event, starts_at=start, ends_at=start + dt.timedelta(minutes=20)
    )
    made = Encounter.objects.create(event=event, slot=slot, table=1, reasons=[{"code": "roles"}])
    for row in (one, other):
        Seat.objects.create(encounter=made, slot=slot, registration=row)
    return made


class ThirdPlaceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ThirdPlace

    name = factory.Sequence(lambda n: f"La Fabrique {n}")
    slug = factory.Sequence(lambda n: f"la-fabrique-{n}")
    territory = factory.SubFactory(TerritoryFactory)
    state = ThirdPlace.State.PUBLISHED

    class Params:
        proposed = factory.Trait(state=ThirdPlace.State.PROPOSED)


class ChallengeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Challenge

    event = factory.SubFactory(EventFactory, kind="holdup")
    title = "Comment chauffer sans ruiner ?"
    text = "Des familles renoncent à se chauffer."


class IdeaFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Idea

    challenge = factory.SubFactory(ChallengeFactory)
    title = factory.Sequence(lambda n: f"Idée {n}")


class PartnershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Partnership

    event = factory.SubFactory(EventFactory, past=True)
    one = factory.SubFactory(OrganisationFactory)
    other = factory.SubFactory(OrganisationFactory)
    what = "Un guichet commun."
