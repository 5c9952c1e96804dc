"""Introductions, valid by default: asked from a published card by a person alone."""

from __future__ import annotations

from typing import Any

import factory
from django.utils import timezone

from essaim.introductions.actions import requests
from essaim.introductions.models import (
    Introduction,
    Message,
    Note,
    OrganisationChoice,
    Side,
)
from essaim.people.models import Membership, OrganisationKind
from tests.initiatives.factories import InitiativeFactory
from tests.people.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory


def answered() -> Any:
    return factory.LazyFunction(timezone.now)


class IntroductionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Introduction

    card = factory.SubFactory(
        InitiativeFactory, published=True, author=factory.SubFactory(UserFactory)
    )
    side = Side.ADOPTER
    adopter = factory.SubFactory(UserFactory)
    asked_by = factory.SelfAttribute("adopter")
    reason = "Notre commune voudrait essayer."

    class Params:
        accepted = factory.Trait(state="accepted", answered_at=answered())
        exchanged = factory.Trait(
            state="exchanged",
            answered_at=answered(),
            exchange_on=factory.LazyFunction(timezone.localdate),
        )
        closed = factory.Trait(
            state="closed", answered_at=answered(), ended_on=factory.LazyFunction(timezone.localdate),
            outcome="replication",
        )  # fmt: skip


class MessageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Message

    introduction = factory.SubFactory(IntroductionFactory, accepted=True)
    side = Side.HOLDER
    author = factory.SubFactory(UserFactory)
    text = "Venez un mardi."


class NoteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Note

    introduction = factory.SubFactory(IntroductionFactory, accepted=True)
    side = Side.HOLDER
    author = factory.SubFactory(UserFactory)
    text = "Rappeler en mars."


def town(territory: Any = None, *, answer: str = "accepts", **fields: Any) -> Any:
    """A local authority that accepts proposals, and who represents it."""
    place = territory or TerritoryFactory(kind="epci")
    organisation = OrganisationFactory(
        kind=OrganisationKind.LOCAL_AUTHORITY, territory=place, **fields
    )
    MembershipFactory(organisation=organisation, role=Membership.Role.REPRESENTATIVE)
    if answer:
        OrganisationChoice.objects.create(organisation=organisation, answer=answer)
    return organisation


def representative(organisation: Any) -> Any:
    return organisation.memberships.get(role=Membership.Role.REPRESENTATIVE).user


def propose(card: Any, organisation: Any, *, by: Any = None, **fields: Any) -> Introduction:
    return requests.propose(
        card, organisation.territory, organisation,
        by=by or card.author, reason="Votre besoin est proche.", **fields,
    )  # fmt: skip
