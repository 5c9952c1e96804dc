"""Files of innovators at each step, valid by default.

``InnovationFileFactory()`` is an idea just entered. Traits bring it further: ``taken``,
``opened``, ``informed``, ``supported``, ``funded``, ``prototyping``.
"""

from __future__ import annotations

import datetime as dt

import factory
from allauth.account.models import EmailAddress
from django.utils import timezone

from essaim.innovators.models import (
    Budget,
    BudgetLine,
    CaseOfficer,
    InnovationFile,
    Milestone,
    OpinionRequest,
    PropertyRights,
    StatusCard,
)
from essaim.innovators.steps import prototype_bounds
from tests.people.factories import OrganisationFactory, UserFactory

today = factory.LazyFunction(timezone.localdate)


class OfficerFactory(factory.django.DjangoModelFactory):
    """A person on the roster of case officers; gives the user."""

    class Meta:
        model = CaseOfficer

    user = factory.SubFactory(UserFactory)


def officer():
    return OfficerFactory().user


def verified(user):
    """The user, whose address is confirmed."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


class InnovationFileFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = InnovationFile

    title = factory.Sequence(lambda n: f"Idée {n}")
    summary = "Une balise qui évite aux patrouilles de repasser au même endroit."
    innovator = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    due_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=15))

    class Params:
        taken = factory.Trait(case_officer=factory.LazyFunction(officer))
        interviewed = factory.Trait(
            taken=True, state="interviewed", reported_on=today, interviewed_on=today
        )
        opened = factory.Trait(
            interviewed=True, state="opened", relevant=True, determined=True, opened_on=today
        )
        informed = factory.Trait(opened=True, state="hierarchy_informed", informed_on=today)
        supported = factory.Trait(
            informed=True, state="supported", non_objection_on=today, supported_on=today
        )
        funded = factory.Trait(supported=True, state="funded", funded_on=today)
        prototyping = factory.Trait(
            funded=True,
            state="prototyping",
            started_on=today,
            planned_end_on=factory.LazyFunction(lambda: prototype_bounds(timezone.localdate())[0]),
            due_on=factory.SelfAttribute("planned_end_on"),
        )


class OpinionRequestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OpinionRequest

    file = factory.SubFactory(InnovationFileFactory, informed=True)
    level = OpinionRequest.Level.HEAD_OF_SERVICE
    name = "Camille Roche"
    function = "cheffe du service"
    email = factory.Sequence(lambda n: f"chef{n}@exemple.gouv.fr")
    due_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=30))


class BudgetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Budget

    file = factory.SubFactory(InnovationFileFactory, funded=True)
    buyer_name = "Alex Morel"
    buyer_service = "Service des achats"
    buyer_email = "achats@exemple.gouv.fr"
    decided_on = today


class BudgetLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BudgetLine

    budget = factory.SubFactory(BudgetFactory)
    label = factory.Sequence(lambda n: f"Capteur {n}")
    amount_cents = 12_345


class MilestoneFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Milestone

    file = factory.SubFactory(InnovationFileFactory, prototyping=True)
    title = factory.Sequence(lambda n: f"Jalon {n}")
    due_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=90))


class PropertyRightsFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PropertyRights

    file = factory.SubFactory(InnovationFileFactory, prototyping=True)
    nature = "Logiciel"
    office = "Bureau de la propriété intellectuelle"
    recorded_on = today
    state_share = 60
    innovator_share = 40


class StatusCardFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StatusCard

    user = factory.SubFactory(UserFactory)
    employer = factory.SubFactory(OrganisationFactory)
    innovation_days = 1
    advice_days = 1
    starts_on = today

    class Params:
        asked = factory.Trait(agreement="asked")
        public = factory.Trait(
            is_public=True,
            slug=factory.Sequence(lambda n: f"innovateur-{n}"),
            show_employer=True, show_time=True, show_agreement=True,
            show_recognition=True, show_mobility=True, show_contributions=True,
        )  # fmt: skip
