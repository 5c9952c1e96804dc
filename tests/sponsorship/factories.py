"""Sponsors who may be asked today, and requests, valid by default."""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory
from django.utils import timezone

from essaim.people.models import Membership
from essaim.sponsorship.actions import requests
from essaim.sponsorship.models import Advice, Coordinator, HelpRequest, Proposal, Sponsor, Step
from tests.people.factories import OrganisationFactory, UserFactory
from tests.territories.factories import TerritoryFactory

QUESTION = "À qui demander une salle pour l’atelier ?"


def in_days(days):
    return factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=days))


class SponsorFactory(factory.django.DjangoModelFactory):
    """Listed, agreed, present, with room."""

    class Meta:
        model = Sponsor
        skip_postgeneration_save = True

    user = factory.SubFactory(UserFactory, name=factory.Sequence(lambda n: f"Agent {n}"))
    employer = factory.SubFactory(OrganisationFactory)
    territory = factory.SubFactory(TerritoryFactory)
    knowledge = ["procedures"]
    languages = ["fr"]
    capacity = 3
    agreement = "agreed"
    signatory = "Directrice"
    starts_on = in_days(-30)
    ends_on = in_days(300)

    class Params:
        draft = factory.Trait(agreement="draft", signatory="")
        asked = factory.Trait(agreement="asked", signatory="")

    @factory.post_generation
    def employed(self, create, extracted, **kwargs):
        """Of the employer who agreed, unless ``employed=False``."""
        if create and extracted is not False:
            Membership.objects.get_or_create(user=self.user, organisation=self.employer)


class HelpRequestFactory(factory.django.DjangoModelFactory):
    """Waiting, put to nobody; ``put_to=sponsor`` puts it, ``taken=True`` too and takes it up."""

    class Meta:
        model = HelpRequest
        skip_postgeneration_save = True

    asker = factory.SubFactory(UserFactory)
    question = "À qui demander une salle pour l’atelier ?"

    class Params:
        put_to = None
        taken = False

    sponsor = factory.SelfAttribute("put_to")
    due_on = factory.Maybe("put_to", in_days(2), None)
    state = factory.Maybe("taken", "taken_up", "waiting")
    taken_on = factory.Maybe("taken", in_days(0), None)

    @factory.post_generation
    def proposal(self, create, extracted, **kwargs):
        if create and self.sponsor is not None and extracted is not False:
            state = {"waiting": "asked", "taken_up": "taken"}.get(self.state, "ended")
            Proposal.objects.create(
                request=self, sponsor=self.sponsor, rank=1, fit=3, load=0,
                reasons={"knowledge": 3}, state=state,
            )  # fmt: skip


class AdviceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Advice
        skip_postgeneration_save = True

    request = factory.SubFactory(HelpRequestFactory)
    contact = "Le service des salles"
    procedure = "Une convention"

    @factory.post_generation
    def given(self, create, extracted, **kwargs):
        """As the action leaves the request, where its sponsor took it up."""
        if create and self.request.state == "taken_up":
            self.request.advised_on, self.request.due_on = timezone.localdate(), None
            self.request.save(update_fields=["advised_on", "due_on"])


class CoordinatorFactory(factory.django.DjangoModelFactory):
    """Of a region, unless told otherwise."""

    class Meta:
        model = Coordinator

    user = factory.SubFactory(UserFactory)
    territory = factory.SubFactory(TerritoryFactory, kind="region")


class StepFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Step

    request = factory.SubFactory(HelpRequestFactory)
    title = factory.Sequence(lambda n: f"Étape {n}")
    due_on = in_days(20)


def ask(**fields: Any) -> HelpRequest:
    return requests.ask_for_help(
        by=fields.pop("by", None) or UserFactory(),
        question=fields.pop("question", QUESTION),
        **({"knowledge": "procedures"} | fields),
    )
